import { contextBlocks } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';

/** One input of a step graph that holds what was written so far. */
export interface Past {
  name: string;
  values: Float32Array;
  shape: number[];
}

/**
 * A KV cache on the JavaScript side for `batch` sequences of one length, in arrays with room for the whole context. The past
 * is their prefix, without a copy.
 *
 * `joined`: one array [T, B, 2·blockLayers, heads, headWidth], fed as `past`. `by-layer`: one [T, B, heads, headWidth] for
 * each K and V, fed as `past_k_i` and `past_v_i`; a graph then need not cut a large cache up.
 */
export class GrowingCache {
  /** Positions written. */
  held = 0;
  batch = 1;
  private arrays: Float32Array[] = [];
  private readonly names: string[];
  /** Numbers of one position of one sequence in one array. */
  private readonly slot: number;
  private readonly capacity: number;

  constructor(
    private readonly dims: Dims,
    layout: 'joined' | 'by-layer',
  ) {
    const { blockLayers, width } = dims;
    this.names =
      layout === 'joined'
        ? ['past']
        : Array.from({ length: blockLayers }, (_, i) => [`past_k_${i}`, `past_v_${i}`]).flat();
    this.slot = (2 * blockLayers * width) / this.names.length;
    this.capacity = contextBlocks(dims);
    this.allocate();
  }

  get allocatedBytes(): number {
    return this.arrays.reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Empties the cache and sets the batch size of what follows. */
  reset(batch: number): void {
    if (batch !== this.batch || this.arrays.length === 0) {
      // The old buffers go before the new ones are made: together they might not fit.
      this.free();
      this.batch = batch;
      this.allocate();
    } else for (const array of this.arrays) array.fill(0, 0, this.held * batch * this.slot);
    this.held = 0;
  }

  /** Lets the buffers go; `reset` makes new ones. */
  free(): void {
    this.arrays = [];
    this.held = 0;
  }

  /** Throws when `positions` more do not fit. */
  check(positions: number): void {
    if (this.held + positions > this.capacity) throw new Error('the KV cache is full');
  }

  /** What is held, as the inputs of a step graph. */
  get past(): Past[] {
    const { heads, headWidth } = this.dims;
    const tensors = this.slot / this.dims.width;
    const shape = [this.held, this.batch, ...(tensors > 1 ? [tensors] : []), heads, headWidth];
    const length = this.held * this.batch * this.slot;
    return this.arrays.map((array, i) => ({
      name: this.names[i] ?? '',
      values: array.subarray(0, length),
      shape,
    }));
  }

  /** How many numbers `positions` positions of all sequences take. */
  size(positions: number): number {
    return positions * this.batch * this.slot * this.arrays.length;
  }

  /** Appends `kv`, [positions, B, 2·blockLayers, heads, headWidth]. */
  append(kv: Float32Array): void {
    const positions = kv.length / this.size(1);
    this.check(positions);
    const { slot, batch, arrays } = this;
    const start = this.held * batch;
    const rows = positions * batch;
    if (arrays.length === 1) arrays[0]?.set(kv, start * slot);
    else
      arrays.forEach((array, i) => {
        for (let row = 0; row < rows; row++) {
          const from = (row * arrays.length + i) * slot;
          array.set(kv.subarray(from, from + slot), (start + row) * slot);
        }
      });
    this.held += positions;
  }

  /** A copy of all room, joined: [T, B, 2·blockLayers, heads, headWidth]; zeros above what is held. */
  read(): Float32Array {
    const { slot, arrays } = this;
    const out = new Float32Array(this.size(this.capacity));
    arrays.forEach((array, i) => {
      for (let row = 0; row < array.length / slot; row++)
        out.set(array.subarray(row * slot, (row + 1) * slot), (row * arrays.length + i) * slot);
    });
    return out;
  }

  private allocate(): void {
    const length = this.capacity * this.batch * this.slot;
    this.arrays = this.names.map(() => new Float32Array(length));
  }
}
