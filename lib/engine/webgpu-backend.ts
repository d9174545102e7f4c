import { contextBlocks } from '@/lib/model/layout';
import type { Dims, GraphEntry } from '@/lib/model/manifest';
import type { PrefillResult, StepResult } from '@/lib/trace/types';
import { type Backend, HIDDEN, type StepInputs } from './backend';
import type { Bundle } from './bundle';
import { causalMask } from './causal-mask';
import { EngineError } from './errors';
import type { GpuDevice } from './gpu-device';
import { assembleStep } from './gpu-readback';
import { GpuTensors } from './gpu-tensors';
import { fromHeadMajor, toHeadMajor } from './kv-layout';
import {
  loadRuntime,
  type OrtModule,
  type OrtSession,
  type RuntimeFlavour,
  sessionOptions,
} from './runtime';

export interface WebGpuOptions {
  /** Replay the step graphs from a capture: the CPU side of a run shrinks about nine times. */
  capture: boolean;
  /** Refuse any node without a GPU kernel (a test holds every graph to it). */
  gpuOnly?: boolean;
  flavour?: RuntimeFlavour;
}

/** JSPI has the cheaper runs where the browser has it. */
export function gpuFlavour(): RuntimeFlavour {
  return 'Suspending' in WebAssembly ? 'jspi' : 'webgpu';
}

/** Loads a WebGPU build of ONNX Runtime and the bundle's graphs on `gpu`. */
export async function createWebGpuBackend(
  bundle: Bundle,
  gpu: GpuDevice,
  { capture, gpuOnly = false, flavour = gpuFlavour() }: WebGpuOptions,
): Promise<WebGpuBackend> {
  const ort = await loadRuntime(flavour);
  const weights = { file: bundle.manifest.weights.file, data: bundle.weights };
  // The string form 'webgpu' would lose the capture option on its way to the provider.
  const provider = { name: 'webgpu', device: gpu.device } as const;
  const create = (name: string, onGpu: boolean): Promise<OrtSession> => {
    const graph = bundle.graphs.get(name);
    if (!graph) throw new Error(`the bundle was read without its graph "${name}"`);
    return ort.InferenceSession.create(
      graph,
      sessionOptions(weights, {
        executionProviders: [provider],
        ...(onGpu ? { preferredOutputLocation: 'gpu-buffer', enableGraphCapture: capture } : {}),
        ...(gpuOnly ? { extra: { session: { disable_cpu_ep_fallback: '1' } } } : {}),
      }),
    );
  };
  const tensors = await GpuTensors.create(ort, gpu.device);
  const prefill = await create('prefill', false);
  const steps = new Map<string, OrtSession>();
  for (const name of ['gpu-step', 'gpu-step-cut'])
    if (bundle.graphs.has(name)) steps.set(name, await create(name, true));
  const backend = new WebGpuBackend(bundle, ort, gpu, tensors, prefill, steps);
  await backend.allocate();
  return backend;
}

/**
 * The model on WebGPU. Every tensor of a step lives in a fixed buffer that ONNX Runtime allocated; K and V are written in
 * place; one staging buffer and one map bring everything back.
 */
export class WebGpuBackend implements Backend {
  held = 0;
  /** Set once the device is gone; every later call throws it. */
  lost: EngineError | null = null;
  private staging: GPUBuffer | null = null;
  private readonly outputs = new Map<string, { name: string; offset: number; bytes: number }[]>();
  private noiseIsZero = true;

  constructor(
    private readonly bundle: Bundle,
    private readonly ort: OrtModule,
    readonly gpu: GpuDevice,
    private readonly tensors: GpuTensors,
    private readonly prefillSession: OrtSession,
    private readonly steps: Map<string, OrtSession>,
  ) {
    gpu.device.lost.then((info) => {
      this.lost = new EngineError({
        code: 'webgpu-lost',
        message: `The browser took the GPU away${info.message ? ` (${info.message})` : ''}.`,
        recovery: 'retry',
      });
    });
  }

  get dims(): Dims {
    return this.bundle.manifest.dims;
  }

  get allocatedBytes(): number {
    return this.cacheNames().reduce((sum, name) => sum + this.tensors.bytes(name), 0);
  }

  private get positions(): number {
    return contextBlocks(this.dims);
  }

  /** Makes every buffer that a step graph reads or writes; equal names are one buffer. */
  async allocate(): Promise<void> {
    for (const name of this.steps.keys()) {
      const graph = this.graph(name);
      for (const port of graph.inputs) await this.tensors.ensure(port);
      let offset = 0;
      const reads = [];
      for (const port of graph.outputs) {
        // A cache is updated in place: its output is its input's buffer.
        if (port.name.startsWith('present_')) continue;
        await this.tensors.ensure(port);
        const bytes = this.tensors.bytes(port.name);
        reads.push({ name: port.name, offset, bytes });
        offset += Math.ceil(bytes / 16) * 16;
      }
      this.outputs.set(name, reads);
      if (!this.staging || this.staging.size < offset) {
        this.staging?.destroy();
        this.staging = this.gpu.device.createBuffer({
          size: offset,
          usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
        });
      }
    }
  }

