import { expect, test } from 'vitest';
import { fromHeadMajor, toHeadMajor } from '@/lib/engine/kv-layout';

const dims = { blockLayers: 2, heads: 3, headWidth: 4 };
const held = 5;
const capacity = 8;
const slot = 2 * dims.blockLayers * dims.heads * dims.headWidth;
const cache = Float32Array.from({ length: held * slot }, (_, i) => i + 1);

test('every number has one place in the head-major tensors, zeros above what is held', () => {
  const tensor = toHeadMajor(cache, 1, held, capacity, dims);
  expect(tensor).toHaveLength(dims.heads * capacity * dims.headWidth);
  // Position 2, tensor 1 (layer 0 V), head 2, number 3.
  const expected = ((2 * 2 * dims.blockLayers + 1) * dims.heads + 2) * dims.headWidth + 3 + 1;
  expect(tensor[(2 * capacity + 2) * dims.headWidth + 3]).toBe(expected);
  for (let head = 0; head < dims.heads; head++) {
    const start = (head * capacity + held) * dims.headWidth;
    const above = tensor.subarray(start, (head + 1) * capacity * dims.headWidth);
    expect(above.every((value) => value === 0)).toBe(true);
  }
});

test('back again is the same cache', () => {
  const again = new Float32Array(capacity * slot);
  for (let index = 0; index < 2 * dims.blockLayers; index++)
    fromHeadMajor(toHeadMajor(cache, index, held, capacity, dims), index, capacity, dims, again);
  expect(again.subarray(0, cache.length)).toEqual(cache);
  expect(again.subarray(cache.length).every((value) => value === 0)).toBe(true);
});
