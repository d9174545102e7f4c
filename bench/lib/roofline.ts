import { BYTES_PER_NUMBER } from '@/lib/model/cost';
import type { Dims } from '@/lib/model/manifest';

/** What one run of a step graph must read, whatever else it does. Bytes of weights as the runtime holds them: folded, float32. */
export interface MustRead {
  /** Each matrix once for each of its uses. */
  bytes: number;
  /** Each matrix once: what lies in memory, and may stay in a processor's cache from one use to the next. */
  distinctBytes: number;
  /** Tokens that the run writes. */
  tokens: number;
}

/**
 * Weight bytes that a step must read. A layer is one matrix in [D, 7D] and one out [5D, D].
 *
 * Block model, one block: the block decoder once, the prefix projection once, the token decoder once for slot 0 (its prefix
 * positions at once) and once for each later slot, the head once a slot. Flat model, one token: all layers and the head.
 * Rows looked up, biases and norms are left out: together below 0.5 % of this.
 */
export function mustRead(dims: Dims, architecture: 'block' | 'flat'): MustRead {
  const { width, vocabulary, blockLayers, tokenLayers, blockLength, prefixLength } = dims;
  const layer = 12 * width * width;
  const head = width * vocabulary;
  const once = blockLayers * layer + prefixLength * width * width;
  const everySlot = tokenLayers * layer + head;
  const slots = architecture === 'flat' ? 1 : blockLength;
  return {
    bytes: (once + slots * everySlot) * BYTES_PER_NUMBER,
    distinctBytes: (once + everySlot) * BYTES_PER_NUMBER,
    tokens: slots,
  };
}

/**
 * Matrices of about `bytes` in float32 to find the best bandwidth with: one about square, and one with 256 rows, which runs faster
 * where the matrix outgrows the processor's caches.
 */
export function matricesOf(bytes: number): { rows: number; columns: number }[] {
  const numbers = bytes / BYTES_PER_NUMBER;
  const square = Math.max(64, Math.round(Math.sqrt(numbers) / 64) * 64);
  return [square, 256].map((rows) => ({ rows, columns: Math.round(numbers / rows) }));
}
