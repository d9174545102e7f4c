import { describe, expect, it } from 'vitest';
import { isU } from '@/lib/compare/slot-shape';

describe('the U over the slots', () => {
  it('is seen where the cheapest slot lies in between', () => {
    expect(isU([3, 2, 1.5, 2.2])).toBe(true);
    expect(isU([3, 1, 2, 3])).toBe(true);
  });

  it('is not seen where means only fall or rise, or are alike', () => {
    expect(isU([4, 3, 2, 1])).toBe(false);
    expect(isU([1, 2, 3, 4])).toBe(false);
    expect(isU([2, 2, 2, 2])).toBe(false);
    expect(isU([3, 1, 1, 1])).toBe(false);
  });

  it('is not seen where a slot is missing or there are too few', () => {
    expect(isU([3, null, 1, 2])).toBe(false);
    expect(isU([3, 2])).toBe(false);
  });
});
