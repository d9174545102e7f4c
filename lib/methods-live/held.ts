import type { HeldLayer } from './types';

/** The text positions that a head of this layer holds, ascending: a view. */
export function heldBy({ count, positions, perHead }: HeldLayer, head: number): Int32Array {
  return perHead ? positions.subarray(head * count, (head + 1) * count) : positions;
}

/**
 * Attention rows laid out over the text: writes the weights of `rows` [heads, seen.count] into `out` [heads, length] from `at` on
 * and leaves alone what is not held.
 */
export function spreadRows(
  rows: Float32Array,
  seen: HeldLayer,
  heads: number,
  out: Float32Array,
  at: number,
  length: number,
): void {
  for (let head = 0; head < heads; head++) {
    const positions = heldBy(seen, head);
    for (let slot = 0; slot < seen.count; slot++)
      out[at + head * length + (positions[slot] ?? 0)] = rows[head * seen.count + slot] ?? 0;
  }
}
