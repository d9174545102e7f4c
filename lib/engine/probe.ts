import { contextBlocks } from '@/lib/model/layout';
import { joined, medianStep, PROBE_SAMPLINGS, type ProbeResult } from './probe-steps';
import type { BlockEngine } from './session';

export type { ProbeResult } from './probe-steps';

/** A fixed block of ordinary ids: 2, 3, 4 … */
function fixedBlock(engine: BlockEngine): Int32Array {
  return Int32Array.from({ length: engine.dims.blockLength }, (_, slot) => 2 + slot);
}

/** The duration of a greedy step, as `medianStep` takes it, from a fixed block on. Drops the cache before and after. */
export async function probe(engine: BlockEngine, budgetMs = 1000): Promise<ProbeResult> {
  await engine.prefill(new Int32Array(0));
  let previous = fixedBlock(engine);
  const result = await medianStep(
    async (sampling) => {
      const { picks, ms } = await engine.step(previous, { sampling });
      previous = picks;
      return ms;
    },
    contextBlocks(engine.dims),
    budgetMs,
  );
  await engine.prefill(new Int32Array(0));
  return result;
}

/**
 * Three greedy steps and two with a sampling cut, on a fixed block: every logit, attention row and norm in one array. Run
 * captured and uncaptured it must give the same numbers; it also builds every pipeline ahead of the first run.
 */
export async function sameSteps(engine: BlockEngine): Promise<Float32Array> {
  const block = fixedBlock(engine);
  await engine.prefill(block);
  const parts: Float32Array[] = [];
  for (const sampling of PROBE_SAMPLINGS) {
    const result = await engine.step(block, { sampling });
    parts.push(result.logits, result.globalAttention, result.localAttention, result.kvNorms);
  }
  await engine.prefill(new Int32Array(0));
  return joined(parts);
}
