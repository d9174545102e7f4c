import { expect, test } from 'vitest';
import { equalRanks, fallingRanks, ranksByShare } from '@/lib/methods-live/ranks';

const values = {
  keys: [
    [4, 2, 2, 1],
    [3, 1, 1, 1],
  ],
  values: [
    [2, 2, 2, 2],
    [5, 0, 0, 0],
  ],
};

test('one rank for all', () => {
  expect(equalRanks(2, 3)).toEqual({ keys: [3, 3], values: [3, 3] });
});

test('the least ranks that hold a share of the squared singular values', () => {
  // Squares: 16 4 4 1 of 25; 9 1 1 1 of 12; 4 4 4 4 of 16; 25 of 25.
  expect(ranksByShare(values, 0.8)).toEqual({ keys: [2, 2], values: [4, 1] });
  expect(ranksByShare(values, 0.64)).toEqual({ keys: [1, 1], values: [3, 1] });
  expect(ranksByShare({ keys: [[4, 2]], values: [[1, 1]] }, 1)).toEqual({ keys: [2], values: [2] });
});

test('ranks that fall with depth', () => {
  const steady = {
    keys: [
      [4, 1],
      [4, 1],
      [4, 1],
    ],
    values: [
      [2, 1],
      [2, 1],
      [2, 1],
    ],
  };
  expect(fallingRanks(steady, 10, 30)).toEqual({ keys: [30, 20, 10], values: [30, 20, 10] });
});
