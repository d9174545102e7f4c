import { describe, expect, it } from 'vitest';
import {
  isSink,
  judgeLengths,
  judgeNearest,
  judgePositions,
  judgePrefixes,
  judgeSameLoss,
  judgeSameSize,
  judgeSink,
  judgeSlots,
} from '@/scripts/report/findings';
import type { InsideResult, SinkResult } from '@/scripts/report/inside-results';
import { fullOf, gapResult, lengthSeries, scoreResult } from '@/scripts/report/results';
import { positionsOf, slotsOf } from '@/scripts/report/sums';
import { facts, flat, windows } from './synthetic';

const LENGTHS = [401, 401, 401, 401, 401, 401];
/** A little that differs between documents, and a little that does not cancel. */
const wobble = (position: number, document: number) =>
  0.3 * document + 0.01 * Math.sin(position * (document + 1));

describe('the U over slots', () => {
  const judgeU = (slots: readonly number[]) =>
    judgeSlots({
      where: 'here',
      clusters: windows(LENGTHS, (p, d) => 3 + (slots[(p - 1) % 4] ?? 0) + wobble(p, d)).map((w) =>
        slotsOf(w, 4),
      ),
      slots: 4,
    });

  it('wants both ends above the middle', () => {
    expect(judgeU([0.3, 0, 0.1, 0.3])?.verdict).toBe('shown');
    expect(judgeU([0.3, 0, 0, 0])?.verdict).toBe('partly');
    expect(judgeU([0, 0, 0, 0.3])?.verdict).toBe('partly');
    expect(judgeU([0, 0.3, 0.3, 0])?.verdict).toBe('not shown');
    expect(judgeU([0, 0, 0, 0])?.verdict).toBe('not shown');
    expect(judgeU([0.3, 0, 0.1, 0.3])?.numbers).toContain('first slot +0.2');
  });

  it('says nothing of blocks without a middle', () => {
    expect(judgeSlots({ where: '', clusters: [], slots: 2 })).toBeNull();
  });
});

describe('the fall along the context', () => {
  const full = (lengths: number[], nats: (p: number, d: number) => number) =>
    fullOf(windows(lengths, nats), { contextLength: 1024 }).map(positionsOf);
  const eight = new Array<number>(8).fill(1016);

  it('compares within windows that fill the context', () => {
    const falling = full([...eight, 300], (p, d) => 5 - 0.001 * p + wobble(p, d));
    expect(falling).toHaveLength(8);
    expect(judgePositions('', falling).verdict).toBe('shown');
    const rising = full(eight, (p, d) => 3 + 0.001 * p + wobble(p, d));
    expect(judgePositions('', rising).verdict).toBe('not shown');
  });

  it('says nothing of too few or too short windows', () => {
    expect(
      judgePositions(
        '',
        full(eight.slice(1), () => 1),
      ).verdict,
    ).toBe('cannot be told');
    const short = windows(new Array<number>(9).fill(248), () => 1).map(positionsOf);
    expect(judgePositions('', short).verdict).toBe('cannot be told');
    expect(judgePositions('', []).verdict).toBe('cannot be told');
  });
});

describe('gaps', () => {
  const block = windows(LENGTHS, (p, d) => 3 + wobble(p, d) + (p % 4 === 1 ? 0.4 : 0));
  const rival = windows(LENGTHS, (p, d) => 2.9 + wobble(p, d) + 0.001 * Math.cos(p));
  const gap = gapResult(facts('tiny-b4'), flat('tiny-flat-same'), 'stories', block, rival);

  it('are paired on the same targets, as a whole and by slot', () => {
    expect(gap.documents).toBe(6);
    expect(gap.gap.value).toBeCloseTo(0.2, 3);
    expect(gap.gap.error).toBeLessThan(0.001);
    expect(gap.bySlot.map((slot) => Number(slot.gap.value.toFixed(2)))).toEqual([
      0.5, 0.1, 0.1, 0.1,
    ]);
    const alone = scoreResult(facts('tiny-b4'), 'stories', block);
    expect(alone.loss.error).toBeGreaterThan(0.1);
    expect(alone.bySlot[0]?.value).toBeCloseTo(gap.bySlot[0]?.model.value ?? 0, 12);
    expect(() => gapResult(facts('a'), flat('b'), 'stories', block, rival.slice(1))).toThrow(
      /same targets/,
    );
  });

  it('say who wins, by the numbers', () => {
    expect(judgeSameSize(gap)).toMatchObject({ verdict: 'shown' });
    expect(judgeSameSize(gap).numbers).toContain('tiny-flat-same wins');
    const turned = { ...gap, cautious: { value: -0.2, error: 0.01 } };
    expect(judgeSameSize(turned)).toMatchObject({ verdict: 'not shown' });
    expect(judgeSameSize(turned).numbers).toContain('tiny-b4 wins');
    const unclear = { ...gap, cautious: { value: 0.2, error: 0.11 } };
    expect(judgeSameSize(unclear).numbers).toContain('neither wins clearly');
    expect(judgeSameLoss(gap, 2.7).verdict).toBe('shown');
    expect(judgeSameLoss(gap, 1.4).verdict).toBe('not shown');
  });
});

