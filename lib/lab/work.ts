import type { Job } from '@/lib/engine/quiet-job';
import { cacheBytes } from '@/lib/model/cost';
import type { Dims } from '@/lib/model/manifest';

/** Prompt and continuation of the two kinds of work: as the paper has them, scaled to a context of 1,024. */
export const WORKS = {
  'prefill-heavy': { input: 896, output: 112 },
  'decode-heavy': { input: 112, output: 896 },
} as const;

export type WorkName = keyof typeof WORKS;

/** Where the cost of a token is measured. */
export const LENGTHS = [64, 256, 512, 1008] as const;

/** Full length of both kinds of work. */
export const FULL = 1008;

/** The KV budget of batched work. */
export const BUDGET_BYTES = 64 * 1024 * 1024;

/** Bytes of K and V that one sequence of `length` tokens holds (paper, section 2.4). */
export function sequenceBytes(dims: Dims, length: number): number {
  return cacheBytes(dims.blockLayers, dims.width, Math.ceil(length / dims.blockLength));
}

/** How many sequences of `length` tokens fit into `budget` bytes; at least one. */
export function largestBatch(dims: Dims, length: number, budget: number = BUDGET_BYTES): number {
  return Math.max(1, Math.floor(budget / sequenceBytes(dims, length)));
}

/** The job of a kind of work, for one sequence or for as many as fill the budget at full length. */
export function jobOf(work: WorkName, batch: number): Job {
  return { ...WORKS[work], batch };
}
