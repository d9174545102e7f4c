import { expect, it } from 'vitest';
import {
  addTarget,
  BUCKETS,
  bucketOf,
  newWindow,
  positionsOf,
  slotOfPosition,
  slotsOf,
  wholeOf,
} from '@/scripts/report/sums';

it.each([
  [1, 0],
  [15, 0],
  [16, 1],
  [127, 3],
  [128, 4],
  [767, 6],
  [768, 7],
  [1015, 7],
])('puts position %i into bucket %i', (position, bucket) => {
  expect(bucketOf(position)).toBe(bucket);
});

it('gives a target the slot that the scoring layout gives it', () => {
  for (const blockLength of [1, 2, 4, 8])
    for (let position = 1; position < 40; position += 1) {
      // `blockLength - 1` pads stand in front.
      expect(slotOfPosition(position, blockLength)).toBe(
        (blockLength - 1 + position) % blockLength,
      );
    }
});

it('sums nats and counts by slot and position alike', () => {
  const tokens = 150;
  const window = newWindow(3, tokens);
  // Each target costs its own position, so that sums tell which ones went in.
  for (let position = 1; position < tokens; position += 1)
    addTarget(window, position, position, position % 3);
  const all = (tokens * (tokens - 1)) / 2;
  expect(wholeOf(window)).toEqual({ nats: [all], counts: [149] });
  expect(window.bytes).toBe(150);

  const { nats, counts } = slotsOf(window, 4);
  expect(counts).toEqual([38, 37, 37, 37]);
  for (let slot = 0; slot < 4; slot += 1) {
    let expected = 0;
    for (let position = 1 + slot; position < tokens; position += 4) expected += position;
    expect(nats[slot]).toBe(expected);
  }
  expect(slotsOf(window, 1)).toEqual(wholeOf(window));
  expect(slotsOf(window, 8).nats).toEqual(window.slots);

  const positions = positionsOf(window);
  expect(positions.counts).toEqual([15, 16, 32, 64, 22, 0, 0, 0]);
  expect(positions.counts).toHaveLength(BUCKETS.length);
  expect(positions.nats[0]).toBe(120);
  expect(positions.nats[4]).toBe(((128 + 149) * 22) / 2);
});
