import { expect, test } from 'vitest';
import { BUDGET_BYTES, jobOf, largestBatch, sequenceBytes } from '@/lib/lab/work';
import { tinyDims } from '../bench/dims';

test('a sequence holds 2 × layers × width × 4 bytes for each of its positions', () => {
  expect(sequenceBytes(tinyDims.b4, 1008)).toBe(2 * 3 * 256 * 4 * 252);
  expect(sequenceBytes(tinyDims.same, 1008)).toBe(2 * 6 * 256 * 4 * 1008);
});

test('as many sequences as the budget holds at full length, and one more does not fit', () => {
  const batches = [tinyDims.b4, tinyDims.match, tinyDims.same].map((dims) => {
    const batch = largestBatch(dims, 1008);
    expect(batch * sequenceBytes(dims, 1008)).toBeLessThanOrEqual(BUDGET_BYTES);
    expect((batch + 1) * sequenceBytes(dims, 1008)).toBeGreaterThan(BUDGET_BYTES);
    return batch;
  });
  expect(batches).toEqual([43, 16, 5]);
});

test('one sequence is always written, however long', () => {
  expect(largestBatch(tinyDims.same, 1_000_000)).toBe(1);
  expect(jobOf('prefill-heavy', 43)).toEqual({ input: 896, output: 112, batch: 43 });
});
