import { flatBytes, globalHeldBytes, localHeldBytes, localPeakBytes } from '@/lib/model/cost';
import { placeOf } from '@/lib/model/layout';
import { bytesPerRivalPosition, sameLossRival, sameSizeWords } from '@/lib/model/rivals';
import { surprise } from '@/lib/model/softmax';
import { globalWeights, type HeadChoice } from '@/lib/trace/heads';
import {
  DEFAULT_MAP_VIEW,
  leftOutOfGlobalRow,
  leftOutWords,
  type MapView,
} from '@/lib/trace/map-view';
import type { Trace } from '@/lib/trace/trace';
import type { ArcsData } from './arcs';
import type { CacheData, FlatRival } from './cache-lane';
import type { SurpriseData } from './surprise-lane';

/** Rows of the global map that exist while the token at `cursor` is chosen: 0 … block − 1. */
export function globalRowsAt(trace: Trace, cursor: number): number {
  return Math.min(trace.rows, placeOf(cursor, trace.dims).block);
}

/** Global row b − 1: what served the block at the cursor, less what `view` leaves out. Null in block 0, which nothing precedes. */
export function arcsData(
  trace: Trace,
  cursor: number,
  choice: HeadChoice,
  lit: number | null = null,
  view: MapView = DEFAULT_MAP_VIEW,
): ArcsData | null {
  const rows = globalRowsAt(trace, cursor);
  if (rows === 0) return null;
  const weights = globalWeights(trace, rows - 1, choice);
  return {
    from: rows - 1,
    weights,
    leftOut: leftOutOfGlobalRow(weights, view),
    note: leftOutWords(view),
    lit,
    maximum: choice.head === 'max',
  };
}

/** The cache of the flat model that reaches the same loss as the trace's own model; null where no such model is known. */
export function sameLossCache(
  trace: Trace,
): { bytesPerToken: number; layers: number; width: number } | null {
  const rival = sameLossRival(trace.header.model.id);
  if (!rival) return null;
  const { layers, width } = rival;
  return { bytesPerToken: bytesPerRivalPosition(rival), layers, width };
}

/** What the caches hold, token by token, up to the cursor. `allocated` is null when the buffers are not known. */
export function cacheData(
  trace: Trace,
  cursor: number,
  allocated: number | null,
  sameLoss: { bytesPerToken: number } | null = sameLossCache(trace),
): CacheData {
  const { dims, pads, promptBlocks } = trace;
  const promptTokens = promptBlocks * dims.blockLength;
  // A flat model needs no pads.
  const fed = (token: number) => Math.max(0, token - pads);
  const flat: FlatRival[] = [{ match: 'same size', held: (token) => flatBytes(fed(token), dims) }];
  if (sameLoss) {
    flat.push({ match: 'same loss', held: (token) => sameLoss.bytesPerToken * fed(token) });
  }
  return {
    upTo: cursor,
    promptBlocks,
    globalHeld: (token) => globalHeldBytes(token, dims),
    allocated,
    localHeld: (token) => (token < promptTokens ? 0 : localHeldBytes(token, dims)),
    localPeak: localPeakBytes(dims),
    flat,
  };
}

/** The cache numbers at one token. */
export interface CacheCount {
  global: number;
  local: number;
  flat: number;
  globalPositions: number;
  localPositions: number;
  flatLayers: number;
  /** How that flat model writes: `sameSizeWords`. */
  flatWrites: string;
  /** flat ÷ (global + local); null while there is nothing to divide. */
  timesLess: number | null;
  /** The same of the flat model that writes as well; null where none is known. */
  sameLoss: { bytes: number; layers: number; width: number; timesLess: number | null } | null;
  promptTokens: number;
}

/** What is held while the token at `cursor` is chosen. */
export function cacheCount(trace: Trace, cursor: number): CacheCount {
  const { dims } = trace;
  const data = cacheData(trace, cursor, null);
  const place = placeOf(cursor, dims);
  const global = data.globalHeld(cursor);
  const local = data.localHeld(cursor);
  const held = (match: FlatRival['match']) =>
    data.flat.find((rival) => rival.match === match)?.held(cursor) ?? 0;
  const timesLess = (bytes: number) =>
    global + local > 0 && bytes > 0 ? bytes / (global + local) : null;
  const flat = held('same size');
  const equal = held('same loss');
  const rival = sameLossCache(trace);
  return {
    global,
    local,
    flat,
    globalPositions: place.globalHeld,
    localPositions: local > 0 ? place.localHeld : 0,
    flatLayers: dims.blockLayers + dims.tokenLayers,
    flatWrites: sameSizeWords(trace.header.model.id),
    timesLess: timesLess(flat),
    sameLoss: rival && {
      bytes: equal,
      layers: rival.layers,
      width: rival.width,
      timesLess: timesLess(equal),
    },
    promptTokens: trace.promptBlocks * dims.blockLength - trace.pads,
  };
}

/** Surprises read from one trace so far, in bits; a read over thousands of logits is not repeated. */
const surprises = new WeakMap<Trace, Float32Array>();

/**
 * Surprise of every token. A call for a token that was not read yet reads its logits, but at most `budget` of them for one
 * value of this function, so that a long run shown at once does not hold up a frame; `pending` then says that more is to come.
 */
export function surpriseData(
  trace: Trace,
  cursor: number,
  budget = 48,
): SurpriseData & { readonly pending: boolean } {
  const { dims, promptBlocks } = trace;
  let known = surprises.get(trace);
  if (!known) {
    known = new Float32Array(dims.contextLength).fill(Number.NaN);
    surprises.set(trace, known);
  }
  const values = known;
  let left = budget;
  let pending = false;
  return {
    vocabulary: dims.vocabulary,
    promptBlocks,
    cursor,
    length: trace.textLength,
    get pending() {
      return pending;
    },
    bits: (token) => {
      const value = values[token] ?? Number.NaN;
      if (!Number.isNaN(value)) return value;
      const { block, slot } = placeOf(token, dims);
      const logits = trace.logits(block, slot);
      if (!logits) return Number.NaN;
      if (left === 0) {
        pending = true;
        return Number.NaN;
      }
      left--;
      const bits = surprise(logits, trace.tokens[token] ?? -1);
      values[token] = bits;
      return bits;
    },
  };
}
