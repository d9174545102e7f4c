import type { Dims } from '@/lib/model/manifest';
import type { StepResult } from '@/lib/trace/types';

/** First row of each bucket of row distance to block 0; the last bucket is open. Row 0 has but one key and is left out. */
export const ROWS = [1, 4, 8, 16, 32, 64, 128] as const;

/** Attention of one head of the block decoder on block 0, block 1, and the row's own block, by row bucket: sums over rows. */
export interface HeadSink {
  layer: number;
  head: number;
  first: number[];
  second: number[];
  own: number[];
}

/** What the block decoder's rows give to the first block. */
export interface SinkSums {
  /** Rows a bucket. */
  rows: number[];
  /** Sums of `1 / (row + 1)`: what an even spread would give to a block. */
  even: number[];
  heads: HeadSink[];
}

export function rowBucket(row: number): number {
  let bucket = 0;
  while (bucket + 1 < ROWS.length && row >= (ROWS[bucket + 1] ?? 0)) bucket += 1;
  return bucket;
}

export function newSink({ blockLayers, heads }: Pick<Dims, 'blockLayers' | 'heads'>): SinkSums {
  const zeros = () => new Array<number>(ROWS.length).fill(0);
  return {
    rows: zeros(),
    even: zeros(),
    heads: Array.from({ length: blockLayers * heads }, (_, i) => ({
      layer: Math.floor(i / heads),
      head: i % heads,
      first: zeros(),
      second: zeros(),
      own: zeros(),
    })),
  };
}

/**
 * Adds global row `row` of every layer and head. `weightOf(i, key)` is the attention of layer-and-head `i` on block `key`.
 */
export function addSinkRow(
  sums: SinkSums,
  row: number,
  weightOf: (i: number, key: number) => number,
): void {
  if (row < 1) return;
  const bucket = rowBucket(row);
  bump(sums.rows, bucket, 1);
  bump(sums.even, bucket, 1 / (row + 1));
  sums.heads.forEach((head, i) => {
    bump(head.first, bucket, weightOf(i, 0));
    bump(head.second, bucket, weightOf(i, 1));
    bump(head.own, bucket, weightOf(i, row));
  });
}

/** Attention of the token decoder by slot and key: sums over the blocks whose target at that slot counts. */
export interface LocalSums {
  /** Targets a slot. */
  targets: number[];
  /** By layer and head, then slot, then prefix 0 … P − 1 and, last, all earlier tokens of the block together. */
  heads: { layer: number; head: number; shares: number[][] }[];
}

export function newLocal({
  tokenLayers,
  heads,
  blockLength,
  prefixLength,
}: Pick<Dims, 'tokenLayers' | 'heads' | 'blockLength' | 'prefixLength'>): LocalSums {
  return {
    targets: new Array<number>(blockLength).fill(0),
    heads: Array.from({ length: tokenLayers * heads }, (_, i) => ({
      layer: Math.floor(i / heads),
      head: i % heads,
      shares: Array.from({ length: blockLength }, () =>
        new Array<number>(prefixLength + 1).fill(0),
      ),
    })),
  };
}

/** Adds one written block. `counts(slot)` says whether the token there is a target; pads are none. */
export function addLocalBlock(
  sums: LocalSums,
  { localAttention }: Pick<StepResult, 'localAttention'>,
  { prefixLength, blockLength }: Pick<Dims, 'prefixLength' | 'blockLength'>,
  counts: (slot: number) => boolean,
): void {
  const side = prefixLength + blockLength - 1;
  for (let slot = 0; slot < blockLength; slot += 1) {
    if (!counts(slot)) continue;
    bump(sums.targets, slot, 1);
    const row = prefixLength - 1 + slot;
    sums.heads.forEach(({ shares }, i) => {
      const into = shares[slot] ?? [];
      for (let key = 0; key <= row; key += 1) {
        const weight = localAttention[(i * side + row) * side + key] ?? 0;
        bump(into, Math.min(key, prefixLength), weight);
      }
    });
  }
}

function bump(values: number[], index: number, by: number): void {
  values[index] = (values[index] ?? 0) + by;
}
