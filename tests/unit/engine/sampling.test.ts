import { expect, test } from 'vitest';
import { FORCED, HIDDEN } from '@/lib/engine/backend';
import { cutOf, fillStepNoise, inverseTemperature, logitBias } from '@/lib/engine/sampling';
import type { Dims } from '@/lib/model/manifest';
import type { Sampling } from '@/lib/trace/types';

const dims = { vocabulary: 6, blockLength: 2 } as Dims;
const sampling: Sampling = { seed: 7, temperature: 1, topK: null, topP: 1, ignoreEnd: false };

test('pad is always banned, end-of-text only when the run goes on past it', () => {
  const special = { padId: 0, endId: 1 };
  expect([...logitBias(dims, special, sampling)]).toEqual([HIDDEN, 0, 0, 0, 0, 0]);
  expect([...logitBias(dims, special, { ...sampling, ignoreEnd: true })]).toEqual([
    HIDDEN,
    HIDDEN,
    0,
    0,
    0,
    0,
  ]);
});

test('noise belongs to the absolute position: a later block repeats no row', () => {
  const first = new Float32Array(12);
  const second = new Float32Array(12);
  fillStepNoise(first, dims, sampling, 4, null);
  fillStepNoise(second, dims, sampling, 5, null);
  expect([...first.subarray(6)]).toEqual([...second.subarray(0, 6)]);
  expect([...first.subarray(0, 6)]).not.toEqual([...first.subarray(6)]);
});

test('temperature 0 is zero noise; a forced token stands above everything', () => {
  const noise = new Float32Array(12).fill(9);
  fillStepNoise(noise, dims, { ...sampling, temperature: 0 }, 4, Int32Array.of(-1, 3));
  const expected = new Float32Array(12);
  expected[6 + 3] = FORCED;
  expect(noise).toEqual(expected);
});

test.each([
  [{ topK: null, topP: 1 }, null],
  [
    { topK: 3, topP: 1 },
    { topK: 3, topP: 2 },
  ],
  [
    { topK: 100, topP: 0.5 },
    { topK: 6, topP: 0.5 },
  ],
  [
    { topK: null, topP: 0.5 },
    { topK: 6, topP: 0.5 },
  ],
  [{ topK: 3, topP: 0.5, temperature: 0 }, null],
])('the cut of %o', (change, expected) => {
  expect(cutOf(dims, { ...sampling, ...change })).toEqual(expected);
});

test('temperature 0 leaves the logits unscaled', () => {
  expect(inverseTemperature({ ...sampling, temperature: 0 })).toBe(1);
  expect(inverseTemperature({ ...sampling, temperature: 0.5 })).toBe(2);
});