describe('the block length', () => {
  const scored = (blockLength: number, level: number, more = {}) => ({
    facts: facts(`tiny-b${blockLength}`, { blockLength, ...more }),
    main: true,
    windows: new Map([
      ['stories', windows(LENGTHS, (p, d) => level + wobble(p, d) + 0.001 * Math.cos(p + level))],
    ]),
  });

  it('needs three lengths of one shape', () => {
    expect(lengthSeries([scored(4, 3), scored(8, 3.2)], 'stories')).toEqual([]);
    expect(
      lengthSeries([scored(4, 3), scored(8, 3.2), scored(2, 2.8, { width: 512 })], 'stories'),
    ).toEqual([]);
    expect(lengthSeries([scored(4, 3), scored(8, 3.2), scored(2, 2.8)], 'books')).toEqual([]);
  });

  it('is judged by its steps and its line', () => {
    const series = (...levels: number[]) => {
      const [found] = lengthSeries(
        levels.map((level, i) => scored(2 ** i, level)).reverse(),
        'stories',
      );
      if (!found) throw new Error('no series');
      return found;
    };
    const straight = series(2.6, 2.8, 3, 3.2);
    expect(straight.points.map(({ blockLength }) => blockLength)).toEqual([1, 2, 4, 8]);
    expect(straight.line.slope).toBeCloseTo(0.2, 2);
    expect(judgeLengths(straight).verdict).toBe('shown');
    expect(judgeLengths(series(2.6, 2.61, 2.62, 3.4)).verdict).toBe('partly');
    expect(judgeLengths(series(3.2, 3, 2.8)).verdict).toBe('not shown');
  });
});

describe('attention', () => {
  const sink = (shares: number[]): SinkResult => ({
    buckets: [],
    far: { rows: 100, even: 0.01 },
    heads: shares.map((first, head) => ({
      layer: 0,
      head,
      first: [],
      second: [],
      far: { first, second: 0.02, own: 0.1 },
    })),
  });

  it('has a sink where block 0 stands out from an even share and from block 1', () => {
    expect(isSink({ first: 0.1, second: 0.02 }, 0.01)).toBe(true);
    expect(isSink({ first: 0.09, second: 0.001 }, 0.01)).toBe(false);
    expect(isSink({ first: 0.3, second: 0.2 }, 0.01)).toBe(false);
    expect(isSink(null, 0.01)).toBe(false);
    expect(judgeSink('', sink([0.5, 0.6, 0, 0])).verdict).toBe('shown');
    expect(judgeSink('', sink([0.5, 0, 0, 0])).verdict).toBe('partly');
    expect(judgeSink('', sink([0.05, 0, 0, 0])).verdict).toBe('not shown');
    expect(judgeSink('', { ...sink([1]), far: null }).verdict).toBe('cannot be told');
  });

  it('is on the prefixes where they get more than their share, most of all prefix 0', () => {
    const slots = (beyond: number, first: number): InsideResult['slots'] =>
      [0, 1, 2].map((slot) => ({
        slot,
        targets: 10,
        even: 2 / (2 + slot),
        prefixes: [],
        tokens: { value: 0, error: 0 },
        beyondEven: { value: beyond, error: 0.01 },
        firstOverLast: { value: slot === 0 ? -1 : first, error: 0.01 },
      }));
    expect(judgePrefixes('', { slots: slots(0.1, 0.1) }).verdict).toBe('shown');
    expect(judgePrefixes('', { slots: slots(0.1, -0.1) }).verdict).toBe('partly');
    expect(judgePrefixes('', { slots: slots(0.01, 0.1) }).verdict).toBe('partly');
    expect(judgePrefixes('', { slots: slots(-0.1, 0.01) }).verdict).toBe('not shown');
    expect(judgePrefixes('', { slots: slots(1, 1).slice(0, 1) }).verdict).toBe('cannot be told');
  });
});

describe('the nearest entries', () => {
  const rate = (value: number, chance: number) => ({
    rate: { value, error: 0.01 },
    chance: { value: chance, error: 0.01 },
    beyondChance: { value: value - chance, error: 0.01 },
  });
  const prefix = (last: number, first: number, general = 0) => ({
    rates: {
      last: rate(last, 0.03),
      current: rate(last, 0.03),
      first: rate(first, 0.03),
      next: rate(first, 0.03),
    },
    lastOverFirst: { value: last - first, error: 0.01 },
    general,
    common: [],
  });
  const verdicts = (head: ReturnType<typeof prefix>, tail: ReturnType<typeof prefix>) => {
    const { lastPrefix, firstPrefix, past } = judgeNearest('', { prefixes: [head, tail] });
    return [lastPrefix?.verdict, firstPrefix?.verdict, past?.verdict];
  };

  it('tell past from future, and a stand-in from a general state', () => {
    expect(verdicts(prefix(0.03, 0, 0.7), prefix(0.8, 0.05))).toEqual(['shown', 'shown', 'shown']);
    expect(verdicts(prefix(0.5, 0, 0.7), prefix(0.3, 0.05))).toEqual(['partly', 'partly', 'shown']);
    expect(verdicts(prefix(0.5, 0, 0.1), prefix(0.03, 0.6))).toEqual([
      'not shown',
      'not shown',
      'not shown',
    ]);
    expect(judgeNearest('', { prefixes: [] })).toEqual({});
  });
});
