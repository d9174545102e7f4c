import { expect, test } from 'vitest';
import { ratios, spread } from '@/lib/lab/stats';

test('the median lies in the middle, between two where the count is even', () => {
  expect(spread([9, 1, 5]).median).toBe(5);
  expect(spread([4, 1, 3, 2])).toEqual({
    median: 2.5,
    min: 1,
    max: 4,
    quartiles: [1.75, 3.25],
    rounds: 4,
  });
  expect(spread([7])).toEqual({ median: 7, min: 7, max: 7, quartiles: [7, 7], rounds: 1 });
  expect(() => spread([])).toThrow(RangeError);
});

test('one slow round moves the median little and the range much', () => {
  const { median, max } = spread([10, 11, 10, 12, 500]);
  expect(median).toBe(11);
  expect(max).toBe(500);
});

test('ratios are formed round by round, so that a drift cancels', () => {
  // The machine halves its speed in the second round and is twice as fast in the third.
  const ours = [100, 50, 200];
  const theirs = [25, 12.5, 50];
  expect(ratios(ours, theirs)).toMatchObject({ median: 4, min: 4, max: 4, rounds: 3 });
  expect(ratios([100, 50], [25])?.rounds).toBe(1);
  expect(ratios([], [25])).toBeNull();
});
