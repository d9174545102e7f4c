import { fixed, percent, plusMinus, range, signed, signedPlusMinus } from './format';
import { FAR, type InsideResult, type SinkResult } from './inside-results';
import { type ClaimId, PAPER, PAPER_SAME_LOSS_TIMES } from './paper';
import { FULL_WINDOWS, type GapResult, type LengthSeries } from './results';
import {
  type Cluster,
  clearlyAbove,
  clearlyBelow,
  contrast,
  type Estimate,
  total,
} from './statistics';
import { BUCKETS } from './sums';

export type Verdict = 'shown' | 'partly' | 'not shown' | 'cannot be told';

/** What one measurement says about a claim. */
export interface Outcome {
  /** What was looked at, for instance `tiny-b4, modern-stories`. */
  where: string;
  verdict: Verdict;
  /** The numbers that decided. */
  numbers: string;
}

/** A claim of the paper, the rule that decides, and what it decided here. */
export interface Finding {
  id: ClaimId;
  claim: string;
  source: string;
  rule: string;
  outcomes: Outcome[];
}

/** Attention of a sink head on block 0: so many times the even share, and so many times what block 1 gets. */
export const SINK = { even: 10, second: 5 } as const;
/** Nats within which two models are taken to have the same loss. */
export const SAME_LOSS = 0.05;
/** Block length of the paper's models in Table 1; others are left out of what is set beside it. */
export const PAPER_BLOCK_LENGTH = 4;
/** Decoder parameters within which two models are taken to have the same size. */
export const SAME_SIZE = 0.05;
/** The bucket that the last one is compared with: the start of a text, hard for any model, lies before it. */
export const EARLY = BUCKETS.indexOf(128);
const LATE = BUCKETS.length - 1;

export const RULES: Record<ClaimId, string> = {
  slots:
    'Shown when the mean over the middle slots lies below both the first and the last slot by more than 2 standard errors over windows. "Against" a flat model, the same holds for the difference on the same targets, which takes out how hard the places in the text are.',
  positions: `Over windows that fill the context (at least ${FULL_WINDOWS}): shown when the loss at positions ${range(BUCKETS[LATE] ?? 0, null)} lies below that at ${range(BUCKETS[EARLY] ?? 0, (BUCKETS[EARLY + 1] ?? 0) - 1)} by more than 2 standard errors.`,
  lengths:
    'Shown when every longer block costs more than the next shorter one by more than 2 standard errors and a line against log2 of the length explains at least 90 % of the variance; partly when only one of these holds.',
  sameSize: `Models with blocks of ${PAPER_BLOCK_LENGTH} and flat models whose decoder parameters differ by at most ${percent(SAME_SIZE)}: shown when the block model loses more by more than 2 standard errors (the larger of those over documents and over windows).`,
  sameLoss: `Models with blocks of ${PAPER_BLOCK_LENGTH} and flat models whose loss differs by at most ${SAME_LOSS} nats: shown when the block model has at least twice their decoder parameters.`,
  sink: `A head has a sink when, over rows ${FAR} and later, block 0 gets at least ${SINK.even} times an even share and at least ${SINK.second} times what block 1 gets. Shown when at least half of the heads have one; partly when at least one has.`,
  prefixes:
    'Shown when, at every slot but the first, the prefixes together get more than an even share and prefix 0 gets more than the last prefix, both by more than 2 standard errors over windows; partly when only one of these holds.',
  lastPrefix:
    "A hit: one of the three nearest entries is a spelling (case and surrounding space aside) of the block's last token. Shown when there are more hits than by chance (the last token of another window's block) by more than 2 standard errors over windows and at least half of the blocks are hits; partly when only the first holds.",
  firstPrefix:
    'Shown when at least half of the nearest entries are end-of-text, "the", "and" or free of letters and the block\'s last token is hit in under a tenth of the blocks more than by chance; partly when only one of these holds.',
  past: "Shown when the last prefix hits the block's last token more often than the next block's first token by more than 2 standard errors over windows.",
};

const finding = (id: ClaimId, outcomes: Outcome[]): Finding => ({
  id,
  ...PAPER[id],
  rule: RULES[id],
  outcomes,
});

/** Groups' clusters by slot, for the U. */
export interface SlotClusters {
  where: string;
  clusters: readonly Cluster[];
  slots: number;
}

