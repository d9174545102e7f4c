import { localLength } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import { globalOffset, normsPerRow, type TraceEnd, type TraceStore } from './store';
import type { TraceHeader } from './types';

export type { TraceEnd } from './store';

/**
 * What is known of a run: read only. Live, replayed or read from a file, it is the same thing to a view. What is written never
 * changes; `version` grows with every append. All arrays are views of the trace's own memory: do not write to them.
 *
 * Blocks count from the padded prompt's first. "Null" means that nothing was measured there: prompt blocks have no local
 * rows, logits, prefixes and step times, for prompt tokens never pass through the token decoder.
 */
export class Trace {
  constructor(private readonly store: TraceStore) {}

  get header(): TraceHeader {
    return this.store.header;
  }

  get dims(): Dims {
    return this.store.header.model.dims;
  }

  /** Pads in front of the prompt. */
  get pads(): number {
    return this.store.pads;
  }

  get promptBlocks(): number {
    return this.store.promptBlocks;
  }

  /** Tokens known: pads, prompt and whatever is written, discarded tokens included. */
  get length(): number {
    return this.blocks * this.dims.blockLength;
  }

  /** Blocks known, the prompt's included. */
  get blocks(): number {
    return this.store.promptBlocks + this.store.steps;
  }

  /** The ids known, [length]. */
  get tokens(): Int32Array {
    return this.store.tokens.subarray(0, this.length);
  }

  /** Tokens that belong to the text, pads included: `length` without the discarded ones. */
  get textLength(): number {
    return this.store.end?.length ?? this.length;
  }

  /** The ids written after the prompt that belong to the text, end-of-text included. */
  get generated(): Int32Array {
    return this.store.tokens.subarray(this.promptBlocks * this.dims.blockLength, this.textLength);
  }

  /** Index of the first discarded token (after the end, inside the last block), or null when there is none. */
  get discardedFrom(): number | null {
    return this.textLength < this.length ? this.textLength : null;
  }

  /** Why the run ended; null while it goes on. */
  get end(): TraceEnd | null {
    return this.store.end;
  }

  /** Grows with every change. */
  get version(): number {
    return this.store.version;
  }

  /** Global rows known: rows 0 … rows − 1. */
  get rows(): number {
    return this.store.rows;
  }

  /** R: side of the local maps. */
  get localSide(): number {
    return localLength(this.dims);
  }

  /** Milliseconds of the prefill; null when there was none (a prompt of one block) or it has not run yet. */
  get prefillMs(): number | null {
    return this.store.prefillMs;
  }

  /**
   * Row `block` of the global map: block `block`'s query over blocks 0 … `block`; it sums to one. [block + 1].
   *
   * @throws RangeError for a row that is not known, or a layer or head that does not exist.
   */
  globalRow(block: number, layer: number, head: number): Float32Array {
    checkIndex('global row', block, this.rows);
    const { blockLayers, heads } = this.dims;
    checkIndex('block-decoder layer', layer, blockLayers);
    checkIndex('head', head, heads);
    const start = globalOffset(block, blockLayers * heads) + (layer * heads + head) * (block + 1);
    return this.store.global.subarray(start, start + block + 1);
  }

  /**
   * The local map of block `block`, [R, R]: query rows, key columns, zeros above the diagonal. Null where nothing was measured.
   *
   * @throws RangeError for a layer or head that does not exist.
   */
  localMap(block: number, layer: number, head: number): Float32Array | null {
    const { tokenLayers, heads } = this.dims;
    checkIndex('token-decoder layer', layer, tokenLayers);
    checkIndex('head', head, heads);
    const step = this.stepOf(block);
    if (step === null) return null;
    const size = this.localSide ** 2;
    const start = ((step * tokenLayers + layer) * heads + head) * size;
    return this.store.local.subarray(start, start + size);
  }

  /**
   * The logits that the token in (block, slot) was drawn from, before temperature, bans and cut. [vocabulary]. Null where
   * nothing was measured.
   *
   * @throws RangeError for a slot that does not exist.
   */
  logits(block: number, slot: number): Float32Array | null {
    const { blockLength, vocabulary } = this.dims;
    checkIndex('slot', slot, blockLength);
    const step = this.stepOf(block);
    if (step === null) return null;
    const start = (step * blockLength + slot) * vocabulary;
    return this.store.logits.subarray(start, start + vocabulary);
  }

  /**
   * The context embedding c of block `block`, after the block decoder's final LayerNorm; it serves block `block` + 1. [width].
   * Null while row `block` is not known.
   */
  context(block: number): Float32Array | null {
    if (!(Number.isInteger(block) && block >= 0 && block < this.rows)) return null;
    const { width } = this.dims;
    return this.store.contexts.subarray(block * width, (block + 1) * width);
  }

  /**
   * L2 norms of the K and V that block `block` has in the block decoder's cache, [blockLayers, 2 (K, V), heads]; K after
   * rotary embedding. Null while row `block` is not known.
   */
  kvNorms(block: number): Float32Array | null {
    if (!(Number.isInteger(block) && block >= 0 && block < this.rows)) return null;
    const size = normsPerRow(this.dims);
    return this.store.kvNorms.subarray(block * size, (block + 1) * size);
  }

  /**
   * Whether the token at `index` of the padded sequence was chosen by the reader instead of being drawn. False for the prompt
   * and for what is not written.
   */
  isForced(index: number): boolean {
    const first = this.promptBlocks * this.dims.blockLength;
    return index >= first && index < this.length && this.store.forced[index - first] === 1;
  }

  /** The prefixes that block `block` was written from, [prefixLength, width]. Null where nothing was measured. */
  prefixes(block: number): Float32Array | null {
    const step = this.stepOf(block);
    if (step === null) return null;
    const size = this.dims.prefixLength * this.dims.width;
    return this.store.prefixes.subarray(step * size, (step + 1) * size);
  }

  /** Milliseconds of the run that wrote block `block`, read-back included. Null where nothing was measured. */
  stepMs(block: number): number | null {
    const step = this.stepOf(block);
    return step === null ? null : (this.store.stepMs[step] ?? null);
  }

  /**
   * What is known of the run now, as a record of it: for a page that did not measure it, and where nothing is written any
   * more. Made-up numbers stay that.
   */
  asRecord(): Trace {
    const { header, end } = this.store;
    return new Trace({
      ...this.store,
      header: header.provenance === 'measured' ? { ...header, provenance: 'recorded' } : header,
      end: end ?? { reason: 'stopped', length: this.length },
    });
  }

  private stepOf(block: number): number | null {
    const step = block - this.store.promptBlocks;
    return Number.isInteger(step) && step >= 0 && step < this.store.steps ? step : null;
  }
}

function checkIndex(what: string, index: number, count: number): void {
  if (!(Number.isInteger(index) && index >= 0 && index < count)) {
    throw new RangeError(`${what} ${index} is outside 0 … ${count - 1}`);
  }
}
