import { cacheName } from '@/lib/compare/caches';
import { heldBytesAt } from '@/lib/compare/figures';
import {
  heldAt,
  idAt,
  isGiven,
  logitsAt,
  padsOf,
  promptTokensOf,
  textTokensOf,
} from '@/lib/compare/text-trace';
import type { LaneState, LaneTrace } from '@/lib/compare/types';
import type { LiveMethod } from '@/lib/methods-live/types';
import { cacheBytes, localHeldBytes } from '@/lib/model/cost';
import { placeOf } from '@/lib/model/layout';
import { surprise } from '@/lib/model/softmax';
import { seenByHeads } from '@/lib/trace/flat-seen';
import { FlatTrace } from '@/lib/trace/flat-trace';
import type { CompareLane } from './compare-axis';
import type { HeldBytes } from './compare-bytes';
import type { BandData, ShapeData } from './compare-shape';

/** A lane at text token `cursor` as the axis shows it; `labelOf` gives the drawn label of an id. */
export function compareLane(
  { model, trace, givenBy }: Pick<LaneState, 'model' | 'givenBy'> & { trace: LaneTrace },
  cursor: number,
  labelOf: (id: number) => string,
  surprises: SurpriseReader,
): CompareLane {
  const pads = padsOf(trace);
  const length = textTokensOf(trace);
  const { blockLength } = trace.dims;
  const isFlat = trace instanceof FlatTrace;
  const cache = isFlat ? trace.header.cache : undefined;
  return {
    name: model,
    cache: cache ? cacheName(cache) : null,
    kind: isFlat ? 'flat' : 'block',
    blockLength,
    pads,
    promptTokens: promptTokensOf(trace),
    strip: {
      length: trace.length,
      label: (token) => labelOf(trace.tokens[token] ?? 0),
      pads,
      promptBlocks: isFlat ? trace.promptTokens : trace.promptBlocks,
      discardedFrom: trace.textLength < trace.length ? trace.textLength : null,
      cursor: cursor < length ? cursor + pads : null,
      // Where the whole text was given, outlines would say nothing.
      forced: (token) => givenBy === null && isGiven(trace, token - pads),
    },
    shape: shapeAt(trace, Math.min(cursor, length - 1)),
    bytes: {
      length,
      at: (token) => bytesAt(trace, token),
      ...(cache && { peak: (end) => peakBytes(trace, Math.min(end, length)) }),
    },
    surprise: { length, bits: (token) => surprises.bits(trace, token) },
  };
}

/** What a lane's caches hold while text token `token` is chosen, in bytes. */
export function bytesAt(trace: LaneTrace, token: number): HeldBytes {
  const { dims } = trace;
  const held = heldBytesAt(trace, token);
  const decoded = !(trace instanceof FlatTrace) && token >= promptTokensOf(trace);
  return { held, local: decoded ? localHeldBytes(token + padsOf(trace), dims) : 0 };
}

/** The most that a lane held while one of its first `end` text tokens was chosen. */
function peakBytes(trace: LaneTrace, end: number): number {
  let most = 0;
  for (let token = 0; token < end; token++) most = Math.max(most, heldBytesAt(trace, token));
  return most;
}

/** The cells of a lane's caches while text token `token` is chosen: as many positions as its run holds, each at its text token. */
export function shapeAt(trace: LaneTrace, token: number): ShapeData {
  const { dims } = trace;
  const bytes = cacheBytes(1, dims.width, 1);
  const held = heldAt(trace, token);
  const chosen = token >= promptTokensOf(trace);
  if (trace instanceof FlatTrace) {
    const positions = Array.from({ length: token }, (_, position) => position);
    const layers = dims.blockLayers;
    const band: BandData = { kind: 'flat', layers, bytes, positions, read: chosen, never: 0 };
    const { cache } = trace.header;
    if (!cache) return { bands: [band] };
    const share = shareOf(trace, cache, token);
    const named = { ...band, name: cacheName(cache), note: NOTES[cache.id] };
    return { bands: [share ? { ...named, share, passed: token } : named] };
  }
  const pads = padsOf(trace);
  const { block, slot } = placeOf(token + pads, dims);
  const start = block * dims.blockLength - pads;
  const global: BandData = {
    kind: 'global',
    layers: dims.blockLayers,
    bytes,
    // A slot stands at its block's last token, which completed it.
    positions: Array.from({ length: held }, (_, k) => (k + 1) * dims.blockLength - 1 - pads),
    // The block decoder runs once a block, before its first token.
    read: chosen && slot === 0,
    never: 0,
  };
  const local: BandData = {
    kind: 'local',
    layers: dims.tokenLayers,
    bytes,
    positions: chosen
      ? Array.from({ length: dims.prefixLength + slot }, (_, i) => start - dims.prefixLength + i)
      : [],
    read: chosen,
    never: promptTokensOf(trace),
  };
  return { bands: [global, local] };
}

/** How what is changed about a cache is drawn. */
const NOTES: Record<LiveMethod['id'], string> = {
  'multi-head': '',
  'sliding-window': 'hatched: dropped',
  'streaming-llm': 'hatched: dropped',
  'prefix-kv': 'hatched: dropped',
  keyformer: 'hatched: dropped, low: kept in some heads',
  lorc: 'low: codes',
};

/** What a layer keeps of a position while text token `token` is chosen: a part of its heads, or codes. Null where all of it is kept. */
function shareOf(trace: FlatTrace, cache: LiveMethod, token: number): BandData['share'] | null {
  const { heads, width } = trace.dims;
  if (cache.id === 'lorc') {
    const { keys, values } = cache.ranks;
    return (layer) => ((keys[layer] ?? 0) + (values[layer] ?? 0)) / (2 * width);
  }
  const counts = seenByHeads(trace, token - 1);
  return counts && ((layer, position) => (counts[layer * token + position] ?? 0) / heads);
}

/**
 * Reads surprises once, and at most `budget` of them for one value: a long text shown at once must not hold up a frame;
 * `pending` then says that more is to come.
 */
export class SurpriseReader {
  pending = false;
  private readonly known = new WeakMap<LaneTrace, Float32Array>();
  private left = 0;

  constructor(private readonly budget = 64) {}

  /** Begins a frame. */
  begin(): void {
    this.left = this.budget;
    this.pending = false;
  }

  /** Surprise of text token `token` in bits; NaN where nothing was measured, or not yet read. */
  bits(trace: LaneTrace, token: number): number {
    let values = this.known.get(trace);
    if (!values) {
      values = new Float32Array(trace.dims.contextLength).fill(Number.NaN);
      this.known.set(trace, values);
    }
    const value = values[token] ?? Number.NaN;
    if (!Number.isNaN(value)) return value;
    const logits = logitsAt(trace, token);
    if (!logits || token >= textTokensOf(trace)) return Number.NaN;
    if (this.left === 0) {
      this.pending = true;
      return Number.NaN;
    }
    this.left--;
    const bits = surprise(logits, idAt(trace, token));
    values[token] = bits;
    return bits;
  }
}

/** The first place on the axis: prefixes of the first written block may lie before a very short prompt. */
export function firstPlace(traces: readonly LaneTrace[]): number {
  return Math.min(0, ...traces.map((trace) => promptTokensOf(trace) - trace.dims.prefixLength));
}
