import { contextBlocks } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import type { PrefillResult, StepResult } from '@/lib/trace/types';
import type { Backend, StepInputs } from './backend';
import { type Bundle, graphsOf } from './bundle';
import type { EngineError } from './errors';
import type { GpuDevice } from './gpu-device';
import { GpuGraphs, type WebGpuOptions } from './gpu-graphs';
import { assembleStep } from './gpu-readback';
import { kvNorms } from './kv-norms';

/** Loads a WebGPU build of ONNX Runtime and the bundle's graphs on `gpu`. */
export async function createWebGpuBackend(
  bundle: Bundle,
  gpu: GpuDevice,
  options: WebGpuOptions,
): Promise<WebGpuBackend> {
  const graphs = await GpuGraphs.create(bundle, gpu, graphsOf('block', 'webgpu'), options);
  return new WebGpuBackend(bundle.manifest.dims, gpu, graphs);
}

/** A block model on WebGPU, with K and V written in place. */
export class WebGpuBackend implements Backend {
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

  private get positions(): number {
    return contextBlocks(this.dims);
  }

  async prefill(tokens: Int32Array): Promise<PrefillResult> {
    this.graphs.check();
    const { blockLength, blockLayers, heads, headWidth, width } = this.dims;
    const blocks = tokens.length / blockLength;
    if (blocks > this.positions) throw new Error('the prompt has more blocks than the cache');
    const started = performance.now();
    let kv = new Float32Array(0);
    let globalAttention = new Float32Array(0);
    let contexts = new Float32Array(0);
    if (blocks > 0) {
      const out = await this.graphs.prefill('prefill', tokens, [blocks, blockLength]);
      kv = out.floats('kv', blocks * 2 * blockLayers * width);
      globalAttention = out.floats('global_attention', blockLayers * heads * blocks * blocks);
      contexts = out.floats('contexts', blocks * width);
    }
    this.graphs.cache.fill(kv, blocks);
    this.held = blocks;
    return {
      blocks,
      globalAttention,
      contexts,
      kvNorms: kvNorms(kv, headWidth),
      ms: performance.now() - started,
    };
  }

  async step(inputs: StepInputs): Promise<StepResult> {
    this.graphs.check();
    const { dims, held } = this;
    if (held >= this.positions) throw new Error('the KV cache is full');
    const started = performance.now();
    const read = await this.graphs.step('gpu-step', inputs, [{ mark: '', position: held }]);
    this.held = held + 1;
    return {
      block: held + 1,
      ...assembleStep(read, dims, held + 1),
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
