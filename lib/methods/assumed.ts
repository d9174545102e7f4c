import { mix32, noiseBits } from '@/lib/model/noise';

/** A number in (0, 1), a pure function of seed, stream and index: what stands in for data is the same everywhere. */
export function assumedUniform(seed: number, stream: number, index: number): number {
  return (noiseBits(seed, stream, index) + 0.5) / 0x1_0000_0000;
}

/** Standard Gumbel noise for one query and key, in a layer and head. */
export function gumbel(
  seed: number,
  layer: number,
  head: number,
  query: number,
  key: number,
): number {
  const stream = mix32(seed ^ mix32(layer * 1024 + head));
  return -Math.log(-Math.log(assumedUniform(stream, query, key)));
}

/** 0 … count − 1, the one with the highest score first; among equals the earlier one. */
export function byScore(count: number, score: (index: number) => number): number[] {
  const scores = Float64Array.from({ length: count }, (_, index) => score(index));
  return Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b,
  );
}
