import { expect, it } from 'vitest';
import { attentionArithmetic, headOf } from '@/lib/model/arithmetic';

const queries = Float32Array.of(1, 0, 2, -1, 0.5, 3);
const keys = Float32Array.of(2, 1, 0, 4, -2, 1);

it('shows every part of a weight', () => {
  // Row 2: q = (0.5, 3); dots with k: 1 + 3, 0 + 12, −1 + 3.
  const cell = attentionArithmetic(queries, keys, 2, 1, 2);
  expect(Array.from(cell.products)).toEqual([0, 12]);
  expect(cell.dot).toBe(12);
  expect(cell.scale).toBeCloseTo(Math.SQRT1_2, 12);
  expect(cell.score).toBeCloseTo(12 * Math.SQRT1_2, 12);
  const scores = [4, 12, 2].map((dot) => dot * Math.SQRT1_2);
  scores.forEach((score, i) => {
    expect(cell.row[i]).toBeCloseTo(score, 5);
  });
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  scores.forEach((score, i) => {
    expect(cell.weights[i]).toBeCloseTo(Math.exp(score) / sum, 6);
  });
  expect(cell.value).toBe(cell.weights[1]);
});

it('masks what comes later', () => {
  const first = attentionArithmetic(queries, keys, 0, 0, 2);
  expect(first.row).toHaveLength(1);
  expect(Array.from(first.weights)).toEqual([1]);
  expect(() => attentionArithmetic(queries, keys, 0, 1, 2)).toThrow(/sees columns 0 … 0/);
});

it('bears scores that exp could not', () => {
  const large = attentionArithmetic(Float32Array.of(1e3, 1e3), Float32Array.of(2, 1), 1, 0, 1);
  expect(Array.from(large.weights)).toEqual([1, 0]);
});

it('refuses rows that are not there', () => {
  expect(() => attentionArithmetic(queries, keys, 3, 0, 2)).toThrow(/row 3 is outside 0 … 2/);
  expect(() => attentionArithmetic(queries, keys, -1, 0, 2)).toThrow(RangeError);
  expect(() => attentionArithmetic(queries, keys.slice(2), 0, 0, 2)).toThrow(/are not rows/);
});

it('finds one head among all', () => {
  const values = Float32Array.from({ length: 2 * 3 * 4 * 2 }, (_, i) => i);
  const head = headOf(values, 1, 2, { heads: 3, headWidth: 2 }, 4);
  expect(Array.from(head)).toEqual([40, 41, 42, 43, 44, 45, 46, 47]);
});
