import { expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '@/lib/trace/float16';

const all = Uint16Array.from({ length: 1 << 16 }, (_, half) => half);
const finite = all.filter((half) => (half & 0x7c00) !== 0x7c00);

it('knows the numbers of the standard', () => {
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x3555);
  expect(Array.from(fromFloat16(halves))).toEqual([
    1,
    -2,
    65504,
    2 ** -24,
    (1023 / 1024) * 2 ** -14,
    2 ** -14,
    0.333251953125,
  ]);
  expect(Array.from(fromFloat16(Uint16Array.of(0x7c00, 0xfc00, 0x7e00)))).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ]);
});

it('gives every half back', () => {
  expect(toFloat16(fromFloat16(finite))).toEqual(finite);
});

it('rounds to the nearest, ties to even', () => {
  const halves = finite.filter((half) => half < 0x7bff);
  const values = fromFloat16(halves);
  const next = fromFloat16(halves.map((half) => half + 1));
  const middles = values.map((value, i) => (value + (next[i] ?? 0)) / 2);
  expect(toFloat16(middles)).toEqual(halves.map((half) => half + (half & 1)));
  const justAbove = middles.map((middle, i) => middle + ((next[i] ?? 0) - middle) / 64);
  expect(toFloat16(justAbove)).toEqual(halves.map((half) => half + 1));
  const justBelow = middles.map((middle, i) => middle - (middle - (values[i] ?? 0)) / 64);
  expect(toFloat16(justBelow)).toEqual(halves);
});

it('refuses what would become infinite', () => {
  expect(toFloat16(Float32Array.of(65519.99))[0]).toBe(0x7bff);
  for (const value of [65520, -1e9, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => toFloat16(Float32Array.of(value))).toThrow(RangeError);
});
