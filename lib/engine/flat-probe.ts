import { UNROLLED } from './flat-backend';
import type { FlatEngine } from './flat-session';
import { joined, medianStep, PROBE_SAMPLINGS, type ProbeResult } from './probe-steps';

/** An ordinary id to start from. */
const FIRST = 2;

/**
 * The duration of a greedy step, as `medianStep` takes it: of one token, or of four if `unrolled`. Drops the cache before and
 * after.
 */
export async function probeFlat(
  engine: FlatEngine,
  { unrolled, budgetMs = 1000 }: { unrolled: boolean; budgetMs?: number },
): Promise<ProbeResult> {
  await engine.prefill(new Int32Array(0));
  let previous = FIRST;
  const result = await medianStep(
    async (sampling) => {
      const { picks, ms } = await engine.step(previous, { sampling, unrolled });
      previous = picks.at(-1) ?? FIRST;
      return ms;
    },
    // Every step a full one: four tokens fit behind the first only while there is room for them.
    Math.floor((engine.dims.contextLength - 1) / (unrolled ? UNROLLED : 1)),
    budgetMs,
  );
  await engine.prefill(new Int32Array(0));
  return result;
}

/** The sibling of `sameSteps`: the same steps token by token and unrolled, every logit and attention row in one array. */
export async function sameFlatSteps(engine: FlatEngine): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (const unrolled of [false, true]) {
    await engine.prefill(Int32Array.of(FIRST, FIRST + 1));
    for (const sampling of PROBE_SAMPLINGS) {
      const { logits, attention } = await engine.step(FIRST, { sampling, unrolled });
      parts.push(logits, attention);
    }
  }
  await engine.prefill(new Int32Array(0));
  return joined(parts);
}
