import { contextBlocks } from '@/lib/model/layout';
import type { Sampling } from '@/lib/trace/types';
import type { BlockEngine } from './session';

const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const SAMPLED: Sampling = { seed: 0, temperature: 1, topK: 40, topP: 0.9, ignoreEnd: true };

export interface ProbeResult {
  /** Median duration of an unpaced greedy step, in milliseconds. */
  stepMs: number;
  steps: number;
}

/** A fixed block of ordinary ids: 2, 3, 4 … */
function fixedBlock(engine: BlockEngine): Int32Array {
  return Int32Array.from({ length: engine.dims.blockLength }, (_, slot) => 2 + slot);
}

/**
 * Runs greedy steps from a fixed block for about a second and takes the median of their second half: the first ones build
 * pipelines, or run code that the browser has not optimised yet. Then drops the cache.
 */
export async function probe(engine: BlockEngine, budgetMs = 1000): Promise<ProbeResult> {
  await engine.prefill(new Int32Array(0));
  const positions = contextBlocks(engine.dims);
  let previous = fixedBlock(engine);
  const times: number[] = [];
  const started = performance.now();
  while (times.length < positions) {
    const result = await engine.step(previous, { sampling: GREEDY });
    previous = result.picks;
    times.push(result.ms);
    if (times.length > 2 && performance.now() - started > budgetMs) break;
  }
  await engine.prefill(new Int32Array(0));
  const settled = times.slice(times.length >> 1).sort((a, b) => a - b);
  return { stepMs: settled[settled.length >> 1] ?? Number.NaN, steps: settled.length };
}

/**
 * Three greedy steps and two with a sampling cut, on a fixed block: every logit, attention row and norm in one array. Run
 * captured and uncaptured it must give the same numbers; it also builds every pipeline ahead of the first run.
 */
export async function sameSteps(engine: BlockEngine): Promise<Float32Array> {
  const block = fixedBlock(engine);
  await engine.prefill(block);
  const parts: Float32Array[] = [];
  for (const sampling of [GREEDY, GREEDY, GREEDY, SAMPLED, SAMPLED]) {
    const result = await engine.step(block, { sampling });
    parts.push(result.logits, result.globalAttention, result.localAttention, result.kvNorms);
  }
  await engine.prefill(new Int32Array(0));
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
