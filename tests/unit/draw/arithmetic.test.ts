import { describe, expect, it } from 'vitest';
import {
  barAt,
  compareRows,
  layoutBarLane,
  moveBar,
  paintBarLane,
  rangeOf,
} from '@/lib/draw/arithmetic';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const RECT = { x: 10, y: 20, width: 100, height: 60 };
const VALUES = [2, -1, 0, 4];

describe('a row of numbers as bars', () => {
  const lane = layoutBarLane({ values: VALUES, ...rangeOf(VALUES), masked: 1, marked: 3 }, RECT);

  it('has one linear scale from the least to the greatest, zero included', () => {
    expect(rangeOf(VALUES)).toEqual({ from: -1, to: 4 });
    expect(rangeOf([3, 5])).toEqual({ from: 0, to: 5 });
    expect(rangeOf([0])).toEqual({ from: -1, to: 1 });
    expect(lane.zero).toBeCloseTo(20 + 48);
    expect(lane.bars.map((bar) => bar.height)).toEqual(
      [24, 12, 0, 48].map((h) => expect.closeTo(h)),
    );
    // Above zero the bar ends at the line, below it starts there.
    expect(lane.bars[0]?.y).toBeCloseTo(68 - 24);
    expect(lane.bars[1]?.y).toBeCloseTo(68);
  });

  it('hatches what is masked behind the last value and marks the cell', () => {
    expect(lane.masked).toEqual({ x: 90, y: 20, width: 20, height: 60 });
    const { ctx, drawn } = recordingContext();
    paintBarLane(ctx, lane, null, THEME, 'blue');
    const fills = drawn.filter(({ call }) => call === 'fillRect').map((one) => one.fillStyle);
    expect(fills.filter((fill) => fill === 'blue')).toHaveLength(3);
    expect(fills.filter((fill) => fill === THEME.now)).toHaveLength(1);
    expect(fills).toContain(THEME.hatchGround);
  });

  it('gives the value under a point and none for a masked key', () => {
    expect([15, 35, 55, 75, 95].map((x) => barAt(lane, x, 40))).toEqual([0, 1, 2, 3, null]);
    expect(barAt(lane, 15, 90)).toBeNull();
    expect(moveBar(lane, null, 1)).toBe(3);
    expect(moveBar(lane, 3, 1)).toBe(3);
    expect(moveBar(lane, 3, -1)).toBe(2);
  });
});

describe('the comparison with the recorded row', () => {
  it('says the largest difference and whether it is within 1e-4', () => {
    expect(compareRows([0.5, 0.5], [0.5, 0.50005]).matches).toBe(true);
    const off = compareRows([0.5, 0.5], [0.4, 0.6]);
    expect(off.matches).toBe(false);
    expect(off.largest).toBeCloseTo(0.1);
  });

  it('never takes a missing number for an equal one', () => {
    expect(compareRows([Number.NaN, 0.5], [Number.NaN, 0.5]).matches).toBe(false);
    expect(compareRows([0.5, Number.NaN, 0.5], [0.5, 0.5, 0.5]).largest).toBe(Infinity);
    expect(() => compareRows([1], [0.5, 0.5])).toThrow(RangeError);
  });
});
