import type { Dims } from '@/lib/model/manifest';
import { readWeights } from './flat-rows';
import type { FlatRun, FlatTraceHeader, KeptRow } from './flat-types';
import { isSeen } from './seen-bits';
import { globalOffset, type TraceEnd } from './store';

/** The numbers of one flat trace: typed arrays of fixed capacity, filled from the front by the recorder. */
export interface FlatStore {
  readonly header: FlatTraceHeader;
  readonly promptTokens: number;
  /** Tokens that can be written after the prompt. */
  readonly capacity: number;
  /** Ids, the prompt first. */
  readonly tokens: Int32Array;
  /** Half-precision bits; row i is [layers, heads, i + 1], the rows one after another. */
  readonly attention: Uint16Array;
  /** [capacity, vocabulary]; entry 0 is the first token after the prompt, as below. */
  readonly logits: Float32Array;
  /** [capacity], 1 where the token was given instead of drawn. */
  readonly forced: Uint8Array;
  /** Runs in order. */
  readonly runs: FlatRun[];
  /** [capacity]: which of `runs` wrote the token. */
  readonly runOf: Int32Array;
  /** With a changed cache: of each row from the prompt's last token on. */
  readonly kept: KeptRow[];
  prefillMs: number | null;
  /** Attention rows known. */
  rows: number;
  /** Tokens written after the prompt. */
  written: number;
  end: TraceEnd | null;
  version: number;
}

/**
 * What is known of a run of a flat model: read only, append only, the sibling of `Trace`. Flat models have no pads, so token
 * indices are those of the text. What chose the token at index t is row t − 1: token t − 1's query over tokens 0 … t − 1.
 *
 * "Null" means that nothing was measured there: prompt tokens have no logits and no run of their own.
 */
export class FlatTrace {
  constructor(private readonly store: FlatStore) {}

  get header(): FlatTraceHeader {
    return this.store.header;
  }

  get dims(): Dims {
    return this.store.header.model.dims;
  }

  get promptTokens(): number {
    return this.store.promptTokens;
  }

  /** Tokens known: the prompt and whatever is written, discarded tokens included. */
  get length(): number {
    return this.store.promptTokens + this.store.written;
  }

  /** The ids known, [length]; a view, not to be written to. */
  get tokens(): Int32Array {
    return this.store.tokens.subarray(0, this.length);
  }

  /** Tokens that belong to the text: `length` without what the last run wrote behind the end. */
  get textLength(): number {
    return this.store.end?.length ?? this.length;
  }

  /** The ids written after the prompt that belong to the text, end-of-text included; a view. */
  get generated(): Int32Array {
    return this.store.tokens.subarray(this.promptTokens, this.textLength);
  }

  /** Why the run ended; null while it goes on. */
  get end(): TraceEnd | null {
    return this.store.end;
  }

  /** Grows with every change. */
  get version(): number {
    return this.store.version;
  }

  /** Attention rows known: rows 0 … rows − 1. */
  get rows(): number {
    return this.store.rows;
  }

  /** Milliseconds of the prefill; null when there was none (a prompt of one token) or it has not run yet. */
  get prefillMs(): number | null {
    return this.store.prefillMs;
  }

  /**
   * Row `token` of the attention triangle: token `token`'s query over tokens 0 … `token`. [token + 1]. Kept in half precision,
   * so that it sums to one within 2^-11. Written into `out` if that is given.
   *
   * @throws RangeError for a row that is not known, a layer or head that does not exist, or an `out` of another length.
   */
  row(
    token: number,
    layer: number,
    head: number,
    out: Float32Array = new Float32Array(Math.max(0, token + 1)),
  ): Float32Array {
    const { blockLayers, heads } = this.dims;
    checkIndex('attention row', token, this.rows);
    checkIndex('layer', layer, blockLayers);
    checkIndex('head', head, heads);
    if (out.length !== token + 1) throw new RangeError(`room for ${out.length}, not ${token + 1}`);
    const start = globalOffset(token, blockLayers * heads) + (layer * heads + head) * (token + 1);
    return readWeights(this.store.attention.subarray(start, start + token + 1), out);
  }

  /**
   * The logits that the token at `index` was drawn from, before temperature, bans and cut. [vocabulary], a view. Null where
   * nothing was measured.
   */
  logits(index: number): Float32Array | null {
    const written = this.writtenAt(index);
    if (written === null) return null;
    const { vocabulary } = this.dims;
    return this.store.logits.subarray(written * vocabulary, (written + 1) * vocabulary);
  }

  /** The run that wrote the token at `index`. Null where nothing was measured. */
  runOf(index: number): FlatRun | null {
    const written = this.writtenAt(index);
    return written === null ? null : (this.store.runs[this.store.runOf[written] ?? -1] ?? null);
  }

  /** Whether the token at `index` was given to the model instead of being drawn. False for the prompt and what is not written. */
  isForced(index: number): boolean {
    const written = this.writtenAt(index);
    return written !== null && this.store.forced[written] === 1;
  }

  /**
   * What row `token` saw of a changed cache and what it left. Null for rows that saw everything before them: those of the full
   * cache, and of the prompt but for its last token.
   */
  kept(token: number): KeptRow | null {
    return this.store.kept[token - this.store.promptTokens + 1] ?? null;
  }

  /**
   * Whether row `token` saw `position` in a layer and head.
   *
   * @throws RangeError for a row, layer or head that does not exist.
   */
  saw(token: number, layer: number, head: number, position: number): boolean {
    const { blockLayers, heads } = this.dims;
    checkIndex('attention row', token, this.rows);
    checkIndex('layer', layer, blockLayers);
    checkIndex('head', head, heads);
    const kept = this.kept(token);
    return kept
      ? isSeen(kept.seen, token, layer * heads + head, position)
      : position >= 0 && position <= token;
  }

  private writtenAt(index: number): number | null {
    const written = index - this.store.promptTokens;
    return Number.isInteger(written) && written >= 0 && written < this.store.written
      ? written
      : null;
  }
}

function checkIndex(what: string, index: number, count: number): void {
  if (!(Number.isInteger(index) && index >= 0 && index < count)) {
    throw new RangeError(`${what} ${index} is outside 0 … ${count - 1}`);
  }
}
