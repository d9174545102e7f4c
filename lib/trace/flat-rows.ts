import type { Dims } from '@/lib/model/manifest';
import { fromFloat16 } from './float16';
import { globalOffset } from './store';

/** Half-precision bits of 1: no attention weight lies above. */
export const HALF_ONE = 0x3c00;

let known: Float32Array | null = null;

/** The number behind each half from 0 to 1: reading a row is one look-up an entry. */
function weights(): Float32Array {
  known ??= fromFloat16(Uint16Array.from({ length: HALF_ONE + 1 }, (_, half) => half));
  return known;
}

/**
 * Writes the attention weights of `halves` into `out`, which is as long, and returns it. Halves that are no weight (below 0,
 * above 1, not a number) come back as NaN.
 */
export function readWeights(halves: Uint16Array, out: Float32Array): Float32Array {
  const table = weights();
  for (let i = 0; i < halves.length; i += 1) out[i] = table[halves[i] ?? -1] ?? Number.NaN;
  return out;
}

/** Numbers of rows `from` … `to` − 1 of a packed triangle: row i is [layers × heads, i + 1]. */
export function packedSize(from: number, to: number, maps: number): number {
  return globalOffset(to, maps) - globalOffset(from, maps);
}

/** Where attention rows lie in an array of float32: row `row` of map `map` (layer × heads + head) begins at `start(map, row)`. */
export interface RowSource {
  values: Float32Array;
  start(map: number, row: number): number;
}

/**
 * Rows `from` … `to` − 1 as half-precision bits, one row after another, each [layers, heads, row + 1]: what a row cannot see is
 * left out. Rounded to the nearest, ties to even, as `toFloat16` does, for the millions of weights of a long prompt.
 *
 * @throws RangeError for what is no attention weight: below 0, above 1 or not a number.
 */
export function packRows(
  { values, start }: RowSource,
  from: number,
  to: number,
  { blockLayers, heads }: Pick<Dims, 'blockLayers' | 'heads'>,
): Uint16Array<ArrayBuffer> {
  const maps = blockLayers * heads;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const sum = new Float32Array(1);
  const sumBits = new Uint32Array(sum.buffer);
  const out = new Uint16Array(packedSize(from, to, maps));
  let at = 0;
  for (let row = from; row < to; row += 1) {
    for (let map = 0; map < maps; map += 1) {
      const first = start(map, row);
      for (let key = first; key <= first + row; key += 1, at += 1) {
        const all = bits[key] ?? -1;
        // Everything from 2^-14 to the last number that rounds to 1; the sign bit makes a number larger than any of these.
        if (all >= 0x3880_0000 && all <= 0x3f80_0fff) {
          out[at] = (all - 0x3800_0000 + 0xfff + ((all >>> 13) & 1)) >>> 13;
        } else if (all < 0x3880_0000) {
          // Below 2^-14 halves are multiples of 2^-24; the sum is formed exactly by the float32 addition.
          sum[0] = (values[key] ?? 0) + 0.5;
          out[at] = (sumBits[0] ?? 0) - 0x3f00_0000;
        } else if (all !== 0x8000_0000) {
          throw new RangeError(`${values[key]} is no attention weight`);
        }
      }
    }
  }
  return out;
}
