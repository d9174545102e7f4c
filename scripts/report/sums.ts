import type { Cluster } from './statistics';

/** Sums are kept by place modulo this, from which the slots of blocks of 1, 2, 4 and 8 tokens follow. */
export const FINEST = 8;

/** First token of each position bucket, counted in the window; the last bucket is open. */
export const BUCKETS = [1, 16, 32, 64, 128, 256, 512, 768] as const;

/** What was scored in one window: all of it but its first token. */
export interface WindowSums {
  document: number;
  /** Tokens of the window, the first one included, which is no target. */
  tokens: number;
  /** UTF-8 bytes of the targets. */
  bytes: number;
  /** Nats by slot of a block of `FINEST` tokens. */
  slots: number[];
  /** Nats by position bucket. */
  positions: number[];
}

/**
 * The slot of the token at `position` of a window. The first token closes block 0 (`L_B − 1` pads stand before it), so the first
 * target opens block 1 at every block length. Flat models are told apart by the same slots, which are theirs in name only.
 */
export function slotOfPosition(position: number, blockLength: number): number {
  return (position - 1) % blockLength;
}

/** The position bucket of the token at `position` (1 or more) of a window. */
export function bucketOf(position: number): number {
  let bucket = 0;
  while (bucket + 1 < BUCKETS.length && position >= (BUCKETS[bucket + 1] ?? 0)) bucket += 1;
  return bucket;
}

/** Empty sums of a window. */
export function newWindow(document: number, tokens: number): WindowSums {
  return {
    document,
    tokens,
    bytes: 0,
    slots: new Array<number>(FINEST).fill(0),
    positions: new Array<number>(BUCKETS.length).fill(0),
  };
}

/** Adds the target at `position` of a window. */
export function addTarget(sums: WindowSums, position: number, nats: number, bytes: number): void {
  const slot = slotOfPosition(position, FINEST);
  const bucket = bucketOf(position);
  sums.slots[slot] = (sums.slots[slot] ?? 0) + nats;
  sums.positions[bucket] = (sums.positions[bucket] ?? 0) + nats;
  sums.bytes += bytes;
}

/** A window as one group: all its targets. */
export function wholeOf(sums: WindowSums): Cluster {
  return { nats: [sums.slots.reduce((a, b) => a + b, 0)], counts: [sums.tokens - 1] };
}

/** A window by the slots of blocks of `blockLength` tokens (a divisor of `FINEST`). */
export function slotsOf(sums: WindowSums, blockLength: number): Cluster {
  const nats = new Array<number>(blockLength).fill(0);
  sums.slots.forEach((value, slot) => {
    nats[slot % blockLength] = (nats[slot % blockLength] ?? 0) + value;
  });
  return { nats, counts: countPositions(sums.tokens, blockLength, slotOfPosition) };
}

/** A window by position bucket. */
export function positionsOf(sums: WindowSums): Cluster {
  return {
    nats: sums.positions,
    counts: countPositions(sums.tokens, BUCKETS.length, bucketOf),
  };
}

function countPositions(
  tokens: number,
  groups: number,
  groupOf: (position: number, groups: number) => number,
): number[] {
  const counts = new Array<number>(groups).fill(0);
  for (let position = 1; position < tokens; position += 1) {
    const group = groupOf(position, groups);
    counts[group] = (counts[group] ?? 0) + 1;
  }
  return counts;
}
