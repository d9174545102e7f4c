import { describe, expect, test } from 'vitest';
import { GrowingCache } from '@/lib/engine/growing-cache';
import { NANO } from '../model/dims';

const SLOT = 2 * NANO.blockLayers * NANO.width;
const CAPACITY = NANO.contextLength / NANO.blockLength;

/** Numbers that say where they belong: [positions, batch, 2·blockLayers, heads, headWidth]. */
const numbers = (positions: number, batch: number, first = 1) =>
  Float32Array.from({ length: positions * batch * SLOT }, (_, i) => first + i);

describe.each(['joined', 'by-layer'] as const)('%s', (layout) => {
  test('what was appended is read back in its order, zeros above', () => {
    const cache = new GrowingCache(NANO, layout);
    cache.reset(2);
    cache.append(numbers(3, 2));
    cache.append(numbers(1, 2, 10_000));
    expect(cache.held).toBe(4);
    const all = cache.read();
    expect(all).toHaveLength(CAPACITY * 2 * SLOT);
    expect(cache.allocatedBytes).toBe(all.byteLength);
    expect(all.subarray(0, 3 * 2 * SLOT)).toEqual(numbers(3, 2));
    expect(all.subarray(3 * 2 * SLOT, 4 * 2 * SLOT)).toEqual(numbers(1, 2, 10_000));
    expect(all.subarray(4 * 2 * SLOT).every((value) => value === 0)).toBe(true);
  });

  test('emptied, it holds zeros, for the same batch and for another', () => {
    const cache = new GrowingCache(NANO, layout);
    for (const batch of [1, 1, 3]) {
      cache.reset(batch);
      expect(cache.held).toBe(0);
      expect(cache.read().every((value) => value === 0)).toBe(true);
      cache.append(numbers(5, batch));
    }
  });

  test('let go, it has no buffers until the next reset, whatever the batch', () => {
    const cache = new GrowingCache(NANO, layout);
    cache.reset(2);
    cache.append(numbers(3, 2));
    cache.free();
    expect([cache.allocatedBytes, cache.held]).toEqual([0, 0]);
    cache.reset(2);
    expect(cache.allocatedBytes).toBe(CAPACITY * 2 * SLOT * 4);
    expect(cache.read().every((value) => value === 0)).toBe(true);
  });

  test('it takes no more than the context', () => {
    const cache = new GrowingCache(NANO, layout);
    cache.append(numbers(CAPACITY - 1, 1));
    expect(() => cache.check(1)).not.toThrow();
    expect(() => cache.append(numbers(2, 1))).toThrow('the KV cache is full');
    expect(cache.held).toBe(CAPACITY - 1);
  });
});

test('a joined cache is one input, and one by layer has an input for each K and V', () => {
  const { heads, headWidth, blockLayers } = NANO;
  const joined = new GrowingCache(NANO, 'joined');
  joined.append(numbers(2, 1));
  expect(joined.past).toEqual([
    { name: 'past', values: numbers(2, 1), shape: [2, 1, 2 * blockLayers, heads, headWidth] },
  ]);
  const byLayer = new GrowingCache(NANO, 'by-layer');
  byLayer.append(numbers(2, 1));
  expect(byLayer.past.map(({ name }) => name)).toEqual([
    'past_k_0',
    'past_v_0',
    'past_k_1',
    'past_v_1',
  ]);
  byLayer.past.forEach(({ values, shape }, i) => {
    expect(shape).toEqual([2, 1, heads, headWidth]);
    const expected = [0, 1].flatMap((position) => {
      const from = position * SLOT + i * NANO.width;
      return [...numbers(2, 1).subarray(from, from + NANO.width)];
    });
    expect([...values]).toEqual(expected);
  });
});
