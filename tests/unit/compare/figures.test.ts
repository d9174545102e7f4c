import { describe, expect, test } from 'vitest';
import { compareExtent } from '@/lib/compare/extent';
import { laneTotals, surpriseBySlot, tokenFigures } from '@/lib/compare/figures';
import { idAt, logitsAt, promptTokensOf, textTokensOf } from '@/lib/compare/text-trace';
import { bytesPerGlobalPosition, localHeldBytes } from '@/lib/model/cost';
import { surprise } from '@/lib/model/softmax';
import { promptWork, tokenWork } from '@/lib/model/work';
import { FLAT_DIMS } from '../trace/flat-synthetic';
import { DIMS, step } from '../trace/synthetic';
import { blockTrace, flatTrace } from './traces';

const BLOCK = { architecture: 'block', dims: DIMS } as const;
const FLAT = { architecture: 'flat', dims: FLAT_DIMS } as const;

describe('text tokens', () => {
  test('leave pads out in a block lane and are the tokens of a flat one', () => {
    const ids = [2, 3, 4, 5, 6, 2, 3, 4, 5, 6, 7, 8];
    for (const trace of [blockTrace(), flatTrace()]) {
      expect(promptTokensOf(trace)).toBe(5);
      expect(ids.map((_, token) => idAt(trace, token))).toEqual(ids);
    }
    expect([textTokensOf(blockTrace()), textTokensOf(flatTrace())]).toEqual([13, 12]);
    expect(textTokensOf(blockTrace(10))).toBe(10);
  });

  test('have the logits that chose them', () => {
    const trace = blockTrace();
    expect(logitsAt(trace, 4)).toBeNull();
    const { vocabulary } = DIMS;
    // Text token 10 is slot 1 of block 3.
    expect(logitsAt(trace, 10)).toEqual(step(3).logits.subarray(vocabulary, 2 * vocabulary));
    expect(logitsAt(flatTrace(), 4)).toBeNull();
    expect(logitsAt(flatTrace(), 10)).toEqual(flatTrace().logits(10));
  });
});

describe('the figures of a token', () => {
  test('in a block lane', () => {
    const trace = blockTrace();
    const index = 10 + 3;
    expect(tokenFigures(trace, 10)).toEqual({
      token: 10,
      heldPositions: 3,
      heldBytes: 3 * bytesPerGlobalPosition(DIMS),
      localBytes: localHeldBytes(index, DIMS),
      work: tokenWork(BLOCK, index).total,
      // Block 3 is text tokens 9 … 12.
      run: { first: 9, tokens: 4, ms: 3.25 },
      ms: 3.25 / 4,
      surprise: surprise(logitsAt(trace, 10) ?? [], 7),
      given: false,
    });
    expect(tokenFigures(trace, 9).given).toBe(true);
  });

  test('in a flat lane', () => {
    const trace = flatTrace();
    expect(tokenFigures(trace, 7)).toEqual({
      token: 7,
      heldPositions: 7,
      heldBytes: 7 * bytesPerGlobalPosition(FLAT_DIMS),
      localBytes: 0,
      work: tokenWork(FLAT, 7).total,
      run: { first: 5, tokens: 4, ms: 4.5 },
      ms: 4.5 / 4,
      surprise: surprise(trace.logits(7) ?? [], 4),
      given: false,
    });
    expect(tokenFigures(trace, 10)).toMatchObject({ run: { first: 10, tokens: 1 }, ms: 9.5 });
  });

  test('in the prompt nothing was chosen: what is held, and no more', () => {
    const none = { work: null, run: null, ms: null, surprise: null, localBytes: 0 };
    // Text token 4 is the prompt's last, in block 1.
    expect(tokenFigures(blockTrace(), 4)).toMatchObject({ ...none, heldPositions: 1 });
    expect(tokenFigures(flatTrace(), 4)).toMatchObject({ ...none, heldPositions: 4 });
  });

  test('of a token that is not known are refused', () => {
    for (const token of [-1, 10, 0.5])
      expect(() => tokenFigures(blockTrace(10), token)).toThrow(/outside 0 … 9/);
    expect(() => laneTotals(flatTrace(), 12)).toThrow(RangeError);
  });
});

