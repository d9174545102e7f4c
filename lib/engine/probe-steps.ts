import type { Sampling } from '@/lib/trace/types';

const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const SAMPLED: Sampling = { seed: 0, temperature: 1, topK: 40, topP: 0.9, ignoreEnd: true };

/** Three greedy steps and two with a sampling cut: every step graph, and each more often than a capture takes. */
export const PROBE_SAMPLINGS: readonly Sampling[] = [GREEDY, GREEDY, GREEDY, SAMPLED, SAMPLED];

export interface ProbeResult {
  /** Median duration of an unpaced greedy step, in milliseconds. */
  stepMs: number;
  steps: number;
}

/**
 * Runs greedy steps for about `budgetMs`, at most `most`, and takes the median of their second half: the first ones build
 * pipelines, or run code that the browser has not optimised yet. `step` gives a step's duration.
 */
export async function medianStep(
  step: (sampling: Sampling) => Promise<number>,
  most: number,
  budgetMs: number,
): Promise<ProbeResult> {
  const times: number[] = [];
  const started = performance.now();
  while (times.length < most) {
    times.push(await step(GREEDY));
    if (times.length > 2 && performance.now() - started > budgetMs) break;
  }
  const settled = times.slice(times.length >> 1).sort((a, b) => a - b);
  return { stepMs: settled[settled.length >> 1] ?? Number.NaN, steps: settled.length };
}

/** All numbers of `parts`, one part after another. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
