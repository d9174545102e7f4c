import { cutThreshold, softmax, surprise, topEntries } from '@/lib/model/softmax';
import type { Sampling } from '@/lib/trace/types';

export interface Bar {
  id: number;
  /** softmax(logits / T) over all entries, before any cut. */
  probability: number;
  picked: boolean;
  /** The sampling cut (or the ban on end-of-text) leaves this entry out. */
  dropped: boolean;
}

/** What the next-token panel shows for one pick. */
export interface NextToken {
  bars: Bar[];
  /** How many entries the bars leave out, and their probability together. */
  rest: { count: number; probability: number };
  /** How many entries the cut keeps, and which cuts were on. */
  kept: number;
  /** −log2 softmax(logits) of the pick at T = 1. */
  surpriseBits: number;
  vocabulary: number;
}

/** The `count` most probable entries and the pick; the rest of the vocabulary is one number, never left out. */
export function layoutNextToken(
  logits: Float32Array,
  pick: number,
  sampling: Sampling,
  endId: number,
  padId: number,
  count: number,
): NextToken {
  const probabilities = softmax(logits, sampling.temperature);
  const banned = sampling.ignoreEnd ? [padId, endId] : [padId];
  const threshold = cutThreshold(logits, { ...sampling, banned });
  const keeps = (id: number) => !banned.includes(id) && (logits[id] ?? 0) >= threshold;
  const bar = (id: number): Bar => ({
    id,
    probability: probabilities[id] ?? 0,
    picked: id === pick,
    dropped: !keeps(id),
  });
  const { entries } = topEntries(probabilities, count);
  const bars = entries.map((entry) => bar(entry.id));
  if (!bars.some((entry) => entry.picked)) bars[bars.length - 1] = bar(pick);
  const shown = bars.reduce((sum, entry) => sum + entry.probability, 0);
  let kept = 0;
  for (let id = 0; id < logits.length; id++) if (keeps(id)) kept++;
  return {
    bars,
    rest: { count: logits.length - bars.length, probability: Math.max(0, 1 - shown) },
    kept,
    surpriseBits: surprise(logits, pick),
    vocabulary: logits.length,
  };
}
