import type { KeptEngine } from './kept-engine';
import { medianStep, type ProbeResult } from './probe-steps';

/** An ordinary id to start from. */
const FIRST = 2;

/** The duration of a greedy step of one token with the full cache, as `medianStep` takes it. Drops the cache before and after. */
export async function probeKept(engine: KeptEngine, budgetMs = 1000): Promise<ProbeResult> {
  const drop = () => engine.prefill(new Int32Array(0), { id: 'multi-head' }, { quiet: true });
  await drop();
  let previous = FIRST;
  const result = await medianStep(
    async (sampling) => {
      const { picks, ms } = await engine.step(previous, { sampling });
      previous = picks[0] ?? FIRST;
      return ms;
    },
    engine.dims.contextLength,
    budgetMs,
  );
  await drop();
  return result;
}