/** The U of the loss over slots: how far the ends lie above the mean of the middle. Null with fewer than three slots. */
export function slotEnds(
  clusters: readonly Cluster[],
  slots: number,
): { first: Estimate; last: Estimate } | null {
  if (slots < 3) return null;
  const middle = -1 / (slots - 2);
  const against = (end: number) =>
    contrast(
      clusters,
      Array.from({ length: slots }, (_, slot) =>
        slot === end ? 1 : slot > 0 && slot < slots - 1 ? middle : 0,
      ),
    );
  return { first: against(0), last: against(slots - 1) };
}

export function judgeSlots({ where, clusters, slots }: SlotClusters): Outcome | null {
  const ends = slotEnds(clusters, slots);
  if (!ends) return null;
  const [first, last] = [clearlyAbove(ends.first), clearlyAbove(ends.last)];
  const numbers = `first slot ${signedPlusMinus(ends.first)}, last slot ${signedPlusMinus(ends.last)} nats above the middle`;
  return {
    where,
    verdict: first && last ? 'shown' : first || last ? 'partly' : 'not shown',
    numbers,
  };
}

/** `full`: the windows that fill the context, by position bucket. */
export function judgePositions(where: string, full: readonly Cluster[]): Outcome {
  const reaches = (bucket: number) => full.some(({ counts }) => (counts[bucket] ?? 0) > 0);
  if (full.length < FULL_WINDOWS || !reaches(LATE)) {
    const numbers = reaches(LATE)
      ? `${full.length} windows fill the context`
      : `no window reaches position ${BUCKETS[LATE]}`;
    return { where, verdict: 'cannot be told', numbers };
  }
  const from = (start: number, end: number) =>
    contrast(
      full,
      BUCKETS.map((_, bucket) => +(bucket === start) - +(bucket === end)),
    );
  const fall = from(EARLY, LATE);
  const verdict = clearlyAbove(fall) ? 'shown' : 'not shown';
  return {
    where,
    verdict,
    numbers: `over ${full.length} full windows the loss falls by ${plusMinus(from(0, EARLY))} from the first positions to ${range(BUCKETS[EARLY] ?? 0, (BUCKETS[EARLY + 1] ?? 0) - 1)}, and by ${plusMinus(fall)} from there to ${BUCKETS[LATE]} on`,
  };
}

export function judgeLengths({ text, points, steps, line }: LengthSeries): Outcome {
  const rising = steps.every(clearlyAbove);
  const straight = line.slope > 0 && line.explained >= 0.9;
  return {
    where: `${points.map(({ model }) => model).join(', ')}; ${text}`,
    verdict: rising && straight ? 'shown' : rising || straight ? 'partly' : 'not shown',
    numbers: `${signed(line.slope)} nats a doubling, ${percent(line.explained)} of the variance explained; steps ${steps.map((step) => signedPlusMinus(step)).join(', ')}`,
  };
}

export function judgeSameSize(gap: GapResult): Outcome {
  const higher = clearlyAbove(gap.cautious);
  const lower = clearlyBelow(gap.cautious);
  const wins = higher
    ? `${gap.against} wins`
    : lower
      ? `${gap.model} wins`
      : 'neither wins clearly';
  return {
    where: `${gap.model} against ${gap.against}, ${gap.text}`,
    verdict: higher ? 'shown' : 'not shown',
    numbers: `${signedPlusMinus(gap.cautious)} nats: ${wins}`,
  };
}

export function judgeSameLoss(gap: GapResult, times: number): Outcome {
  return {
    where: `${gap.model} against ${gap.against}, ${gap.text}`,
    verdict: times >= 2 ? 'shown' : 'not shown',
    numbers: `${signedPlusMinus(gap.cautious)} nats with ${fixed(times, 1)} times the decoder parameters${
      times > PAPER_SAME_LOSS_TIMES ? ', more than any pair of the paper needs' : ''
    }`,
  };
}

/** Whether a head's far rows make it a sink. */
export function isSink(
  far: { first: number; second: number } | null,
  even: number | undefined,
): boolean {
  if (!far || even === undefined) return false;
  return far.first >= SINK.even * even && far.first >= SINK.second * far.second;
}

export function judgeSink(where: string, { far, heads }: SinkResult): Outcome {
  if (!far)
    return { where, verdict: 'cannot be told', numbers: `the sample has no row ${FAR} or later` };
  const sinks = heads.filter((head) => isSink(head.far, far.even)).length;
  const shares = heads.map((head) => head.far?.first ?? 0);
  const own = heads.map((head) => head.far?.own ?? 0);
  return {
    where,
    verdict: 2 * sinks >= heads.length ? 'shown' : sinks > 0 ? 'partly' : 'not shown',
    numbers: `${sinks} of ${heads.length} heads; block 0 gets ${percent(mean(shares), 1)} on average and ${percent(Math.max(...shares), 1)} at most, an even share is ${percent(far.even, 1)}, and the row's own block gets ${percent(mean(own), 1)}`,
  };
}

