import { heldBy } from '@/lib/methods-live/held';
import type { HeldLayer } from '@/lib/methods-live/types';

/*
 * Which positions a row saw, as bits: of each map (layer × heads + head) the words of its positions 0 … row, the first position
 * in the lowest bit of the first word. A row of 1,024 positions in 48 maps takes 6 KiB.
 */

/** Words that the positions 0 … `row` take in one map. */
export function seenWords(row: number): number {
  return Math.floor(row / 32) + 1;
}

/** The bits of row `row`, whose layers saw what `layers` says. [layers × heads, seenWords] */
export function packSeen(
  layers: readonly HeldLayer[],
  heads: number,
  row: number,
): Uint32Array<ArrayBuffer> {
  const words = seenWords(row);
  const bits = new Uint32Array(layers.length * heads * words);
  layers.forEach((held, layer) => {
    for (let head = 0; head < heads; head += 1) {
      const start = (layer * heads + head) * words;
      for (const position of heldBy(held, head)) {
        const at = start + (position >>> 5);
        bits[at] = (bits[at] ?? 0) | (1 << (position & 31));
      }
    }
  });
  return bits;
}

/** Whether map `map` of row `row` saw `position`. */
export function isSeen(bits: Uint32Array, row: number, map: number, position: number): boolean {
  const word = bits[map * seenWords(row) + (position >>> 5)] ?? 0;
  return position <= row && ((word >>> (position & 31)) & 1) === 1;
}

/** How many positions map `map` of row `row` saw. */
export function countSeen(bits: Uint32Array, row: number, map: number): number {
  const words = seenWords(row);
  let count = 0;
  for (const word of bits.subarray(map * words, (map + 1) * words)) {
    for (let left = word; left !== 0; left &= left - 1) count += 1;
  }
  return count;
}
