import { windowLength } from '../scoring';
import type { ModelFacts } from './bundles';
import {
  type Cluster,
  cautious,
  contrast,
  differences,
  type Estimate,
  gather,
  lineThrough,
  total,
} from './statistics';
import { BUCKETS, positionsOf, slotsOf, type WindowSums, wholeOf } from './sums';

/** A model's sums on the texts that it was scored on. */
export interface ScoredModel {
  facts: ModelFacts;
  main: boolean;
  windows: ReadonlyMap<string, readonly WindowSums[]>;
}

/** One model on one text. Losses in nats a token; errors are standard errors. */
export interface ScoreResult {
  model: string;
  text: string;
  documents: number;
  windows: number;
  scoredTokens: number;
  /** The error is over documents. */
  loss: Estimate;
  bitsPerByte: number;
  /** By slot of the model's own blocks; errors over windows. */
  bySlot: Estimate[];
  byPosition: PositionLoss[];
  /** The same over windows that fill the context alone; null when there are fewer than `FULL_WINDOWS`. */
  fullByPosition: PositionLoss[] | null;
  fullWindows: number;
}

/** Loss in a bucket of positions in the window; the error is over windows. `to` is null for the open bucket. */
export interface PositionLoss {
  from: number;
  to: number | null;
  targets: number;
  loss: Estimate;
}

/** Full windows without which nothing is said of the position in the context. */
export const FULL_WINDOWS = 8;

/** What a block model loses more than a flat one on the same targets; negative where the flat one loses more. */
export interface GapResult {
  model: string;
  against: string;
  text: string;
  documents: number;
  /** Paired, over documents. */
  gap: Estimate;
  /** The same gap with the error over windows. */
  overWindows: Estimate;
  /** The larger error of the two: what verdicts use. */
  cautious: Estimate;
  /** By slot of the block model; errors over windows. */
  bySlot: { model: Estimate; against: Estimate; gap: Estimate }[];
}

/** Models of one shape that differ in block length. */
export interface LengthSeries {
  text: string;
  points: { model: string; blockLength: number; loss: Estimate; tokensSeen: number }[];
  /** Loss of each block length minus that of the one before, paired. */
  steps: Estimate[];
  /** Least squares against log2 of the block length. */
  line: { slope: number; explained: number };
}

/** Whether models saw so differently many tokens that part of their differences is due to that. */
export function sawUnevenly(tokens: readonly number[]): boolean {
  return Math.max(...tokens) > 1.02 * Math.min(...tokens);
}

/** Block lengths that a series needs before it says anything. */
export const SERIES = 3;

export function scoreResult(
  facts: ModelFacts,
  text: string,
  windows: readonly WindowSums[],
): ScoreResult {
  const whole = windows.map(wholeOf);
  const documents = byDocument(whole, windows);
  const loss = contrast(documents, [1]);
  const slots = windows.map((window) => slotsOf(window, facts.blockLength));
  const full = fullOf(windows, facts);
  const scoredTokens = whole.reduce((sum, { counts }) => sum + (counts[0] ?? 0), 0);
  const bytes = windows.reduce((sum, window) => sum + window.bytes, 0);
  return {
    model: facts.id,
    text,
    documents: documents.length,
    windows: windows.length,
    scoredTokens,
    loss,
    bitsPerByte: (loss.value * scoredTokens) / Math.LN2 / bytes,
    bySlot: means(slots, facts.blockLength),
    byPosition: lossByPosition(windows),
    fullByPosition: full.length < FULL_WINDOWS ? null : lossByPosition(full),
    fullWindows: full.length,
  };
}

/** The windows that fill the context. */
export function fullOf(
  windows: readonly WindowSums[],
  { contextLength }: Pick<ModelFacts, 'contextLength'>,
): WindowSums[] {
  return windows.filter(({ tokens }) => tokens === windowLength(contextLength));
}

