import { describe, expect, it } from 'vitest';
import { layoutNextToken, type NextToken, type NextTokenRequest } from '@/lib/draw/next-token';
import { softmax } from '@/lib/model/softmax';
import type { Sampling } from '@/lib/trace/types';

const SAMPLING: Sampling = { seed: 1, temperature: 1, topK: null, topP: 1, ignoreEnd: false };
const PAD = 0;
const END = 1;
const LOGITS = Float32Array.from([9, 0, 3, 2, 1, 0.5, -1, -2]);

const layout = (
  pick: number,
  change: Partial<Sampling> = {},
  more: Partial<NextTokenRequest> = {},
) =>
  layoutNextToken({
    logits: LOGITS,
    pick,
    sampling: { ...SAMPLING, ...change },
    endId: END,
    padId: PAD,
    count: 3,
    ...more,
  });

const ids = ({ bars }: NextToken) => bars.map((bar) => bar.id);

describe('the next-token bars', () => {
  it('are probabilities over the whole vocabulary before any cut: bars and rests sum to one', () => {
    const cuts = [{}, { topK: 2 }, { topP: 0.5 }, { topK: 3, topP: 0.8, ignoreEnd: true }];
    for (const temperature of [0, 0.3, 0.8, 2])
      for (const cut of cuts)
        for (const count of [1, 3, 8, 50])
          for (const only of [undefined, (id: number) => id % 2 === 0]) {
            const all = layout(2, { temperature, ...cut }, { count, only });
            const { bars, keptRest, droppedRest } = all;
            const sum = bars.reduce((total, bar) => total + bar.probability, 0);
            expect(sum + keptRest.probability + droppedRest.probability).toBeCloseTo(1, 12);
            expect(bars.length + keptRest.count + droppedRest.count).toBe(LOGITS.length);
            const uncut = softmax(LOGITS, temperature);
            for (const bar of bars) expect(bar.probability).toBe(uncut[bar.id]);
          }
  });

  it('always show the pick, however unlikely', () => {
    expect(ids(layout(2)).sort()).toEqual([0, 2, 3]);
    expect(ids(layout(7)).sort()).toEqual([0, 2, 7]);
    expect(layout(7).bars.filter((bar) => bar.picked)).toHaveLength(1);
    expect(layout(7).pickRank).toBe(7);
  });

  it('stand on their side of the cut, and so does what has no bar', () => {
    const { bars, kept, keptRest, droppedRest, cut } = layout(2, { topK: 4 });
    expect(cut).toBe(true);
    expect(kept).toBe(4);
    // The pad is the most probable, and never drawn.
    expect(bars.map(({ id, dropped }) => [id, dropped])).toEqual([
      [2, false],
      [3, false],
      [0, true],
    ]);
    expect(bars.map((bar) => bar.banned)).toEqual([false, false, true]);
    expect([keptRest.count, droppedRest.count]).toEqual([2, 3]);
    expect(bars.map((bar) => bar.rank)).toEqual([1, 2, 0]);
  });

  it('say when there is no cut; bans are none', () => {
    expect([layout(2).cut, layout(2).kept]).toEqual([false, 7]);
    expect([layout(2, { ignoreEnd: true }).cut, layout(2, { ignoreEnd: true }).kept]).toEqual([
      false,
      6,
    ]);
    expect(layout(2, { topP: 0.9 }).cut).toBe(true);
  });

  it('show a forced token that the cut had dropped', () => {
    const forced = layout(7, { topK: 1 }).bars.find((bar) => bar.picked);
    expect(forced).toMatchObject({ id: 7, dropped: true, banned: false });
  });

  it('show on request only what is searched for', () => {
    const found = layout(2, {}, { only: (id) => id >= 5, count: 50 });
    expect(ids(found)).toEqual([5, 6, 7]);
    expect(ids(layout(2, {}, { only: () => false }))).toEqual([]);
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
