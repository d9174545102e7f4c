import { expect, test } from 'vitest';
import { crossing } from '@/lib/lab/crossover';

const points = (...rows: [number, number, number][]) =>
  rows.map(([length, block, flat]) => ({ length, block, flat }));

test('the crossing lies where the straight lines between the measurements meet', () => {
  expect(crossing(points([100, 3, 1], [200, 3, 2], [300, 3, 6]))).toEqual({
    kind: 'at',
    length: 225,
  });
});

test('a lead that is lost again does not count', () => {
  expect(crossing(points([1, 1, 2], [2, 2, 1], [4, 1, 2]))).toEqual({ kind: 'at', length: 3 });
});

test('ahead everywhere or nowhere is said with the limit of what was measured', () => {
  expect(crossing(points([64, 1, 2], [128, 1, 3]))).toEqual({ kind: 'always', length: 64 });
  expect(crossing(points([64, 2, 1], [128, 2, 1.9]))).toEqual({ kind: 'never', length: 128 });
  expect(() => crossing([])).toThrow(RangeError);
});
