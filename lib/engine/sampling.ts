import type { Dims } from '@/lib/model/manifest';
import { fillNoise } from '@/lib/model/noise';
import type { Sampling } from '@/lib/trace/types';
import { type Cut, FORCED, HIDDEN } from './backend';

/** Entries that may never be drawn in a run: pad always, end-of-text when the run goes on past it. */
export function logitBias(
  dims: Dims,
  special: { padId: number; endId: number },
  sampling: Sampling,
): Float32Array {
  const bias = new Float32Array(dims.vocabulary);
  bias[special.padId] = HIDDEN;
  if (sampling.ignoreEnd) bias[special.endId] = HIDDEN;
  return bias;
}

/**
 * Fills `out` [slots, vocabulary] for the tokens from `position` of the padded sequence on: those of a block, or the one or
 * four that a flat model writes. `forced` holds an id for each, −1 (or none) where the model is free.
 */
export function fillStepNoise(
  out: Float32Array,
  { vocabulary }: Pick<Dims, 'vocabulary'>,
  sampling: Sampling,
  position: number,
  forced: Int32Array | null,
): void {
  for (let slot = 0; slot < out.length / vocabulary; slot++) {
    const row = out.subarray(slot * vocabulary, (slot + 1) * vocabulary);
    if (sampling.temperature === 0) row.fill(0);
    else fillNoise(row, { seed: sampling.seed, position: position + slot });
    const id = forced?.[slot] ?? -1;
    if (id >= 0) row[id] = FORCED;
  }
}

/** Temperature 0 is greedy: zero noise on unscaled logits. */
export function inverseTemperature(sampling: Sampling): number {
  return sampling.temperature === 0 ? 1 : 1 / sampling.temperature;
}

/** Above 1 the graphs keep everything exactly; at 1 a rounded sum could drop entries far down the tail. */
const TOP_P_OFF = 2;

/** The cut a run needs, or null when neither top-k nor top-p is on. Greedy picks need none. */
export function cutOf(dims: Dims, { temperature, topK, topP }: Sampling): Cut | null {
  if (temperature === 0 || (topK === null && topP >= 1)) return null;
  return {
    topK: Math.min(topK ?? dims.vocabulary, dims.vocabulary),
    topP: topP >= 1 ? TOP_P_OFF : topP,
  };
}
