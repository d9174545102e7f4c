import { BYTES_PER_NUMBER } from '@/lib/model/cost';
import type { Dims } from '@/lib/model/manifest';

/** What one run of a step graph must read, whatever else it does. */
export interface MustRead {
  /** Bytes of weights, as the runtime holds them: folded, in float32. */
  bytes: number;
  /** Tokens that the run writes. */
  tokens: number;
}

/**
 * Weight bytes that a step must read: each matrix once for each of its uses. A layer is one matrix in [D, 7D] and one out
 * [5D, D].
 *
 * Block model, one block: the block decoder once, the prefix projection once, the token decoder once for slot 0 (its prefix
 * positions at once) and once for each later slot, the head once a slot. Flat model, one token: all layers and the head.
 * Rows looked up, biases and norms are left out: together below 0.5 % of this.
 */
export function mustRead(dims: Dims, architecture: 'block' | 'flat'): MustRead {
  const { width, vocabulary, blockLayers, tokenLayers, blockLength, prefixLength } = dims;
  const layer = 12 * width * width;
  const head = width * vocabulary;
  const numbers =
    architecture === 'flat'
      ? blockLayers * layer + head
      : blockLayers * layer +
        prefixLength * width * width +
        blockLength * (tokenLayers * layer + head);
  return { bytes: numbers * BYTES_PER_NUMBER, tokens: blockLength };
}

/** A matrix of about `bytes` in float32, as square as whole rows of 64 allow; a square gives neither side an advantage. */
export function matrixOf(bytes: number): { rows: number; columns: number } {
  const numbers = bytes / BYTES_PER_NUMBER;
  const rows = Math.max(64, Math.round(Math.sqrt(numbers) / 64) * 64);
  return { rows, columns: Math.round(numbers / rows) };
}
