import { describe, expect, it } from 'vitest';
import {
  DEFAULT_MAP_VIEW,
  leftOutByMass,
  leftOutOfGlobalRow,
  viewStatements,
} from '@/lib/trace/map-view';

const row = (...weights: number[]) => Float32Array.from(weights);
const left = (weights: number[], mass: number) => [...leftOutByMass(row(...weights), mass)];

describe('the largest weights until a share is covered', () => {
  it('shows the weight that reaches the share and leaves out the rest', () => {
    expect(left([0.5, 0.125, 0.25, 0.125], 0.5)).toEqual([0, 1, 1, 1]);
    expect(left([0.5, 0.125, 0.25, 0.125], 0.51)).toEqual([0, 1, 0, 1]);
    expect(left([0.5, 0.125, 0.25, 0.125], 0.8)).toEqual([0, 0, 0, 1]);
  });

  it('shows the earlier of two equal weights', () => {
    expect(left([0.25, 0.25, 0.25, 0.25], 0.5)).toEqual([0, 0, 1, 1]);
  });

  it('leaves out nothing at 100 %, not even zeros, and zeros below', () => {
    expect(left([1, 0, 0], 1)).toEqual([0, 0, 0]);
    expect(left([1, 0, 0], 0.99)).toEqual([0, 1, 1]);
  });

  it('goes by the row’s own sum, for a maximum over heads sums to more than one', () => {
    expect(left([0.9, 0.9, 0.2], 0.5)).toEqual([0, 0, 1]);
    expect(left([0.9, 0.9, 0.2], 0.4)).toEqual([0, 1, 1]);
  });

  it('covers the share with as few weights as possible, for any row', () => {
    const weights = Array.from({ length: 60 }, (_, i) => ((i * 37) % 61) ** 2);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (const mass of [0.1, 0.37, 0.5, 0.9, 0.99]) {
      const flags = left(weights, mass);
      const shown = weights.filter((_, key) => flags[key] === 0);
      const covered = shown.reduce((total, weight) => total + weight, 0);
      expect(covered).toBeGreaterThanOrEqual(mass * sum * (1 - 1e-6));
      expect(covered - Math.min(...shown)).toBeLessThan(mass * sum);
      const hidden = weights.filter((_, key) => flags[key] === 1);
      expect(Math.max(...hidden)).toBeLessThanOrEqual(Math.min(...shown));
    }
  });
});

describe('the first block', () => {
  it('is left out of a row when hidden, beside what the mass leaves out', () => {
    const weights = row(0.6, 0.3, 0.1);
    expect([...leftOutOfGlobalRow(weights, { ...DEFAULT_MAP_VIEW, hideFirst: true })]).toEqual([
      1, 0, 0,
    ]);
    const both = { ...DEFAULT_MAP_VIEW, hideFirst: true, mass: 0.8 };
    expect([...leftOutOfGlobalRow(weights, both)]).toEqual([1, 0, 1]);
  });
});

describe('what is said of a view', () => {
  it('is nothing while everything is shown', () => {
    expect(viewStatements({ ...DEFAULT_MAP_VIEW, scale: 'log', whole: true }, 'global')).toEqual(
      [],
    );
  });

  it('names all that is left out of a map', () => {
    const view = { ...DEFAULT_MAP_VIEW, hideFirst: true, mass: 0.9 };
    expect(viewStatements(view, 'global')).toEqual([
      'largest weights until 90 % of each row',
      'first block hidden, row scale unchanged',
    ]);
    expect(viewStatements(view, 'local')).toEqual(['largest weights until 90 % of each row']);
  });
});
