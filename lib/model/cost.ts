import { blockOf, contextBlocks, localLength, slotOf } from './layout';
import type { Dims } from './manifest';

/** float32, the number type of every shipped bundle. */
export const BYTES_PER_NUMBER = 4;

/**
 * Bytes of a KV cache: 2 (K and V) × layers × width × bytes per number × positions (paper, section 2.4).
 * The paper's example: Llama 7B, 32 layers of width 4,096 at 16 bit, is 512 KiB a token.
 */
export function cacheBytes(
  layers: number,
  width: number,
  positions: number,
  bytesPerNumber: number = BYTES_PER_NUMBER,
): number {
  return 2 * layers * width * bytesPerNumber * positions;
}

/** Bytes that one position (one block) takes in the block decoder's cache. */
export function bytesPerGlobalPosition(dims: Pick<Dims, 'blockLayers' | 'width'>): number {
  return cacheBytes(dims.blockLayers, dims.width, 1);
}

/** Bytes that one position takes in the token decoder's cache. */
export function bytesPerLocalPosition(dims: Pick<Dims, 'tokenLayers' | 'width'>): number {
  return cacheBytes(dims.tokenLayers, dims.width, 1);
}

/** Bytes that one token takes in a flat model of the same size: all layers, one position per token. */
export function bytesPerFlatPosition(
  dims: Pick<Dims, 'blockLayers' | 'tokenLayers' | 'width'>,
): number {
  return cacheBytes(dims.blockLayers + dims.tokenLayers, dims.width, 1);
}

/**
 * Bytes that the block decoder holds while the token at `cursor` (padded sequence) is chosen: one position for each block
 * before the cursor's own (paper, section 2.4: storage falls by L_B).
 */
export function globalHeldBytes(cursor: number, dims: Dims): number {
  return bytesPerGlobalPosition(dims) * blockOf(cursor, dims);
}

/**
 * Bytes that the token decoder holds while slot `slot` is chosen: `P + slot` positions of the current block only, dropped
 * at the block's end (paper, section 2.4). Derived, not measured: the local window lives inside a run.
 */
export function localBytes(slot: number, dims: Dims): number {
  return bytesPerLocalPosition(dims) * (dims.prefixLength + slot);
}

/** `localBytes` at the slot of a cursor. */
export function localHeldBytes(cursor: number, dims: Dims): number {
  return localBytes(slotOf(cursor, dims), dims);
}

/** The most that the token decoder ever holds: `P + L_B − 1` positions, at a block's last slot. */
export function localPeakBytes(dims: Dims): number {
  return bytesPerLocalPosition(dims) * localLength(dims);
}

/**
 * Bytes that a flat model of the same size (`blockLayers + tokenLayers` layers of the same width) holds over `tokens`
 * tokens. A flat model needs no pads; leave them out of the count.
 */
export function flatBytes(
  tokens: number,
  dims: Pick<Dims, 'blockLayers' | 'tokenLayers' | 'width'>,
): number {
  return bytesPerFlatPosition(dims) * tokens;
}

/**
 * Bytes of the block decoder's live KV buffers. Both backends allocate the whole context at once, so this does not depend on
 * what is held.
 */
export function globalAllocatedBytes(dims: Dims): number {
  return bytesPerGlobalPosition(dims) * contextBlocks(dims);
}

/** In words, what holding one `times`-th of a rival's bytes is: `4.9 × less`; below 1 it is the other way, `1.3 × more`. */
export function timesLessWords(times: number): string {
  return times >= 1 ? `${times.toFixed(1)} × less` : `${(1 / times).toFixed(1)} × more`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;

/** Bytes in words, for instance `960 B`, `6 KiB`, `1.5 MiB`: at most one decimal, binary units. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 1023.95 and above would be printed as 1024.
  while (unit < UNITS.length - 1 && value >= (unit === 0 ? 1024 : 1023.95)) {
    value /= 1024;
    unit += 1;
  }
  const rounded = Math.round(value * 10) / 10;
  // Below a thousand there is nothing to group, and asking for a locale costs more than the rest.
  return `${rounded < 1000 ? rounded : rounded.toLocaleString('en')} ${UNITS[unit]}`;
}