describe('totals', () => {
  test.each([
    ['block', blockTrace()],
    ['flat', flatTrace()],
  ])('are the sums of the tokens up to the cursor, in any order of asking: %s', (_, trace) => {
    for (const cursor of [11, 5, 8, 11, 4]) {
      const tokens = Array.from({ length: Math.max(0, cursor - 4) }, (_, i) =>
        tokenFigures(trace, 5 + i),
      );
      const sum = (value: (figures: (typeof tokens)[number]) => number | null | undefined) =>
        tokens.reduce((total, figures) => total + (value(figures) ?? Number.NaN), 0);
      const totals = laneTotals(trace, cursor);
      expect(totals.tokens).toBe(tokens.length);
      expect(totals.keysRead).toBeCloseTo(
        sum(({ work }) => work?.keysRead),
        9,
      );
      expect(totals.kvBytesRead).toBeCloseTo(
        sum(({ work }) => work?.kvBytesRead),
        6,
      );
      expect(totals.multiplyAdds).toBeCloseTo(
        sum(({ work }) => work?.multiplyAdds),
        6,
      );
      expect(totals.ms).toBeCloseTo(
        sum(({ ms }) => ms),
        9,
      );
      expect(totals.surprise).toBeCloseTo(
        sum((figures) => figures.surprise),
        9,
      );
      if (cursor === 4) expect(totals.meanSurprise).toBeNull();
      else expect(totals.meanSurprise).toBeCloseTo(totals.surprise / tokens.length, 9);
    }
  });

  test('keep the prompt apart', () => {
    expect(laneTotals(blockTrace(), 6)).toMatchObject({
      promptMs: 2.5,
      promptMultiplyAdds: promptWork(BLOCK, 8).total.multiplyAdds,
    });
    expect(laneTotals(flatTrace(), 6)).toMatchObject({
      promptMs: 1.5,
      promptMultiplyAdds: promptWork(FLAT, 5).total.multiplyAdds,
    });
  });

  test('shares of whole runs add up to the runs', () => {
    expect(laneTotals(blockTrace(), 12).ms).toBeCloseTo(2.25 + 3.25, 9);
    expect(laneTotals(flatTrace(), 11).ms).toBeCloseTo(4.5 + 8.5 + 9.5 + 10.5, 9);
  });
});

test('surprise by slot is that of the block lane’s slots, for both lanes', () => {
  const block = blockTrace();
  const flat = flatTrace();
  const bits = (trace: typeof block | typeof flat, token: number) =>
    tokenFigures(trace, token).surprise ?? Number.NaN;
  // Text token 5 is slot 0.
  for (const trace of [block, flat]) {
    const slots = surpriseBySlot(trace, 11, block);
    expect(slots).toHaveLength(4);
    for (const slot of [0, 1, 2])
      expect(slots[slot]).toBeCloseTo((bits(trace, 5 + slot) + bits(trace, 9 + slot)) / 2, 9);
    expect(slots[3]).toBeCloseTo(bits(trace, 8), 9);
  }
  expect(surpriseBySlot(flat, 6, block)).toEqual([bits(flat, 5), bits(flat, 6), null, null]);
  expect(surpriseBySlot(flat, 7)).toEqual([(bits(flat, 5) + bits(flat, 6) + bits(flat, 7)) / 3]);
});

test('the cursor goes as far as the lane that is behind, and to the longer end', () => {
  expect(compareExtent([])).toBeNull();
  expect(compareExtent([blockTrace(), flatTrace()])).toEqual({ first: 5, last: 11, ended: false });
  expect(compareExtent([blockTrace(10), flatTrace()])).toEqual({
    first: 5,
    last: 11,
    ended: false,
  });
  expect(compareExtent([blockTrace(10)])).toEqual({ first: 5, last: 9, ended: true });
});
