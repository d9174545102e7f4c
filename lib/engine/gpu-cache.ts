import { contextBlocks } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import type { GpuTensors, Port } from './gpu-tensors';
import { fromHeadMajor, toHeadMajor } from './kv-layout';

/** The KV cache in GPU buffers with room for the whole context: `ports` are layer 0 K, layer 0 V, layer 1 K …, each [heads, T, headWidth]. */
export class GpuCache {
  constructor(
    private readonly dims: Dims,
    private readonly tensors: GpuTensors,
    private readonly ports: readonly Port[],
  ) {}

  /** Bytes of the live buffers. */
  get bytes(): number {
    return this.ports.reduce((sum, port) => sum + this.tensors.bytes(port), 0);
  }

  /** Writes a position-major cache of `held` positions, and zeros above. */
  fill(kv: Float32Array, held: number): void {
    for (const [index, port] of this.ports.entries())
      this.tensors.write(port, toHeadMajor(kv, index, held, contextBlocks(this.dims), this.dims));
  }

  /** The buffers as they are, position-major: [T, 2·blockLayers, heads, headWidth]. */
  async read(): Promise<Float32Array> {
    const positions = contextBlocks(this.dims);
    const all = new Float32Array(positions * this.ports.length * this.dims.width);
    for (const [index, port] of this.ports.entries())
      fromHeadMajor(await this.tensors.read(port), index, positions, this.dims, all);
    return all;
  }
}
