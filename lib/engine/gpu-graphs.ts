import type { GraphEntry, Manifest } from '@/lib/model/manifest';
import type { StepInputs } from './backend';
import type { Bundle } from './bundle';
import { EngineError } from './errors';
import { GpuCache } from './gpu-cache';
import type { GpuDevice } from './gpu-device';
import { gpuFlavour } from './gpu-flavour';
import { GpuInputs } from './gpu-inputs';
import { GpuTensors, type Port } from './gpu-tensors';
import { Outputs, prefillFeeds, TensorMaker } from './graph-io';
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

/** A cache is updated in place: whatever a graph calls what it wrote, it is its input's buffer. */
const boundTo = (output: string) => output.replace(/^present_([kv]_\d+)(_\d+)?$/, 'past_$1');

/** A position that a step embeds; `mark` is the end of its inputs' names. */
export interface Row {
  mark: string;
  position: number;
}

/** Where a graph's outputs lie in the staging buffer, and how much of it they take. */
interface ReadPlan {
  size: number;
  parts: { port: Port; offset: number; bytes: number }[];
}

/** Gives a float32 view of an output by name. */
export type ReadOutput = (output: string) => Float32Array;

/**
 * A bundle's graphs on a GPU. Every tensor of a step lives in a fixed buffer that ONNX Runtime allocated, so that the step
 * can be replayed from a capture; one staging buffer and one map bring everything back.
 */
export class GpuGraphs {
  /** Set once the device is gone; every later call throws it. */
  lost: EngineError | null = null;
  private staging: GPUBuffer | null = null;
  private readonly plans = new Map<string, ReadPlan>();
  readonly cache: GpuCache;
  private readonly inputs: GpuInputs;

  private constructor(
    private readonly manifest: Manifest,
    private readonly ort: OrtModule,
    private readonly gpu: GpuDevice,
    private readonly tensors: GpuTensors,
    private readonly prefills: Map<string, OrtSession>,
    private readonly steps: Map<string, OrtSession>,
  ) {
    const portOf = (name: string, input: string) => this.input(name, input);
    this.inputs = new GpuInputs(tensors, portOf, manifest.dims.heads);
    this.cache = new GpuCache(manifest.dims, tensors, this.cachePorts());
    gpu.device.lost.then((info) => {
      this.lost = new EngineError({
        code: 'webgpu-lost',
        message: `The browser took the GPU away${info.message ? ` (${info.message})` : ''}.`,
        recovery: 'retry',
      });
    });
  }

  /** Loads a WebGPU build of ONNX Runtime, a session for each of `names` that the bundle was read with, and all buffers. */
  static async create(
    bundle: Bundle,
    gpu: GpuDevice,
    names: readonly string[],
    { capture, gpuOnly = false, flavour = gpuFlavour() }: WebGpuOptions,
  ): Promise<GpuGraphs> {
    const ort = await loadRuntime(flavour);
    const weights = { file: bundle.manifest.weights.file, data: bundle.weights };
    // The string form 'webgpu' would lose the capture option on its way to the provider.
    const provider = { name: 'webgpu', device: gpu.device } as const;
    const tensors = await GpuTensors.create(ort, gpu.device);
    const prefills = new Map<string, OrtSession>();
    const steps = new Map<string, OrtSession>();
    for (const name of names) {
      const graph = bundle.graphs.get(name);
      if (!graph) continue;
      const isStep = name.startsWith('gpu-step');
      const session = await ort.InferenceSession.create(
        graph,
        sessionOptions(weights, {
          executionProviders: [provider],
          ...(isStep ? { preferredOutputLocation: 'gpu-buffer', enableGraphCapture: capture } : {}),
          ...(gpuOnly ? { extra: { session: { disable_cpu_ep_fallback: '1' } } } : {}),
        }),
      );
      (isStep ? steps : prefills).set(name, session);
    }
    const graphs = new GpuGraphs(bundle.manifest, ort, gpu, tensors, prefills, steps);
    await graphs.allocate();
    return graphs;
  }

  /**
   * Runs a `prefill` graph over one sequence from position 0; `shape` is [blocks, blockLength], or [tokens] of a flat model.
   * Its results come to the CPU.
   */
  async prefill(name: string, tokens: Int32Array, shape: number[]): Promise<Outputs> {
    this.check();
    const session = this.prefills.get(name);
    if (!session) throw new Error(`the bundle was read without its graph "${name}"`);
    const out = await session.run(prefillFeeds(new TensorMaker(this.ort), tokens, 1, shape));
    this.check();
    return new Outputs(out);
  }

