import type { Manifest } from '@/lib/model/manifest';
import { negativeLogLikelihood } from '@/lib/model/softmax';

/** The line that closes a document. */
export const END_MARKER = '<|endoftext|>';

/** White space as Python's `str.strip` sees it, so that both evaluations cut the same documents. */
const SPACE = '[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');

const strip = (text: string) => text.replace(OUTER_SPACE, '');

/**
 * The documents of a text: what lies between marker lines `<|endoftext|>`, outer white space stripped, empty ones skipped. Text
 * after the last marker is a document too. Lines end in LF, CR or CRLF.
 */
export function splitDocuments(text: string): string[] {
  const documents: string[] = [];
  let held: string[] = [];
  const close = () => {
    const document = strip(held.join(''));
    if (document) documents.push(document);
    held = [];
  };
  for (const line of text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? []) {
    if (strip(line) === END_MARKER) close();
    else held.push(line);
  }
  close();
  return documents;
}

/** Tokens of a scoring window: 1,016 for models of 1,024, so that pads in front always fit. */
export function windowLength(contextLength: number): number {
  return contextLength - 8;
}

/** Cuts a document (ids, end-of-text last) into windows without overlap; a window of one token has nothing to score. */
export function scoringWindows(ids: Int32Array, length: number): Int32Array[] {
  const windows: Int32Array[] = [];
  for (let start = 0; start < ids.length; start += length) {
    const window = ids.subarray(start, start + length);
    if (window.length > 1) windows.push(window);
  }
  return windows;
}

/**
 * Windows as one batch of whole blocks: `L_B − 1` pads in front, so that the first token closes block 0 and every later token is
 * a target; pads behind up to the longest. All rows have the same length.
 */
export function layoutWindows(
  windows: readonly Int32Array[],
  { blockLength }: Manifest['dims'],
  padId: number,
): Int32Array[] {
  const front = blockLength - 1;
  const longest = Math.max(...windows.map((window) => window.length));
  const length = Math.ceil((front + longest) / blockLength) * blockLength;
  return windows.map((window) => {
    const row = new Int32Array(length).fill(padId);
    row.set(window, front);
    return row;
  });
}

/** Sums over scored targets. */
export class ScoreSum {
  private readonly nats: number[];
  private readonly counts: number[];
  private bytes = 0;

  constructor(blockLength: number) {
    this.nats = new Array<number>(blockLength).fill(0);
    this.counts = new Array<number>(blockLength).fill(0);
  }

  /** Adds a target of `bytes` UTF-8 bytes (end-of-text has none) at `slot`, scored by the logits that precede it. */
  add(slot: number, logits: Float32Array, target: number, bytes: number): void {
    this.nats[slot] = (this.nats[slot] ?? 0) + negativeLogLikelihood(logits, target);
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
    this.bytes += bytes;
  }

  /** The means. Losses in nats; a slot without targets has loss 0. */
  report(): {
    scoredTokens: number;
    lossPerToken: number;
    bitsPerByte: number;
    lossBySlot: number[];
  } {
    const nats = this.nats.reduce((sum, value) => sum + value, 0);
    const scoredTokens = this.counts.reduce((sum, value) => sum + value, 0);
    return {
      scoredTokens,
      lossPerToken: nats / scoredTokens,
      bitsPerByte: nats / Math.LN2 / this.bytes,
      lossBySlot: this.nats.map((value, slot) => value / Math.max(1, this.counts[slot] ?? 0)),
    };
  }
}
