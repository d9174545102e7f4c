import type { Dims } from '@/lib/model/manifest';

/*
 * Two layouts of the global KV cache. Position-major [positions, 2·blockLayers, heads, headWidth] (layer 0 K, layer 0 V, …)
 * grows by appending. Head-major [heads, T, headWidth], one tensor for each of the 2·blockLayers, has a fixed place for every
 * position.
 */

type Shape = Pick<Dims, 'blockLayers' | 'heads' | 'headWidth'>;

/** Tensor `index` of a position-major cache of `held` positions, head-major with room for `capacity`; zeros above `held`. */
export function toHeadMajor(
  cache: Float32Array,
  index: number,
  held: number,
  capacity: number,
  dims: Shape,
): Float32Array<ArrayBuffer> {
  const { heads, headWidth } = dims;
  const out = new Float32Array(heads * capacity * headWidth);
  for (let head = 0; head < heads; head++)
    for (let position = 0; position < held; position++) {
      const from = positionMajor(position, index, head, dims);
      out.set(cache.subarray(from, from + headWidth), (head * capacity + position) * headWidth);
    }
  return out;
}

/** Writes a head-major tensor of `capacity` positions into its places of a position-major cache. */
export function fromHeadMajor(
  tensor: Float32Array,
  index: number,
  capacity: number,
  dims: Shape,
  cache: Float32Array,
): void {
  const { heads, headWidth } = dims;
  for (let head = 0; head < heads; head++)
    for (let position = 0; position < capacity; position++) {
      const from = (head * capacity + position) * headWidth;
      cache.set(
        tensor.subarray(from, from + headWidth),
        positionMajor(position, index, head, dims),
      );
    }
}

function positionMajor(position: number, index: number, head: number, dims: Shape): number {
  return ((position * 2 * dims.blockLayers + index) * dims.heads + head) * dims.headWidth;
}
