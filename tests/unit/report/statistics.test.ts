import { describe, expect, it } from 'vitest';
import {
  type Cluster,
  cautious,
  clearlyAbove,
  clearlyBelow,
  contrast,
  differences,
  gather,
  lineThrough,
} from '@/scripts/report/statistics';

const one = (nats: number, count: number): Cluster => ({ nats: [nats], counts: [count] });

describe('contrast', () => {
  it('is the mean with the usual standard error where all clusters are of one size', () => {
    const values = [3, 5, 4, 8];
    const { value, error } = contrast(
      values.map((v) => one(v, 1)),
      [1],
    );
    expect(value).toBe(5);
    // Sample variance 14 / 3 over 4 values.
    expect(error).toBeCloseTo(Math.sqrt(14 / 3 / 4), 12);
  });

  it('weighs clusters by their targets, as the gap of the training code does', () => {
    const clusters = [one(10, 4), one(3, 1), one(20, 10)];
    const { value, error } = contrast(clusters, [1]);
    expect(value).toBeCloseTo(33 / 15, 12);
    const gap = 33 / 15;
    const spread = [10 - 4 * gap, 3 - gap, 20 - 10 * gap].reduce((sum, r) => sum + r * r, 0);
    expect(error).toBeCloseTo(Math.sqrt((spread * 3) / 2) / 15, 12);
  });

  it('pairs groups within clusters: what moves both leaves their difference alone', () => {
    const clusters = [1, 7, 4].map((level) => ({ nats: [level + 1, level], counts: [1, 1] }));
    const difference = contrast(clusters, [1, -1]);
    expect(difference.value).toBeCloseTo(1, 12);
    expect(difference.error).toBeCloseTo(0, 12);
    expect(contrast(clusters, [1]).error).toBeGreaterThan(1);
  });

  it('has no error with one cluster, and refuses a group without targets', () => {
    expect(contrast([one(6, 3)], [1])).toEqual({ value: 2, error: null });
    expect(() => contrast([{ nats: [1, 0], counts: [1, 0] }], [1, -1])).toThrow(RangeError);
    expect(contrast([{ nats: [1, 0], counts: [1, 0] }], [1, 0]).value).toBe(1);
  });
});

describe('gather and differences', () => {
  it('joins the windows of a document', () => {
    const joined = gather([one(1, 2), one(3, 4), one(5, 6)], (_, i) => (i === 1 ? 7 : 0));
    expect(joined).toEqual([one(6, 8), one(3, 4)]);
  });

  it('takes one model from another on the same targets only', () => {
    expect(differences([one(5, 2), one(4, 3)], [one(3, 2), one(4, 3)])).toEqual([
      one(2, 2),
      one(0, 3),
    ]);
    expect(() => differences([one(5, 2)], [one(5, 3)])).toThrow(/same targets/);
    expect(() => differences([one(5, 2)], [])).toThrow(/same targets/);
  });

  it('gives a paired gap whose error shrinks with what the models share', () => {
    const documents = [2, 9, 5, 1, 7];
    const a = documents.map((level, i) => one(10 * level + 10 * 0.3 + (i % 2 ? 0.1 : -0.1), 10));
    const b = documents.map((level) => one(10 * level, 10));
    const paired = contrast(differences(a, b), [1]);
    expect(paired.value).toBeCloseTo(0.298, 6);
    expect(paired.error).toBeLessThan(0.01);
    expect(contrast(a, [1]).error).toBeGreaterThan(1);
  });
});

it('asks for more than two standard errors, the larger of two', () => {
  expect(clearlyAbove({ value: 0.21, error: 0.1 })).toBe(true);
  expect(clearlyAbove({ value: 0.19, error: 0.1 })).toBe(false);
  expect(clearlyAbove({ value: 9, error: null })).toBe(false);
  expect(clearlyBelow({ value: -0.21, error: 0.1 })).toBe(true);
  expect(clearlyBelow({ value: 0.21, error: 0.1 })).toBe(false);
  expect(cautious({ value: 1, error: 0.1 }, { value: 1, error: 0.4 }).error).toBe(0.4);
  expect(cautious({ value: 1, error: null }, { value: 1, error: 0.4 }).error).toBeNull();
});

it('lays a line through points', () => {
  expect(
    lineThrough([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toEqual({ slope: 2, explained: 1 });
  const bent = lineThrough([
    [0, 0],
    [1, 1],
    [2, 0],
  ]);
  expect(bent.slope).toBe(0);
  expect(bent.explained).toBe(0);
});
