import { describe, expect, it } from 'vitest';
import { sampleOf } from '@/scripts/report/inside';
import { localSlots, sinkResult } from '@/scripts/report/inside-results';
import { type Reading, spellingOf, tallyPrefixes } from '@/scripts/report/prefixes';
import {
  addLocalBlock,
  addSinkRow,
  newLocal,
  newSink,
  ROWS,
  rowBucket,
} from '@/scripts/report/shares';
import { total } from '@/scripts/report/statistics';

const DIMS = { blockLayers: 1, tokenLayers: 1, heads: 2, blockLength: 4, prefixLength: 2 };

describe('attention on the first block', () => {
  it('means over the rows of a bucket, beside an even share', () => {
    const sums = newSink(DIMS);
    for (let row = 0; row <= 40; row += 1)
      // Head 0 gives block 0 all; head 1 spreads evenly.
      addSinkRow(sums, row, (i, key) => (i === 0 ? +(key === 0) : 1 / (row + 1)));
    const { buckets, heads, far } = sinkResult(sums);
    expect(buckets.map(({ rows }) => rows)).toEqual([3, 4, 8, 16, 9, 0, 0]);
    expect(buckets[0]).toEqual({ from: 1, to: 3, rows: 3, even: (1 / 2 + 1 / 3 + 1 / 4) / 3 });
    expect(heads[0]?.first.slice(0, 6)).toEqual([1, 1, 1, 1, 1, null]);
    heads[1]?.first.forEach((share, bucket) => {
      if (share === null) expect(buckets[bucket]?.even).toBeNull();
      else expect(share).toBeCloseTo(buckets[bucket]?.even ?? 0, 12);
    });
    expect(far?.rows).toBe(9);
    expect(heads[0]?.far).toEqual({ first: 1, second: 0, own: 0 });
    expect(heads[1]?.far?.own).toBeCloseTo(far?.even ?? 0, 12);
    expect(sinkResult(newSink(DIMS)).far).toBeNull();
  });

  it('has a bucket for every row but row 0', () => {
    expect(ROWS.map(rowBucket)).toEqual(ROWS.map((_, i) => i));
    expect(rowBucket(31)).toBe(3);
    expect(rowBucket(254)).toBe(6);
  });
});

describe('attention on the prefixes', () => {
  /** A causal 5 × 5 map a head; each row sums to one. */
  function attention(seed: number): Float32Array {
    const map = new Float32Array(2 * 25);
    let value = seed;
    for (let head = 0; head < 2; head += 1)
      for (let row = 0; row < 5; row += 1) {
        const weights = Array.from({ length: row + 1 }, () => {
          value = (value * 16807) % 2147483647;
          return value / 2147483647;
        });
        const sum = total(weights);
        weights.forEach((weight, key) => {
          map[head * 25 + row * 5 + key] = weight / sum;
        });
      }
    return map;
  }

  it('gives shares that sum to one at every slot, and no token before slot 0', () => {
    const windows = [3, 11].map((seed) => {
      const sums = newLocal(DIMS);
      addLocalBlock(sums, { localAttention: attention(seed) }, DIMS, () => true);
      addLocalBlock(sums, { localAttention: attention(seed + 1) }, DIMS, (slot) => slot < 2);
      expect(sums.targets).toEqual([2, 2, 1, 1]);
      for (const { shares } of sums.heads)
        shares.forEach((keys, slot) => {
          expect(total(keys)).toBeCloseTo(sums.targets[slot] ?? 0, 5);
        });
      expect(sums.heads[0]?.shares[0]?.[2]).toBe(0);
      return { targets: sums.targets, shares: sums.heads[0]?.shares ?? [] };
    });
    const slots = localSlots(windows, 2);
    for (const { prefixes, tokens, beyondEven, even } of slots) {
      const both = total(prefixes.map(({ value }) => value));
      expect(both + tokens.value).toBeCloseTo(1, 5);
      expect(beyondEven.value).toBeCloseTo(both - even, 12);
    }
    expect(slots.map(({ even }) => even)).toEqual([1, 2 / 3, 1 / 2, 2 / 5]);
    const [map] = [attention(3)];
    // One window's block: slot 2 asks with row P − 1 + 2.
    const alone = newLocal(DIMS);
    addLocalBlock(alone, { localAttention: map }, DIMS, (slot) => slot === 2);
    expect(alone.heads[1]?.shares[2]).toEqual([
      map[25 + 15] ?? 0,
      map[25 + 16] ?? 0,
      (map[25 + 17] ?? 0) + (map[25 + 18] ?? 0),
    ]);
  });
});

