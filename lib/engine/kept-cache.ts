import type { HeldLayer } from '@/lib/methods-live/types';
import type { Dims } from '@/lib/model/manifest';
import type { Past } from './growing-cache';

interface Layer {
  /** [room, heads, headWidth] */
  k: Float32Array;
  v: Float32Array;
  /** [room] or [heads, room]: text positions of the slots. */
  positions: Int32Array;
  count: number;
  room: number;
}

/**
 * A KV cache from which slots are taken out, one sequence. Every layer has a length of its own; where `perHead`, so do not the
 * heads, but a slot holds another position in each. Slots stay in the order of the text.
 */
export class KeptCache {
  private layers: Layer[];
  /** Numbers of a slot's key, of all heads. */
  private readonly slot: number;

  constructor(
    private readonly dims: Dims,
    private readonly perHead: boolean,
    room: number,
  ) {
    this.slot = dims.width;
    this.layers = Array.from({ length: dims.blockLayers }, () => this.empty(room));
  }

  get allocatedBytes(): number {
    return this.layers.reduce((sum, { k, v }) => sum + k.byteLength + v.byteLength, 0);
  }

  /** Bytes of the keys and values that are held. */
  get heldBytes(): number {
    return this.past.reduce((sum, { values }) => sum + values.byteLength, 0);
  }

  /** What is held, as the inputs of `step-kept`: views of the buffers. */
  get past(): Past[] {
    const { heads, headWidth } = this.dims;
    return this.layers.flatMap(({ k, v, count }, layer) => {
      const shape = [count, 1, heads, headWidth];
      const length = count * this.slot;
      return [
        { name: `past_k_${layer}`, values: k.subarray(0, length), shape },
        { name: `past_v_${layer}`, values: v.subarray(0, length), shape },
      ];
    });
  }

  count(layer: number): number {
    return this.of(layer).count;
  }

  /** The buffer of a layer's keys, to be turned in place. */
  keys(layer: number): Float32Array {
    return this.of(layer).k;
  }

  /** A copy of what is held where, by layer. */
  held(): HeldLayer[] {
    return this.layers.map(({ count, positions, room }) => ({
      count,
      perHead: this.perHead,
      positions: this.rows(positions, room, count),
    }));
  }

  /** Appends positions from `first` on: `kv` is [positions, 2·layers, heads, headWidth] (layer 0 K, layer 0 V, …). */
  append(kv: Float32Array, first: number): void {
    const { slot } = this;
    const added = kv.length / (2 * this.layers.length * slot);
    this.layers.forEach((layer, index) => {
      if (layer.count + added > layer.room) throw new Error('the KV cache is full');
      for (let i = 0; i < added; i++) {
        const from = (i * this.layers.length + index) * 2 * slot;
        const to = (layer.count + i) * slot;
        layer.k.set(kv.subarray(from, from + slot), to);
        layer.v.set(kv.subarray(from + slot, from + 2 * slot), to);
        for (let row = 0; row < this.rowCount; row++)
          layer.positions[row * layer.room + layer.count + i] = first + i;
      }
      layer.count += added;
    });
  }

  /** Keeps these slots of a layer, ascending: [count], or [heads, count] where heads differ. */
  keep(index: number, slots: Int32Array): void {
    const layer = this.of(index);
    const { heads, headWidth } = this.dims;
    const { room, positions } = layer;
    const count = slots.length / this.rowCount;
    for (let row = 0; row < this.rowCount; row++)
      for (let i = 0; i < count; i++) {
        const from = slots[row * count + i] ?? 0;
        if (from === i) continue;
        positions[row * room + i] = positions[row * room + from] ?? 0;
        const size = this.perHead ? headWidth : heads * headWidth;
        const source = from * this.slot + row * headWidth;
        const target = i * this.slot + row * headWidth;
        layer.k.copyWithin(target, source, source + size);
        layer.v.copyWithin(target, source, source + size);
      }
    layer.count = count;
  }

  /** Moves a layer into buffers of another size. */
  resize(index: number, room: number): void {
    const old = this.of(index);
    if (room === old.room) return;
    const layer = this.empty(room);
    layer.k.set(old.k.subarray(0, old.count * this.slot));
    layer.v.set(old.v.subarray(0, old.count * this.slot));
    for (let row = 0; row < this.rowCount; row++)
      layer.positions.set(
        old.positions.subarray(row * old.room, row * old.room + old.count),
        row * room,
      );
    layer.count = old.count;
    this.layers[index] = layer;
  }

  private get rowCount(): number {
    return this.perHead ? this.dims.heads : 1;
  }

  private rows(positions: Int32Array, room: number, count: number): Int32Array {
    const out = new Int32Array(this.rowCount * count);
    for (let row = 0; row < this.rowCount; row++)
      out.set(positions.subarray(row * room, row * room + count), row * count);
    return out;
  }

  private empty(room: number): Layer {
    return {
      k: new Float32Array(room * this.slot),
      v: new Float32Array(room * this.slot),
      positions: new Int32Array(this.rowCount * room),
      count: 0,
      room,
    };
  }

  private of(index: number): Layer {
    const layer = this.layers[index];
    if (!layer) throw new RangeError(`no layer ${index}`);
    return layer;
  }
}
