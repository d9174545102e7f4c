import { describe, expect, it } from 'vitest';
import { layoutNextToken } from '@/lib/draw/next-token';
import type { Sampling } from '@/lib/trace/types';

const SAMPLING: Sampling = { seed: 1, temperature: 1, topK: null, topP: 1, ignoreEnd: false };
const PAD = 0;
const END = 1;
const LOGITS = Float32Array.from([9, 0, 3, 2, 1, 0.5, -1, -2]);

const layout = (pick: number, change: Partial<Sampling> = {}, count = 3) =>
  layoutNextToken(LOGITS, pick, { ...SAMPLING, ...change }, END, PAD, count);

describe('the next-token bars', () => {
  it('are probabilities over the whole vocabulary: bars and rest sum to one', () => {
    for (const temperature of [0.3, 0.8, 2]) {
      const { bars, rest, vocabulary } = layout(2, { temperature, topK: 2, topP: 0.5 });
      const sum = bars.reduce((total, bar) => total + bar.probability, rest.probability);
      expect(sum).toBeCloseTo(1, 12);
      expect(bars.length + rest.count).toBe(vocabulary);
    }
  });

  it('always show the pick, however unlikely', () => {
    expect(layout(2).bars.map((bar) => bar.id)).toEqual([0, 2, 3]);
    expect(layout(7).bars.map((bar) => bar.id)).toEqual([0, 2, 7]);
    expect(layout(7).bars.filter((bar) => bar.picked)).toHaveLength(1);
  });

  it('mark what the cut leaves out; the pad is never drawn', () => {
    const { bars, kept } = layout(2, { topK: 1 });
    expect(bars.map((bar) => bar.dropped)).toEqual([true, false, true]);
    expect(kept).toBe(1);
    expect(layout(2).kept).toBe(7);
    expect(layout(2, { ignoreEnd: true }).kept).toBe(6);
  });

  it('count surprise at T = 1, whatever the temperature', () => {
    const bits = layout(3).surpriseBits;
    expect(bits).toBeCloseTo(
      -Math.log2(layout(3).bars.find((bar) => bar.id === 3)?.probability ?? 0),
      9,
    );
    expect(layout(3, { temperature: 0.2 }).surpriseBits).toBe(bits);
  });
});
