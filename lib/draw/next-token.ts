import { cutThreshold, softmax, surprise, topEntries } from '@/lib/model/softmax';
import type { Sampling } from '@/lib/trace/types';

/** One entry of the vocabulary that has a bar of its own. */
export interface Bar {
  id: number;
  /** softmax(logits / T) over all entries, before any cut. */
  probability: number;
  /** How many entries are more probable. */
  rank: number;
  picked: boolean;
  /** The sampling cut or a ban leaves this entry out. */
  dropped: boolean;
  /** It is never drawn, whatever its probability: the pad, and end-of-text where the run goes on past it. */
  banned: boolean;
}

/** Entries without a bar of their own, as one. */
export interface Rest {
  count: number;
  probability: number;
}

/** What the next-token panel shows for one pick: bars and both rests add up to one. */
export interface NextToken {
  /** The bars above the cut, most probable first, then those below it. */
  bars: Bar[];
  keptRest: Rest;
  droppedRest: Rest;
  /** How many entries the cut keeps. */
  kept: number;
  /** Whether there is a cut at all. */
  cut: boolean;
  /** How many entries are more probable than the pick. */
  pickRank: number;
  /** −log2 softmax(logits) of the pick at T = 1. */
  surpriseBits: number;
  vocabulary: number;
}

export interface NextTokenRequest {
  /** [vocabulary], before temperature, bans and cut. */
  logits: Float32Array;
  pick: number;
  sampling: Sampling;
  endId: number;
  padId: number;
  /** How many bars at most. */
  count: number;
  /** Only these entries get a bar; left out: all may, and the pick always does. */
  only?: (id: number) => boolean;
}

/** The `count` most probable entries and the pick; what has no bar is added up on its side of the cut, never left out. */
export function layoutNextToken(request: NextTokenRequest): NextToken {
  const { logits, pick, sampling, padId, endId, count, only } = request;
  const probabilities = softmax(logits, sampling.temperature);
  const banned = sampling.ignoreEnd ? [padId, endId] : [padId];
  const threshold = cutThreshold(logits, { ...sampling, banned });
  const keeps = (id: number) => (logits[id] ?? 0) >= threshold && !banned.includes(id);

  const ids = mostProbable(probabilities, count, only);
  if (!only && !ids.includes(pick)) ids[ids.length - 1] = pick;
  const bars = ids.map((id) => ({
    id,
    probability: probabilities[id] ?? 0,
    rank: rankOf(logits, id),
    picked: id === pick,
    dropped: !keeps(id),
    banned: banned.includes(id),
  }));
  const shown = new Set(ids);
  const keptRest = { count: 0, probability: 0 };
  const droppedRest = { count: 0, probability: 0 };
  let kept = 0;
  for (let id = 0; id < logits.length; id++) {
    const keeping = keeps(id);
    if (keeping) kept++;
    if (shown.has(id)) continue;
    const rest = keeping ? keptRest : droppedRest;
    rest.count++;
    rest.probability += probabilities[id] ?? 0;
  }
  return {
    bars: [...bars.filter((bar) => !bar.dropped), ...bars.filter((bar) => bar.dropped)],
    keptRest,
    droppedRest,
    kept,
    cut: threshold > Number.NEGATIVE_INFINITY,
    pickRank: rankOf(logits, pick),
    surpriseBits: surprise(logits, pick),
    vocabulary: logits.length,
  };
}

/** Ids by probability; with `only`, the most probable of those. */
function mostProbable(
  probabilities: Float64Array,
  count: number,
  only: NextTokenRequest['only'],
): number[] {
  if (!only) return topEntries(probabilities, count).entries.map((entry) => entry.id);
  return Array.from(probabilities.keys())
    .filter(only)
    .sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b)
    .slice(0, count);
}

/** Taken from the logits: greedy leaves no probability to order by. */
function rankOf(logits: Float32Array, id: number): number {
  const own = logits[id] ?? 0;
  let rank = 0;
  // By index: an iterator takes several times as long, and this is asked of every bar in every update.
  for (let other = 0; other < logits.length; other++) if ((logits[other] ?? 0) > own) rank++;
  return rank;
}
