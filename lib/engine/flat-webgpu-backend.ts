import type { Dims } from '@/lib/model/manifest';
import type { StepInputs } from './backend';
import { type Bundle, graphsOf } from './bundle';
import type { EngineError } from './errors';
import { type FlatBackend, type FlatPrefill, type FlatStep, UNROLLED } from './flat-backend';
import type { GpuDevice } from './gpu-device';
import { GpuGraphs, type WebGpuOptions } from './gpu-graphs';
import { assembleRows, assembleSlots } from './gpu-readback';

/** Loads a WebGPU build of ONNX Runtime and the graphs that the bundle was read with on `gpu`. */
export async function createFlatWebGpuBackend(
  bundle: Bundle,
  gpu: GpuDevice,
  options: WebGpuOptions,
): Promise<FlatWebGpuBackend> {
  const graphs = await GpuGraphs.create(bundle, gpu, graphsOf('flat', 'webgpu'), options);
  return new FlatWebGpuBackend(bundle.manifest.dims, gpu, graphs);
}

/** Ends of the names that belong to each token of an unrolled run. */
const MARKS = Array.from({ length: UNROLLED }, (_, slot) => `_${slot}`);

/** A flat model on WebGPU. K and V are written in place, those of an unrolled run as well, each token seeing the one before. */
export class FlatWebGpuBackend implements FlatBackend {
  held = 0;

  constructor(
    readonly dims: Dims,
    readonly gpu: GpuDevice,
    private readonly graphs: GpuGraphs,
  ) {}

  /** Set once the device is gone; every later call throws it. */
  get lost(): EngineError | null {
    return this.graphs.lost;
  }

  get allocatedBytes(): number {
    return this.graphs.cache.bytes;
  }

  async prefill(
    tokens: Int32Array,
    { quiet = false }: { quiet?: boolean } = {},
  ): Promise<FlatPrefill> {
    this.graphs.check();
    const { blockLayers, heads, width, contextLength } = this.dims;
    const count = tokens.length;
    if (count > contextLength) throw new Error('the prompt has more tokens than the cache');
    const started = performance.now();
    let kv = new Float32Array(0);
    let attention = quiet ? null : new Float32Array(0);
    if (count > 0) {
      const graph = quiet ? 'prefill-quiet' : 'prefill';
      const out = await this.graphs.prefill(graph, tokens, [count]);
      kv = out.floats('kv', count * 2 * blockLayers * width);
      if (!quiet) attention = out.floats('attention', blockLayers * heads * count * count);
    }
    this.graphs.cache.fill(kv, count);
    this.held = count;
    return { tokens: count, attention, ms: performance.now() - started };
  }

  async step(inputs: StepInputs, unrolled: boolean): Promise<FlatStep> {
    this.graphs.check();
    const { dims, held } = this;
    const marks = unrolled ? MARKS : [''];
    if (held + marks.length > dims.contextLength) throw new Error('the KV cache is full');
    const started = performance.now();
    const rows = marks.map((mark, slot) => ({ mark, position: held + slot }));
    const read = await this.graphs.step(unrolled ? 'gpu-step-4' : 'gpu-step', inputs, rows);
    this.held = held + marks.length;
    const names = marks.flatMap((mark) =>
      Array.from({ length: dims.blockLayers }, (_, layer) => `attention_${layer}${mark}`),
    );
    return {
      position: held,
      ...assembleSlots(read, marks.length, dims),
      attention: assembleRows(read, names, dims, this.held),
      ms: performance.now() - started,
    };
  }

  readCache(): Promise<Float32Array> {
    return this.graphs.cache.read();
  }

  dispose(): Promise<void> {
    return this.graphs.dispose();
  }
}