function lossByPosition(windows: readonly WindowSums[]): PositionLoss[] {
  const positions = windows.map(positionsOf);
  return BUCKETS.flatMap((from, bucket) => {
    const reached = positions.filter(({ counts }) => (counts[bucket] ?? 0) > 0);
    if (reached.length === 0) return [];
    const targets = total(reached.map(({ counts }) => counts[bucket] ?? 0));
    const next = BUCKETS[bucket + 1];
    const to = next === undefined ? null : next - 1;
    return [{ from, to, targets, loss: contrast(reached, only(bucket)) }];
  });
}

/** @throws RangeError when the two were not scored on the same targets. */
export function gapResult(
  model: ModelFacts,
  against: ModelFacts,
  text: string,
  one: readonly WindowSums[],
  other: readonly WindowSums[],
): GapResult {
  const whole = differences(one.map(wholeOf), other.map(wholeOf));
  const documents = byDocument(whole, one);
  const gap = contrast(documents, [1]);
  const overWindows = contrast(whole, [1]);
  const slots = (windows: readonly WindowSums[]) =>
    windows.map((window) => slotsOf(window, model.blockLength));
  const [mine, theirs] = [slots(one), slots(other)];
  const [ours, rivals, gaps] = [mine, theirs, differences(mine, theirs)].map((clusters) =>
    means(clusters, model.blockLength),
  );
  return {
    model: model.id,
    against: against.id,
    text,
    documents: documents.length,
    gap,
    overWindows,
    cautious: cautious(gap, overWindows),
    bySlot: Array.from({ length: model.blockLength }, (_, slot) => ({
      model: ours?.[slot] ?? NONE,
      against: rivals?.[slot] ?? NONE,
      gap: gaps?.[slot] ?? NONE,
    })),
  };
}

/** Series over block lengths, one a text, where models of one shape exist at three lengths or more. */
export function lengthSeries(models: readonly ScoredModel[], text: string): LengthSeries[] {
  const shapes = new Map<string, ScoredModel[]>();
  for (const model of models) {
    if (model.facts.architecture !== 'block' || !model.windows.has(text)) continue;
    const { tokenizerSha256, width, heads, blockLayers, tokenLayers } = model.facts;
    const shape = [tokenizerSha256, width, heads, blockLayers, tokenLayers].join();
    shapes.set(shape, [...(shapes.get(shape) ?? []), model]);
  }
  return [...shapes.values()].flatMap((group) => {
    const sorted = [...group].sort((a, b) => a.facts.blockLength - b.facts.blockLength);
    const lengths = new Set(sorted.map(({ facts }) => facts.blockLength));
    if (lengths.size < SERIES) return [];
    const sums = sorted.map(({ windows }) => windows.get(text) ?? []);
    const points = sorted.map(({ facts }, i) => ({
      model: facts.id,
      blockLength: facts.blockLength,
      loss: contrast(byDocument((sums[i] ?? []).map(wholeOf), sums[i] ?? []), [1]),
      tokensSeen: facts.tokensSeen,
    }));
    const steps = sums.slice(1).map((windows, i) => {
      const before = sums[i] ?? [];
      const whole = differences(windows.map(wholeOf), before.map(wholeOf));
      return cautious(contrast(byDocument(whole, windows), [1]), contrast(whole, [1]));
    });
    const line = lineThrough(
      points.map(({ blockLength, loss }) => [Math.log2(blockLength), loss.value] as const),
    );
    return [{ text, points, steps, line }];
  });
}

/** Clusters of windows joined by document. */
export function byDocument(
  clusters: readonly Cluster[],
  windows: readonly Pick<WindowSums, 'document'>[],
): Cluster[] {
  return gather(clusters, (_, i) => windows[i]?.document ?? -1);
}

const NONE: Estimate = { value: Number.NaN, error: null };

/** Weights that pick one group. */
export function only(group: number): number[] {
  return Array.from({ length: group + 1 }, (_, k) => (k === group ? 1 : 0));
}

/** The mean of each group that has targets. */
function means(clusters: readonly Cluster[], groups: number): Estimate[] {
  return Array.from({ length: groups }, (_, k) =>
    clusters.some(({ counts }) => (counts[k] ?? 0) > 0) ? contrast(clusters, only(k)) : NONE,
  );
}