export function judgePrefixes(where: string, { slots }: Pick<InsideResult, 'slots'>): Outcome {
  const later = slots.filter(({ slot }) => slot > 0);
  if (later.length === 0)
    return {
      where,
      verdict: 'cannot be told',
      numbers: 'blocks of one token have no later tokens',
    };
  const together = later.every(({ beyondEven }) => clearlyAbove(beyondEven));
  const first = later.every(({ firstOverLast }) => clearlyAbove(firstOverLast));
  const numbers = later.map(
    ({ slot, prefixes, even }) =>
      `slot ${slot}: ${prefixes.map(({ value }) => percent(value)).join(' and ')} on the prefixes (even share in all ${percent(even)})`,
  );
  return {
    where,
    verdict: together && first ? 'shown' : together || first ? 'partly' : 'not shown',
    numbers: numbers.join('; '),
  };
}

/** The three claims on the nearest vocabulary entries, or none when the sample gave no whole block. */
export function judgeNearest(
  where: string,
  { prefixes }: Pick<InsideResult, 'prefixes'>,
): Partial<Record<ClaimId, Outcome>> {
  const [head, tail] = [prefixes[0], prefixes.at(-1)];
  if (!head || !tail) return {};
  const { last, first } = tail.rates;
  const more = clearlyAbove(last.beyondChance);
  const half = last.rate.value >= 0.5;
  const general = head.general >= 0.5;
  const silent = head.rates.last.beyondChance.value < 0.1;
  const hits = ({ rate, chance }: typeof last) =>
    `${percent(rate.value)} of the blocks, ${percent(chance.value)} by chance`;
  return {
    lastPrefix: {
      where,
      verdict: more && half ? 'shown' : more ? 'partly' : 'not shown',
      numbers: `hits in ${hits(last)}`,
    },
    firstPrefix: {
      where,
      verdict: general && silent ? 'shown' : general || silent ? 'partly' : 'not shown',
      numbers: `${percent(head.general)} of the nearest are such entries; the last token is hit in ${hits(head.rates.last)}`,
    },
    past: {
      where,
      verdict: clearlyAbove(tail.lastOverFirst) ? 'shown' : 'not shown',
      numbers: `the block's last token in ${hits(last)}; the next block's first token in ${hits(first)}`,
    },
  };
}

/** What the findings are decided from. */
export interface Evidence {
  slots: readonly SlotClusters[];
  positions: readonly { where: string; full: readonly Cluster[] }[];
  series: readonly LengthSeries[];
  gaps: readonly (GapResult & {
    /** Decoder parameters of the block model over those of the flat one. */
    times: number;
    blockLength: number;
  })[];
  inside: readonly InsideResult[];
}

/** Every claim with its outcomes; a claim without any has nothing to be decided from. */
export function judge({ slots, positions, series, gaps, inside }: Evidence): Finding[] {
  const likeThePaper = gaps.filter(({ blockLength }) => blockLength === PAPER_BLOCK_LENGTH);
  const nearest = inside.map((result) => judgeNearest(result.model, result));
  const near = (id: ClaimId) => nearest.flatMap((outcomes) => outcomes[id] ?? []);
  return [
    finding(
      'slots',
      slots.flatMap((one) => judgeSlots(one) ?? []),
    ),
    finding(
      'positions',
      positions.map(({ where, full }) => judgePositions(where, full)),
    ),
    finding('lengths', series.map(judgeLengths)),
    finding(
      'sameSize',
      likeThePaper.filter(({ times }) => Math.abs(times - 1) <= SAME_SIZE).map(judgeSameSize),
    ),
    finding(
      'sameLoss',
      likeThePaper
        .filter(({ gap }) => Math.abs(gap.value) <= SAME_LOSS)
        .map((gap) => judgeSameLoss(gap, gap.times)),
    ),
    finding(
      'sink',
      inside.flatMap(({ model, padded, unpadded }) => [
        judgeSink(`${model}, text alone in block 0`, unpadded),
        judgeSink(`${model}, pads in block 0`, padded),
      ]),
    ),
    finding(
      'prefixes',
      inside.map((result) => judgePrefixes(result.model, result)),
    ),
    finding('lastPrefix', near('lastPrefix')),
    finding('firstPrefix', near('firstPrefix')),
    finding('past', near('past')),
  ];
}

const mean = (values: readonly number[]) => total(values) / values.length;