describe('what the prefixes say', () => {
  const WORDS = ['', '(end)', ' the', ' fox', 'Fox', ' ran', ' far', '.', ' owl', ' sat'];
  const tokenizer = {
    endId: 1,
    decode: (ids: ArrayLike<number>) => Array.from(ids, (id) => WORDS[id] ?? '').join(''),
    label: (id: number) => WORDS[id] ?? '',
  };
  const near = (...ids: number[]) => ids.map((id, i) => ({ id, cosine: 1 - i / 10 }));

  it('takes spellings together, and leaves end-of-text alone', () => {
    expect(spellingOf(tokenizer, 3)).toBe(spellingOf(tokenizer, 4));
    expect(spellingOf(tokenizer, 3)).not.toBe(spellingOf(tokenizer, 5));
    expect(spellingOf(tokenizer, 1)).toBe('(end)');
    expect(spellingOf({ endId: 1, decode: () => ' ' }, 0)).toBe(' ');
  });

  it('counts hits by place, and what another window would have given', () => {
    const first: Reading = {
      block: 4,
      current: [2, 3],
      next: [5, 6],
      prefixes: [near(1, 2, 6), near(4, 7)],
    };
    const second: Reading = {
      block: 8,
      current: [2, 8],
      next: [9, 7],
      prefixes: [near(2), near(8, 9)],
    };
    const { prefixes, examples } = tallyPrefixes([[first], [], [second]], tokenizer);
    expect(prefixes.windows).toHaveLength(2);
    expect(prefixes.windows[0]).toEqual({
      readings: 1,
      hits: [
        { last: 0, current: 1, first: 0, next: 1 },
        { last: 1, current: 1, first: 0, next: 0 },
      ],
      chance: [
        { last: 0, current: 1, first: 0, next: 0 },
        { last: 0, current: 0, first: 0, next: 1 },
      ],
    });
    expect(prefixes.windows[1]?.hits[1]).toEqual({ last: 1, current: 1, first: 1, next: 1 });
    // End-of-text and " the" are general, " fox" and " owl" are not.
    expect(prefixes.general).toEqual([2, 0]);
    expect(prefixes.common[1]?.map(({ label }) => label).sort()).toEqual([' owl', 'Fox']);
    expect(examples.map(({ block, next }) => [block, next])).toEqual([
      [4, [' ran', ' far']],
      [8, [' sat', '.']],
    ]);
  });

  it('has nothing to say of a sample without whole blocks', () => {
    const { prefixes, examples } = tallyPrefixes([[], []], tokenizer);
    expect(prefixes).toEqual({ windows: [], common: [], general: [] });
    expect(examples).toEqual([]);
  });
});

describe('the sample', () => {
  const windowsOf = (documents: number, each: number) =>
    Array.from({ length: documents * each }, (_, i) => ({
      document: Math.floor(i / each),
      ids: Int32Array.of(i),
    }));

  it('is the first windows of 40 documents, or eight windows of few documents', () => {
    const many = sampleOf(windowsOf(50, 3));
    expect(many).toHaveLength(40);
    expect(many.map(({ ids }) => ids[0])).toEqual(Array.from({ length: 40 }, (_, i) => 3 * i));
    const few = sampleOf(windowsOf(2, 20));
    expect(few.map(({ ids }) => ids[0])).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
    expect(sampleOf(windowsOf(1, 3))).toHaveLength(3);
    expect(sampleOf([])).toEqual([]);
  });
});