  async prefill(tokens: Int32Array): Promise<PrefillResult> {
    this.check();
    const { blockLength } = this.dims;
    const blocks = tokens.length / blockLength;
    if (blocks > this.positions) throw new Error('the prompt has more blocks than the cache');
    const started = performance.now();
    let kv = new Float32Array(0);
    let globalAttention = new Float32Array(0);
    let contexts = new Float32Array(0);
    if (blocks > 0) {
      const positions = BigInt64Array.from({ length: blocks }, (_, i) => BigInt(i));
      const out = await this.prefillSession.run({
        tokens: new this.ort.Tensor('int64', BigInt64Array.from(tokens, BigInt), [
          1,
          blocks,
          blockLength,
        ]),
        positions: new this.ort.Tensor('int64', positions, [1, blocks]),
        mask: new this.ort.Tensor('float32', causalMask(blocks), [1, 1, blocks, blocks]),
      });
      this.check();
      kv = out.kv?.data as Float32Array<ArrayBuffer>;
      globalAttention = out.global_attention?.data as Float32Array<ArrayBuffer>;
      contexts = out.contexts?.data as Float32Array<ArrayBuffer>;
    }
    this.cacheNames().forEach((name, index) => {
      this.tensors.write(name, toHeadMajor(kv, index, blocks, this.positions, this.dims));
    });
    this.held = blocks;
    const mask = new Float32Array(this.positions).fill(HIDDEN);
    mask.fill(0, 0, blocks);
    this.tensors.write('mask', mask);
    return { blocks, globalAttention, contexts, ms: performance.now() - started };
  }

  async step(inputs: StepInputs): Promise<StepResult> {
    this.check();
    const { dims, held, tensors, positions } = this;
    if (held >= positions) throw new Error('the global KV cache is full');
    const started = performance.now();
    tensors.write('tokens', BigInt64Array.from(inputs.tokens, BigInt));
    tensors.write('positions', BigInt64Array.of(BigInt(held)));
    const index = new BigInt64Array(2 * dims.heads);
    for (let head = 0; head < dims.heads; head++) {
      index[2 * head] = BigInt(head);
      index[2 * head + 1] = BigInt(held);
    }
    tensors.write('kv_index', index);
    tensors.write('mask', Float32Array.of(0), held);
    this.writeNoise(inputs.noise);
    tensors.write('logit_bias', inputs.logitBias);
    tensors.write('inverse_temperature', Float32Array.of(inputs.inverseTemperature));
    if (inputs.cut) {
      tensors.write('top_k', Float32Array.of(inputs.cut.topK));
      tensors.write('top_p', Float32Array.of(inputs.cut.topP));
    }
    const read = await this.run(inputs.cut ? 'gpu-step-cut' : 'gpu-step');
    this.held = held + 1;
    return {
      block: held + 1,
      ...assembleStep(read, dims, held + 1),
      ms: performance.now() - started,
    };
  }

  async readCache(): Promise<Float32Array> {
    const { width, blockLayers } = this.dims;
    const all = new Float32Array(this.positions * 2 * blockLayers * width);
    for (const [index, name] of this.cacheNames().entries())
      fromHeadMajor(await this.tensors.read(name), index, this.positions, this.dims, all);
    return all;
  }

  async dispose(): Promise<void> {
    this.staging?.destroy();
    this.tensors.dispose();
    for (const session of [...this.steps.values(), this.prefillSession]) await session.release();
  }

  private async run(name: string): Promise<(output: string) => Float32Array> {
    const session = this.steps.get(name);
    if (!session || !this.staging)
      throw new Error(`the bundle was read without its graph "${name}"`);
    const graph = this.graph(name);
    const feeds = Object.fromEntries(graph.inputs.map((p) => [p.name, this.tensors.get(p.name)]));
    const fetches = Object.fromEntries(
      graph.outputs.map((p) => [p.name, this.tensors.get(p.name.replace(/^present_/, 'past_'))]),
    );
    await session.run(feeds, fetches).catch(this.explain);
    const reads = this.outputs.get(name) ?? [];
    const encoder = this.gpu.device.createCommandEncoder();
    for (const { name: output, offset, bytes } of reads)
      encoder.copyBufferToBuffer(this.tensors.buffer(output), 0, this.staging, offset, bytes);
    this.gpu.device.queue.submit([encoder.finish()]);
    await this.staging.mapAsync(GPUMapMode.READ).catch(this.explain);
    const all = this.staging.getMappedRange().slice(0);
    this.staging.unmap();
    this.check();
    const views = new Map(
      reads.map((r) => [r.name, new Float32Array(all, r.offset, r.bytes / 4)] as const),
    );
    return (output) => {
      const view = views.get(output);
      if (!view) throw new Error(`graph "${name}" has no output "${output}"`);
      return view;
    };
  }

  /** Greedy runs send no noise: 64 KiB a block stay off the bus. */
  private writeNoise(noise: Float32Array): void {
    const zero = noise.every((value) => value === 0);
    if (zero && this.noiseIsZero) return;
    this.tensors.write('noise', noise);
    this.noiseIsZero = zero;
  }

  private cacheNames(): string[] {
    return Array.from({ length: this.dims.blockLayers }, (_, layer) => [
      `past_k_${layer}`,
      `past_v_${layer}`,
    ]).flat();
  }

  private graph(name: string): GraphEntry {
    const graph = this.bundle.manifest.graphs[name];
    if (!graph) throw new Error(`the manifest lists no graph "${name}"`);
    return graph;
  }

  private check(): void {
    if (this.lost) throw this.lost;
  }

  /** A lost device shows first as some error of a run; the loss itself is told a moment later. */
  private explain = async (cause: unknown): Promise<never> => {
    await Promise.race([this.gpu.device.lost, new Promise((resolve) => setTimeout(resolve, 200))]);
    this.check();
    throw cause;
  };
}
