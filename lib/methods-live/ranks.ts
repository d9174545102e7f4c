import type { Manifest } from '@/lib/model/manifest';
import type { Ranks } from './types';

type SingularValues = NonNullable<Manifest['singularValues']>;

/** One rank for the keys and values of every layer. */
export function equalRanks(layers: number, rank: number): Ranks {
  const ranks = new Array<number>(layers).fill(rank);
  return { keys: ranks, values: ranks };
}

/** The least ranks that keep `share` (0 … 1) of the squared singular values of each matrix: the plain control. */
export function ranksByShare({ keys, values }: SingularValues, share: number): Ranks {
  const rankOf = (strengths: readonly number[]) => {
    const sum = strengths.reduce((total, s) => total + s * s, 0);
    let running = 0;
    const at = strengths.findIndex((s) => {
      running += s * s;
      return running >= share * sum;
    });
    return at < 0 ? strengths.length : at + 1;
  };
  return { keys: keys.map(rankOf), values: values.map(rankOf) };
}

/**
 * Ranks that fall with depth from `most` to `least`, by the sum of the logarithms of the condition numbers from a layer on. The
 * paper's own rule was not seen: this stands in for it and is ours.
 */
export function fallingRanks({ keys, values }: SingularValues, least: number, most: number): Ranks {
  const condition = (strengths: readonly number[]) =>
    Math.log((strengths[0] ?? 1) / (strengths.at(-1) ?? 1));
  const sums: number[] = [];
  for (let layer = keys.length - 1, sum = 0; layer >= 0; layer--) {
    sum += condition(keys[layer] ?? []) + condition(values[layer] ?? []);
    sums[layer] = sum;
  }
  const low = Math.min(...sums);
  const span = Math.max(...sums) - low;
  const ranks = sums.map((sum) =>
    span > 0 ? Math.round(least + ((most - least) * (sum - low)) / span) : most,
  );
  return { keys: ranks, values: ranks };
}
