import { drawnLabel } from '@/lib/draw/labels';
import { bytesPerFlatPosition, bytesPerGlobalPosition } from '@/lib/model/cost';
import { placeOf } from '@/lib/model/layout';
import { surprise } from '@/lib/model/softmax';
import { extentOf } from '@/lib/store/playback';
import type { Writer } from '@/lib/store/writer';
import type { Trace } from '@/lib/trace/trace';
import { type ModelReport, reportOf } from './report-facts';

/** What the lesson says of the run on the screen, all of it read or computed from that run. */
export class Facts {
  /** `report`: what the committed report says of this model; null when it does not know these weights. */
  constructor(
    readonly trace: Trace,
    private readonly writer: Writer | null,
    readonly report: ModelReport | null = reportOf(
      trace.header.model.id,
      trace.header.model.weightsSha256,
    ),
  ) {}

  get dims() {
    return this.trace.dims;
  }

  /** The first token that was written. */
  get first(): number {
    return extentOf(this.trace).first;
  }

  /** The last token that belongs to the text and is known. */
  get last(): number {
    return extentOf(this.trace).last;
  }

  /** Tokens of the prompt, pads left out. */
  get promptTokens(): number {
    return this.first - this.trace.pads;
  }

  /** Tokens written after the prompt. */
  get written(): number {
    return Math.max(0, this.last + 1 - this.first);
  }

  /** Bytes that a block leaves in the global cache. */
  get blockBytes(): number {
    return bytesPerGlobalPosition(this.dims);
  }

  /** Bytes that a token leaves in a flat model of the same size. */
  get flatBytes(): number {
    return bytesPerFlatPosition(this.dims);
  }

  /** A token as it is drawn. */
  label(token: number): string {
    const id = this.trace.tokens[token] ?? 0;
    return this.writer ? drawnLabel(this.writer.tokenizer.label(id)) : `#${id}`;
  }

  /**
   * The token at `slot` of the written block about `share` (0–1) of the way through the run: never outside the text, and never
   * in its last block while there is one before it, so that a reader can go on.
   */
  tokenAt(share: number, slot: number): number {
    const { blockLength } = this.dims;
    const blocks = Math.max(1, Math.floor(this.written / blockLength));
    const block = Math.min(Math.floor(blocks * share), Math.max(0, blocks - 2));
    return Math.min(this.last, this.first + block * blockLength + slot);
  }

  /** Surprise of a token in bits; NaN where it was given, not drawn. */
  bits(token: number): number {
    const { block, slot } = placeOf(token, this.dims);
    const logits = this.trace.logits(block, slot);
    return logits && token <= this.last ? surprise(logits, this.trace.tokens[token] ?? 0) : NaN;
  }

  /** Tokens of the text that were drawn, the most surprising first; `slot`: only those there. */
  mostSurprising(slot: number | null = null): number[] {
    const bits = surprises(this);
    return Array.from(bits.keys(), (i) => this.first + i)
      .filter((token) => slot === null || placeOf(token, this.dims).slot === slot)
      .sort((a, b) => (bits[b - this.first] ?? 0) - (bits[a - this.first] ?? 0) || a - b);
  }

  /** Mean surprise by slot, in bits; NaN for a slot that nothing was drawn at. */
  bitsBySlot(): number[] {
    const bits = surprises(this);
    return Array.from({ length: this.dims.blockLength }, (_, slot) => {
      const own = bits.filter((_, i) => placeOf(this.first + i, this.dims).slot === slot);
      return own.reduce((sum, one) => sum + one, 0) / own.length;
    });
  }
}

/** Surprises of the drawn tokens known so far: reading them takes thousands of exponentials each. */
const known = new WeakMap<Trace, Float64Array>();

function surprises(facts: Facts): Float64Array {
  const before = known.get(facts.trace);
  if (before?.length === facts.written) return before;
  const bits = Float64Array.from(
    { length: facts.written },
    (_, i) => before?.[i] ?? facts.bits(facts.first + i),
  );
  known.set(facts.trace, bits);
  return bits;
}
