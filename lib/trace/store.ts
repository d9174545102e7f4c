import { contextBlocks, localLength } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import type { EndReason, TraceHeader } from './types';

/** How a run ended and how many tokens (pads and prompt included) belong to its text. */
export interface TraceEnd {
  reason: EndReason;
  length: number;
}

/**
 * The numbers of one trace: typed arrays of fixed capacity, filled from the front. The recorder writes them, the reader hands
 * out views of them; nothing else touches them.
 */
export interface TraceStore {
  readonly header: TraceHeader;
  readonly pads: number;
  readonly promptBlocks: number;
  /** Blocks that can be written after the prompt. */
  readonly capacity: number;
  /** [contextLength or less] ids, pads and prompt first. */
  readonly tokens: Int32Array;
  /** Rows 0 … of the global map one after another; row i is [blockLayers, heads, i + 1]. */
  readonly global: Float32Array;
  /** [rows, width]. */
  readonly contexts: Float32Array;
  /** [rows, blockLayers, 2, heads]. */
  readonly kvNorms: Float32Array;
  /** [capacity, tokenLayers, heads, R, R]; entry 0 is the first block after the prompt, as below. */
  readonly local: Float32Array;
  /** [capacity × blockLength, vocabulary]. */
  readonly logits: Float32Array;
  /** [capacity, prefixLength, width]. */
  readonly prefixes: Float32Array;
  /** [capacity × blockLength], 1 where the token was given instead of drawn. */
  readonly forced: Uint8Array;
  /** [capacity]. */
  readonly stepMs: Float32Array;
  prefillMs: number | null;
  /** Global rows known. */
  rows: number;
  /** Blocks written after the prompt. */
  steps: number;
  end: TraceEnd | null;
  version: number;
}

/** Numbers before row `row` in the packed global map: the rows form a triangle. */
export function globalOffset(row: number, layersTimesHeads: number): number {
  return (layersTimesHeads * row * (row + 1)) / 2;
}

/** K and V norms that one block has: one for each layer and head. */
export function normsPerRow({ blockLayers, heads }: Pick<Dims, 'blockLayers' | 'heads'>): number {
  return blockLayers * 2 * heads;
}

/**
 * Makes room for a prompt of `tokens` (pads included) and `capacity` blocks after it.
 *
 * @throws RangeError when the prompt is not whole blocks, its ids or pads do not fit, or the context is too short.
 */
export function createStore(
  header: TraceHeader,
  prompt: { tokens: ArrayLike<number>; pads: number },
  capacity?: number,
): TraceStore {
  const { dims, padId } = header.model;
  const length = prompt.tokens.length;
  const promptBlocks = length / dims.blockLength;
  if (length === 0 || !Number.isInteger(promptBlocks)) {
    throw new RangeError(`${length} prompt tokens are not whole blocks of ${dims.blockLength}`);
  }
  const free = contextBlocks(dims) - promptBlocks;
  const blocks = capacity ?? free;
  if (!(Number.isInteger(blocks) && blocks >= 0 && blocks <= free)) {
    throw new RangeError(`${promptBlocks} + ${blocks} blocks do not fit ${contextBlocks(dims)}`);
  }
  const { pads } = prompt;
  if (!(Number.isInteger(pads) && pads >= 0 && pads < dims.blockLength)) {
    throw new RangeError(`${pads} pads are not 0 … ${dims.blockLength - 1}`);
  }
  for (let i = 0; i < length; i += 1) {
    const id = prompt.tokens[i] ?? -1;
    if (i < pads ? id !== padId : id === padId || !isToken(id, dims.vocabulary)) {
      throw new RangeError(`prompt token ${i} is ${id}`);
    }
  }
  const rows = promptBlocks + blocks;
  const side = localLength(dims);
  const tokens = new Int32Array(length + blocks * dims.blockLength);
  tokens.set(prompt.tokens);
  return {
    header,
    pads,
    promptBlocks,
    capacity: blocks,
    tokens,
    global: new Float32Array(globalOffset(rows, dims.blockLayers * dims.heads)),
    contexts: new Float32Array(rows * dims.width),
    kvNorms: new Float32Array(rows * normsPerRow(dims)),
    local: new Float32Array(blocks * dims.tokenLayers * dims.heads * side * side),
    logits: new Float32Array(blocks * dims.blockLength * dims.vocabulary),
    prefixes: new Float32Array(blocks * dims.prefixLength * dims.width),
    forced: new Uint8Array(blocks * dims.blockLength),
    stepMs: new Float32Array(blocks),
    prefillMs: null,
    rows: 0,
    steps: 0,
    end: null,
    version: 0,
  };
}

/** Whether `id` is an entry of a vocabulary of that size. */
export function isToken(id: number, vocabulary: number): boolean {
  return Number.isInteger(id) && id >= 0 && id < vocabulary;
}
