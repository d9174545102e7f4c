import { InputError } from './errors';
import type { Dims } from './manifest';

type Layout = Pick<Dims, 'blockLength' | 'contextLength'>;

/** A prompt, left-padded to a block border. */
export interface PromptLayout {
  /** Pads, then the prompt; `blocks × blockLength` ids. */
  tokens: Int32Array;
  /** How many pads stand in front: 0 … blockLength − 1. */
  pads: number;
  blocks: number;
}

/** How many pads bring `count` tokens to a block border. */
export function padsBefore(count: number, blockLength: number): number {
  return (blockLength - (count % blockLength)) % blockLength;
}

/**
 * Left-pads a prompt, so that it ends on a block border and writing starts at slot 0 of a new block (paper, appendix H).
 * A prompt may fill the context; then nothing can be written after it.
 *
 * @throws InputError `prompt-empty` or `prompt-too-long`.
 */
export function layoutPrompt(ids: ArrayLike<number>, dims: Layout, padId: number): PromptLayout {
  const { blockLength, contextLength } = dims;
  if (ids.length === 0) {
    throw new InputError('prompt-empty', 'The prompt is empty: type at least one character.');
  }
  if (ids.length > contextLength) {
    const excess = ids.length - contextLength;
    throw new InputError(
      'prompt-too-long',
      `The prompt has ${tokensText(ids.length)} and this model holds at most ` +
        `${contextLength.toLocaleString('en')}: shorten it by ${tokensText(excess)}.`,
    );
  }
  const pads = padsBefore(ids.length, blockLength);
  const tokens = new Int32Array(pads + ids.length).fill(padId, 0, pads);
  tokens.set(ids, pads);
  return { tokens, pads, blocks: tokens.length / blockLength };
}

/** Tokens that can still be written after `length` tokens, pads included. */
export function roomLeft(length: number, dims: Layout): number {
  return Math.max(0, dims.contextLength - length);
}

/** The block that token index `index` of the padded sequence lies in. */
export function blockOf(index: number, dims: Pick<Dims, 'blockLength'>): number {
  return Math.floor(index / dims.blockLength);
}

/** The slot (position inside its block) of token index `index` of the padded sequence. */
export function slotOf(index: number, dims: Pick<Dims, 'blockLength'>): number {
  return index % dims.blockLength;
}

/** R: positions of the local map, `P + L_B − 1`; the block's last token is never fed to the token decoder. */
export function localLength(dims: Pick<Dims, 'blockLength' | 'prefixLength'>): number {
  return dims.prefixLength + dims.blockLength - 1;
}

/** Blocks in a full context. */
export function contextBlocks(dims: Layout): number {
  return dims.contextLength / dims.blockLength;
}

/** What chose the token at a cursor: see "Which row is which" in the architecture page. */
export interface CursorPlace {
  block: number;
  slot: number;
  /** Row of the global map whose context served this block; −1 in block 0, which nothing precedes. */
  globalRow: number;
  /** Query row of the local map that gave this token's distribution. */
  localRow: number;
  /** Global positions in the KV cache while the token is chosen. */
  globalHeld: number;
  /** Local positions (prefixes and earlier slots) while the token is chosen. */
  localHeld: number;
}

/** Where the token at index `cursor` of the padded sequence lies and what was held while it was chosen. */
export function placeOf(
  cursor: number,
  dims: Pick<Dims, 'blockLength' | 'prefixLength'>,
): CursorPlace {
  const block = blockOf(cursor, dims);
  const slot = slotOf(cursor, dims);
  return {
    block,
    slot,
    globalRow: block - 1,
    localRow: dims.prefixLength - 1 + slot,
    globalHeld: block,
    localHeld: dims.prefixLength + slot,
  };
}

function tokensText(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'token' : 'tokens'}`;
}
