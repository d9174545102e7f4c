import { describe, expect, it } from 'vitest';
import { layoutVector, moveValue, paintVector, reachOf, valueAt } from '@/lib/draw/vector';
import { recordingContext } from './recording-context';

const VALUES = Float32Array.from({ length: 10 }, (_, i) => (i % 2 ? -i : i));
const RECT = { x: 20, y: 10, width: 80, height: 60 };
const vector = layoutVector(VALUES, 4, reachOf(VALUES), RECT);

describe('a vector as bars', () => {
  it('states the largest magnitude as its scale, and 1 for nothing but zeros', () => {
    expect(vector.reach).toBe(9);
    expect(reachOf(new Float32Array(3))).toBe(1);
  });

  it('has a bar for every value, above zero or below it, by the root of its magnitude', () => {
    expect(vector.zeros).toHaveLength(3);
    vector.bars.forEach((bar, i) => {
      const zero = vector.zeros[Math.floor(i / 4)] ?? Number.NaN;
      if (i % 2) expect(bar.y).toBeCloseTo(zero);
      else expect(bar.y + bar.height).toBeCloseTo(zero);
      expect(bar.height / 9).toBeCloseTo(Math.sqrt(i / 9));
    });
    const { ctx, drawn } = recordingContext();
    paintVector(ctx, vector, 'blue', 'grey');
    expect(drawn.filter(({ fillStyle }) => fillStyle === 'blue')).toHaveLength(10);
  });

  it('gives back the value under a point, and none beside or behind the last', () => {
    vector.bars.forEach((bar, i) => {
      expect(valueAt(vector, bar.x + 3, 10 + Math.floor(i / 4) * 20 + 4)).toBe(i);
    });
    expect(valueAt(vector, 65, 55)).toBeNull();
    expect(valueAt(vector, 19, 20)).toBeNull();
  });

  it('is walked along and from row to row, and stays at its ends', () => {
    expect(moveValue(vector, null, 0, 1)).toBe(0);
    expect(moveValue(vector, 3, 0, 1)).toBe(4);
    expect(moveValue(vector, 3, 1, 0)).toBe(7);
    expect(moveValue(vector, 7, 1, 0)).toBe(7);
    expect(moveValue(vector, 9, 0, 1)).toBe(9);
  });
});
