import { contextBlocks } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';

/**
 * A KV cache on the JavaScript side for `batch` sequences of one length: position-major
 * [T, B, 2·blockLayers, heads, headWidth]. The past is its prefix, and new positions are appended in one piece.
 */
export class GrowingCache {
  /** Positions written. */
  held = 0;
  batch = 1;
  private numbers: Float32Array;
  /** Numbers of one position of one sequence. */
  private readonly slot: number;
  private readonly capacity: number;

  constructor(private readonly dims: Dims) {
    this.slot = 2 * dims.blockLayers * dims.width;
    this.capacity = contextBlocks(dims);
    this.numbers = new Float32Array(this.capacity * this.slot);
  }

  get allocatedBytes(): number {
    return this.numbers.byteLength;
  }

  /** Empties the cache and sets the batch size of what follows. */
  reset(batch: number): void {
    if (batch !== this.batch) {
      this.batch = batch;
      this.numbers = new Float32Array(this.capacity * batch * this.slot);
    } else this.numbers.fill(0, 0, this.size(this.held));
    this.held = 0;
  }

  /** Throws when `positions` more do not fit. */
  check(positions: number): void {
    if (this.held + positions > this.capacity) throw new Error('the KV cache is full');
  }

  /** What is held, without a copy. */
  get past(): Float32Array {
    return this.numbers.subarray(0, this.size(this.held));
  }

  /** Shape of `past`. */
  get pastShape(): number[] {
    const { blockLayers, heads, headWidth } = this.dims;
    return [this.held, this.batch, 2 * blockLayers, heads, headWidth];
  }

  /** How many numbers `positions` positions of all sequences take. */
  size(positions: number): number {
    return positions * this.batch * this.slot;
  }

  /** Appends `kv`, [positions, B, 2·blockLayers, heads, headWidth]. */
  append(kv: Float32Array): void {
    const positions = kv.length / this.size(1);
    this.check(positions);
    this.numbers.set(kv, this.size(this.held));
    this.held += positions;
  }

  /** A copy of the whole buffer; zeros above what is held. */
  read(): Float32Array {
    return this.numbers.slice();
  }
}