  /**
   * Runs a step graph, or its `-cut` form when the inputs ask for a cut, over the positions of `rows`; reads all that it
   * returns but the caches, with one map.
   */
  async step(stem: string, inputs: StepInputs, rows: readonly Row[]): Promise<ReadOutput> {
    this.check();
    const name = inputs.cut ? `${stem}-cut` : stem;
    const session = this.steps.get(name);
    const plan = this.plans.get(name);
    if (!session || !plan || !this.staging)
      throw new Error(`the bundle was read without its graph "${name}"`);
    this.inputs.write(name, inputs);
    for (const { mark, position } of rows) this.inputs.writeRow(name, mark, position);
    const graph = this.graph(name);
    const feeds = Object.fromEntries(graph.inputs.map((p) => [p.name, this.tensors.get(p)]));
    const fetches = Object.fromEntries(
      graph.outputs.map((p) => [p.name, this.tensors.get({ ...p, name: boundTo(p.name) })]),
    );
    await session.run(feeds, fetches).catch(this.explain);
    const encoder = this.gpu.device.createCommandEncoder();
    for (const { port, offset, bytes } of plan.parts)
      encoder.copyBufferToBuffer(this.tensors.buffer(port), 0, this.staging, offset, bytes);
    this.gpu.device.queue.submit([encoder.finish()]);
    await this.staging.mapAsync(GPUMapMode.READ, 0, plan.size).catch(this.explain);
    const all = this.staging.getMappedRange(0, plan.size).slice(0);
    this.staging.unmap();
    this.check();
    const views = new Map(
      plan.parts.map((p) => [p.port.name, new Float32Array(all, p.offset, p.bytes / 4)] as const),
    );
    return (output) => {
      const view = views.get(output);
      if (!view) throw new Error(`graph "${name}" has no output "${output}"`);
      return view;
    };
  }

  /** Throws when the device is gone. */
  check(): void {
    if (this.lost) throw this.lost;
  }

  async dispose(): Promise<void> {
    this.staging?.destroy();
    this.tensors.dispose();
    for (const session of [...this.steps.values(), ...this.prefills.values()])
      await session.release();
  }

  /** Makes every buffer that a step graph reads or writes, and one staging buffer that any step's results fit in. */
  private async allocate(): Promise<void> {
    let size = 0;
    for (const name of this.steps.keys()) {
      const { inputs, outputs } = this.graph(name);
      for (const port of inputs) await this.tensors.ensure(port);
      const plan: ReadPlan = { size: 0, parts: [] };
      for (const port of outputs) {
        if (boundTo(port.name) !== port.name) continue;
        await this.tensors.ensure(port);
        const bytes = this.tensors.bytes(port);
        plan.parts.push({ port, offset: plan.size, bytes });
        plan.size += Math.ceil(bytes / 16) * 16;
      }
      this.plans.set(name, plan);
      size = Math.max(size, plan.size);
    }
    this.staging = this.gpu.device.createBuffer({
      size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
  }

  /** The KV buffers: inputs of any step graph. */
  private cachePorts(): Port[] {
    const [name] = this.steps.keys();
    if (name === undefined) throw new Error('the bundle was read without a step graph');
    return Array.from({ length: this.manifest.dims.blockLayers }, (_, layer) =>
      ['k', 'v'].map((kind) => this.input(name, `past_${kind}_${layer}`)),
    ).flat();
  }

  private input(name: string, input: string): Port {
    const port = this.graph(name).inputs.find((candidate) => candidate.name === input);
    if (!port) throw new Error(`graph "${name}" has no input "${input}"`);
    return port;
  }

  private graph(name: string): GraphEntry {
    const graph = this.manifest.graphs[name];
    if (!graph) throw new Error(`the manifest lists no graph "${name}"`);
    return graph;
  }

  /** A lost device shows first as some error of a run; the loss itself is told a moment later. */
  private explain = async (cause: unknown): Promise<never> => {
    await Promise.race([this.gpu.device.lost, new Promise((resolve) => setTimeout(resolve, 200))]);
    this.check();
    throw cause;
  };
}
