import type { Dims } from '@/lib/model/manifest';
import { topEntries } from '@/lib/model/softmax';
import type { Tokenizer } from '@/lib/model/tokenizer';
import type { CosineTable, Neighbour } from './nearest';

/** Entries kept of a prefix: the paper shows three. */
export const NEAREST = 3;

/** A block, the one that its context wrote, and what lies nearest to its prefixes. */
export interface Reading {
  /** The block that was written. */
  block: number;
  current: number[];
  next: number[];
  /** By prefix, nearest first. */
  prefixes: Neighbour[][];
}

/** What a prefix's nearest entries are looked for in. */
export const PLACES = ['last', 'current', 'first', 'next'] as const;
export type Place = (typeof PLACES)[number];

/** Counts of one window: readings, and by prefix and place how many had a nearest entry there, by truth and by chance. */
export interface WindowTally {
  readings: number;
  hits: Record<Place, number>[];
  /** The same for the blocks of another window at the same places: what frequent tokens give by chance. */
  chance: Record<Place, number>[];
}

export interface PrefixTally {
  windows: WindowTally[];
  /** By prefix: the entries that came nearest most often. */
  common: { label: string; count: number }[][];
  /** By prefix: how often the nearest entry is end-of-text, " the", " and" or punctuation. */
  general: number[];
}

/** One block for a reader to judge. */
export interface PrefixExample {
  block: number;
  current: string[];
  next: string[];
  prefixes: { label: string; cosine: number }[][];
}

/** The nearest entries of each prefix; `prefixes`: [P, D]. */
export function readPrefixes(
  prefixes: Float32Array,
  { prefixLength, width }: Pick<Dims, 'prefixLength' | 'width'>,
  vocabulary: CosineTable,
): Neighbour[][] {
  return Array.from({ length: prefixLength }, (_, p) =>
    vocabulary.nearest(prefixes.subarray(p * width, (p + 1) * width), NEAREST),
  );
}

/** Counts what the nearest entries say, window by window, and picks examples. */
export function tallyPrefixes(
  windows: readonly (readonly Reading[])[],
  tokenizer: Pick<Tokenizer, 'decode' | 'label' | 'endId'>,
): { prefixes: PrefixTally; examples: PrefixExample[] } {
  const spelling = (id: number) => spellingOf(tokenizer, id);
  const said = (neighbours: readonly Neighbour[], ids: readonly number[]) => {
    const words = new Set(ids.map(spelling));
    return neighbours.some(({ id }) => words.has(spelling(id)));
  };
  const idsOf = ({ current, next }: Reading): Record<Place, number[]> => ({
    last: current.slice(-1),
    current,
    first: next.slice(0, 1),
    next,
  });
  const held = windows.filter((window) => window.length > 0);
  const count = held[0]?.[0]?.prefixes.length ?? 0;
  const tallies = held.map((window, index) => {
    const other = held[(index + 1) % held.length] ?? window;
    const empty = () => ({ last: 0, current: 0, first: 0, next: 0 });
    const tally: WindowTally = {
      readings: window.length,
      hits: Array.from({ length: count }, empty),
      chance: Array.from({ length: count }, empty),
    };
    window.forEach((reading, i) => {
      const stranger = other[i % other.length] ?? reading;
      reading.prefixes.forEach((neighbours, p) => {
        for (const place of PLACES) {
          const [hits, chance] = [tally.hits[p], tally.chance[p]];
          if (hits && said(neighbours, idsOf(reading)[place])) hits[place] += 1;
          if (chance && said(neighbours, idsOf(stranger)[place])) chance[place] += 1;
        }
      });
    });
    return tally;
  });
  const readings = held.flat();
  const nearestOf = (p: number) => readings.map(({ prefixes }) => prefixes[p]?.[0]?.id ?? -1);
  const general = (id: number) =>
    id === tokenizer.endId || /^(the|and|\P{L}+)$/u.test(spelling(id));
  return {
    prefixes: {
      windows: tallies,
      common: Array.from({ length: count }, (_, p) => mostCommon(nearestOf(p), tokenizer)),
      general: Array.from({ length: count }, (_, p) => nearestOf(p).filter(general).length),
    },
    examples: pickExamples(held, tokenizer),
  };
}

/** A token without case and surrounding space: "Card", " card" and "card" are spellings of one. Spaces alone stay. */
export function spellingOf(tokenizer: Pick<Tokenizer, 'decode' | 'endId'>, id: number): string {
  if (id === tokenizer.endId) return '(end)';
  const text = tokenizer.decode([id]);
  return text.trim().toLowerCase() || text;
}

function mostCommon(ids: readonly number[], tokenizer: Pick<Tokenizer, 'label'>) {
  const counts = new Float64Array(Math.max(0, ...ids) + 1);
  for (const id of ids) if (id >= 0) counts[id] = (counts[id] ?? 0) + 1;
  return topEntries(counts, 5)
    .entries.filter(({ probability }) => probability > 0)
    .map(({ id, probability }) => ({ label: tokenizer.label(id), count: probability }));
}

/** Six windows evenly spread: three with an early block, three with one from the middle. */
function pickExamples(
  windows: readonly (readonly Reading[])[],
  tokenizer: Pick<Tokenizer, 'label'>,
): PrefixExample[] {
  const count = Math.min(6, windows.length);
  const labels = (ids: readonly number[]) => ids.map((id) => tokenizer.label(id));
  return Array.from({ length: count }, (_, i) => {
    const window = windows[Math.floor((i * windows.length) / count)] ?? [];
    const reading = window[i < count / 2 ? 0 : Math.floor(window.length / 2)];
    if (!reading) return [];
    const prefixes = reading.prefixes.map((neighbours) =>
      neighbours.map(({ id, cosine }) => ({
        label: tokenizer.label(id),
        cosine: Math.round(cosine * 1e3) / 1e3,
      })),
    );
    const { block, current, next } = reading;
    return [{ block, current: labels(current), next: labels(next), prefixes }];
  }).flat();
}
