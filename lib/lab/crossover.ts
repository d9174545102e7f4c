/** Time per token of the block model and of the flat model at one length, in any one unit. */
export interface CrossingPoint {
  length: number;
  block: number;
  flat: number;
}

/** The length from which the block model is the faster one, up to the last length measured. */
export type Crossing =
  | { kind: 'at'; length: number }
  | { kind: 'always'; length: number }
  | { kind: 'never'; length: number };

/**
 * The length from which the block model stays ahead, interpolated linearly in the difference of the two times. `always` and
 * `never` hold between the first and the last length measured, and name that limit. Points ascend in length.
 * Throws RangeError without points.
 */
export function crossing(points: readonly CrossingPoint[]): Crossing {
  const gains = points.map(({ length, block, flat }) => ({ length, gain: flat - block }));
  const first = gains[0];
  const last = gains.at(-1);
  if (!first || !last) throw new RangeError('no points to find a crossing in');
  if (last.gain < 0) return { kind: 'never', length: last.length };
  const index = gains.findLastIndex(({ gain }) => gain < 0);
  const before = gains[index];
  const after = gains[index + 1];
  if (!before || !after) return { kind: 'always', length: first.length };
  const share = before.gain / (before.gain - after.gain);
  return { kind: 'at', length: before.length + share * (after.length - before.length) };
}
