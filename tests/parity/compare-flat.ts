import type { FlatPrefill, FlatStep } from '@/lib/engine/flat-backend';
import type { Dims } from '@/lib/model/manifest';
import { type Difference, Tally } from './compare';
import type { GoldenCase } from './golden-file';

/** What a flat engine measured on a golden case: a prefill, then steps that go on where it ended. */
export interface FlatMeasured {
  prefill: Pick<FlatPrefill, 'tokens'> & { attention: ArrayLike<number> | null };
  steps: (Pick<FlatStep, 'position'> &
    Record<'picks' | 'logits' | 'attention', ArrayLike<number>>)[];
  /** [T, 2·L, heads, headWidth], as the backend holds it. */
  cache: ArrayLike<number>;
}

/**
 * Compares everything that a case holds with what was measured, zeros above the diagonal included. Steps may begin inside the
 * prompt, with its tokens forced. Throws when picks or sizes differ; the caller checks the ratios.
 */
export function compareFlatCase(
  golden: GoldenCase,
  measured: FlatMeasured,
  { blockLayers, heads, width, vocabulary }: Dims,
): Difference[] {
  const tally = new Tally();
  const sequence = [...golden.tokens, ...golden.picks];
  const embedded = sequence.length - 1;
  const maps = blockLayers * heads;
  const logits = golden.arrays.get('logits');
  const attention = golden.arrays.get('attention');
  const kv = golden.arrays.get('kv');

  const compareRow = (
    quantity: string,
    values: ArrayLike<number>,
    row: number,
    keys: number,
    at: (map: number) => number,
  ) => {
    for (let map = 0; attention && map < maps; map++)
      tally.range(quantity, values, at(map), attention, (map * embedded + row) * embedded, keys, 0);
  };
  const { tokens, attention: prompt } = measured.prefill;
  for (let row = 0; prompt && row < tokens; row++)
    compareRow('attention (prefill)', prompt, row, tokens, (map) => (map * tokens + row) * tokens);
  let held = tokens;
  for (const step of measured.steps) {
    if (step.position !== held) throw new Error(`a step at ${step.position} instead of ${held}`);
    const keys = held + step.picks.length;
    Array.from(step.picks).forEach((pick, j) => {
      const row = held + j;
      if (pick !== sequence[row + 1])
        throw new Error(
          `${golden.name}: pick ${pick} behind ${row} instead of ${sequence[row + 1]}`,
        );
      const scored = row - (golden.tokens.length - 1);
      if (logits && scored >= 0)
        tally.range('logits', step.logits, j * vocabulary, logits, scored * vocabulary, vocabulary);
      compareRow('attention', step.attention, row, keys, (map) => (j * maps + map) * keys);
    });
    held = keys;
  }
  if (kv) tally.range('KV cache', measured.cache, 0, kv, 0, held * 2 * blockLayers * width);
  return tally.differences();
}
