import type { ModelFacts } from './bundles';
import type { Inside } from './inside';
import { PLACES, type Place, type PrefixExample, type WindowTally } from './prefixes';
import { ROWS, type SinkSums } from './shares';
import { type Cluster, contrast, type Estimate, total } from './statistics';

/** First row from which a sink is judged: by then an even spread would leave little for one block. */
export const FAR = 32;

/** A head's mean attention on block 0 and block 1, by row bucket; null where the sample has no such row. `own`: on the row's block. */
export interface SinkHead {
  layer: number;
  head: number;
  first: (number | null)[];
  second: (number | null)[];
  /** Over rows `FAR` and later. */
  far: { first: number; second: number; own: number } | null;
}

export interface SinkResult {
  buckets: { from: number; to: number | null; rows: number; even: number | null }[];
  far: { rows: number; even: number } | null;
  heads: SinkHead[];
}

/** What a slot's query gives to each prefix and to the block's earlier tokens; mean over layers and heads. */
export interface LocalSlot {
  slot: number;
  targets: number;
  /** What an even spread would give to all prefixes together. */
  even: number;
  prefixes: Estimate[];
  tokens: Estimate;
  /** Share on all prefixes minus the even share. */
  beyondEven: Estimate;
  /** Share on prefix 0 minus that on the last prefix. */
  firstOverLast: Estimate;
}

export interface PrefixRate {
  rate: Estimate;
  chance: Estimate;
  beyondChance: Estimate;
}

export interface InsideResult {
  model: string;
  windows: number;
  tokens: number;
  padded: SinkResult;
  unpadded: SinkResult;
  slots: LocalSlot[];
  localHeads: { layer: number; head: number; shares: (number | null)[][] }[];
  readings: number;
  /** By prefix. */
  prefixes: {
    rates: Record<Place, PrefixRate>;
    /** How much more often the block's last token is near than the next block's first. */
    lastOverFirst: Estimate;
    general: number;
    common: { label: string; share: number }[];
  }[];
  examples: PrefixExample[];
}

export function insideResult({ id, prefixLength }: ModelFacts, inside: Inside): InsideResult {
  const tallies = inside.prefixes.windows;
  const readings = total(tallies.map((tally) => tally.readings));
  return {
    model: id,
    windows: inside.windows,
    tokens: inside.tokens,
    padded: sinkResult(inside.padded),
    unpadded: sinkResult(inside.unpadded),
    slots: localSlots(inside.localByWindow, prefixLength),
    localHeads: inside.local.heads.map(({ layer, head, shares }) => ({
      layer,
      head,
      shares: shares.map((keys, slot) =>
        keys.map((sum) => ratio(sum, inside.local.targets[slot] ?? 0)),
      ),
    })),
    readings,
    prefixes: inside.prefixes.common.map((common, p) => ({
      rates: Object.fromEntries(
        PLACES.map((place) => [place, prefixRate(tallies, p, place)]),
      ) as Record<Place, PrefixRate>,
      lastOverFirst: rateOf(tallies, ({ hits }) => (hits[p]?.last ?? 0) - (hits[p]?.first ?? 0)),
      general: (inside.prefixes.general[p] ?? 0) / readings,
      common: common.map(({ label, count }) => ({ label, share: count / readings })),
    })),
    examples: inside.examples,
  };
}

export function sinkResult({ rows, even, heads }: SinkSums): SinkResult {
  const far = (sums: readonly number[]) =>
    total(sums.filter((_, bucket) => (ROWS[bucket] ?? 0) >= FAR));
  const farRows = far(rows);
  const perRow = (sums: readonly number[]) =>
    sums.map((sum, bucket) => ratio(sum, rows[bucket] ?? 0));
  return {
    buckets: ROWS.map((from, bucket) => {
      const next = ROWS[bucket + 1];
      const to = next === undefined ? null : next - 1;
      const count = rows[bucket] ?? 0;
      return { from, to, rows: count, even: ratio(even[bucket] ?? 0, count) };
    }),
    far: farRows === 0 ? null : { rows: farRows, even: far(even) / farRows },
    heads: heads.map(({ layer, head, first, second, own }) => ({
      layer,
      head,
      first: perRow(first),
      second: perRow(second),
      far:
        farRows === 0
          ? null
          : { first: far(first) / farRows, second: far(second) / farRows, own: far(own) / farRows },
    })),
  };
}

/** Shares by slot with standard errors over windows; a slot's shares sum to one. */
export function localSlots(windows: Inside['localByWindow'], prefixLength: number): LocalSlot[] {
  return (windows[0]?.targets ?? []).flatMap((_, slot) => {
    const targets = total(windows.map((window) => window.targets[slot] ?? 0));
    if (targets === 0) return [];
    const clusters: Cluster[] = windows.map((window) => ({
      nats: window.shares[slot] ?? [],
      counts: new Array<number>(prefixLength + 1).fill(window.targets[slot] ?? 0),
    }));
    const weigh = (weightOf: (key: number) => number) =>
      contrast(
        clusters,
        Array.from({ length: prefixLength + 1 }, (_, key) => weightOf(key)),
      );
    const even = prefixLength / (prefixLength + slot);
    const together = weigh((key) => (key < prefixLength ? 1 : 0));
    return [
      {
        slot,
        targets,
        even,
        prefixes: Array.from({ length: prefixLength }, (_, p) => weigh((key) => +(key === p))),
        tokens: weigh((key) => +(key === prefixLength)),
        beyondEven: { ...together, value: together.value - even },
        firstOverLast: weigh((key) => +(key === 0) - +(key === prefixLength - 1)),
      },
    ];
  });
}

function prefixRate(tallies: readonly WindowTally[], p: number, place: Place): PrefixRate {
  const hits = ({ hits }: WindowTally) => hits[p]?.[place] ?? 0;
  const chance = ({ chance }: WindowTally) => chance[p]?.[place] ?? 0;
  return {
    rate: rateOf(tallies, hits),
    chance: rateOf(tallies, chance),
    beyondChance: rateOf(tallies, (tally) => hits(tally) - chance(tally)),
  };
}

function rateOf(
  tallies: readonly WindowTally[],
  countOf: (tally: WindowTally) => number,
): Estimate {
  if (tallies.length === 0) return { value: 0, error: null };
  const clusters = tallies.map((tally) => ({ nats: [countOf(tally)], counts: [tally.readings] }));
  return contrast(clusters, [1]);
}

const ratio = (sum: number, count: number): number | null => (count === 0 ? null : sum / count);
