import { contextBlocks, localLength } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import type { PrefillResult, StepResult } from '@/lib/trace/types';
import type { Backend, StepInputs } from './backend';
import type { Bundle } from './bundle';
import { causalMask } from './causal-mask';
import {
  loadRuntime,
  type OrtModule,
  type OrtSession,
  type OrtTensor,
  sessionOptions,
} from './runtime';

/** Loads the CPU build of ONNX Runtime and the bundle's WASM graphs. */
export async function createWasmBackend(
  bundle: Bundle,
  { quiet = false }: { quiet?: boolean } = {},
): Promise<WasmBackend> {
  const ort = await loadRuntime('wasm');
  const weights = { file: bundle.manifest.weights.file, data: bundle.weights };
  const create = (name: string): Promise<OrtSession> => {
    const graph = bundle.graphs.get(name);
    if (!graph) throw new Error(`the bundle was read without its graph "${name}"`);
    return ort.InferenceSession.create(
      graph,
      sessionOptions(weights, { executionProviders: ['wasm'] }),
    );
  };
  const prefill = await create('prefill');
  const step = await create(quiet ? 'step-quiet' : 'step');
  const cut = bundle.graphs.has('step-cut') ? await create('step-cut') : null;
  return new WasmBackend(bundle.manifest.dims, ort, { prefill, step, cut });
}

/** Results of one batched step on the CPU; every array has the batch as its first axis. */
export interface BatchStep {
  picks: Int32Array;
  logits: Float32Array;
}

/**
 * The model on the CPU. The cache is one position-major array [T, B, 2·blockLayers, heads, headWidth] on the JS side: the
 * past is its prefix, and a step appends one contiguous slot.
 */
export class WasmBackend implements Backend {
  held = 0;
  private cache: Float32Array;
  private batch = 1;
  private readonly slot: number;

  constructor(
    readonly dims: Dims,
    private readonly ort: OrtModule,
    private readonly sessions: { prefill: OrtSession; step: OrtSession; cut: OrtSession | null },
  ) {
    this.slot = 2 * dims.blockLayers * dims.width;
    this.cache = new Float32Array(this.positions * this.slot);
  }

  get allocatedBytes(): number {
    return this.cache.byteLength;
  }

  private get positions(): number {
    return contextBlocks(this.dims);
  }

  async prefill(tokens: Int32Array): Promise<PrefillResult> {
    const { blockLayers, heads, blockLength, width } = this.dims;
    const blocks = tokens.length / blockLength;
    this.reset(1);
    if (blocks === 0)
      return {
        blocks,
        globalAttention: new Float32Array(0),
        contexts: new Float32Array(0),
        ms: 0,
      };
    const started = performance.now();
    const out = await this.sessions.prefill.run({
      tokens: this.int64(tokens, [1, blocks, blockLength]),
      positions: this.int64(
        Int32Array.from({ length: blocks }, (_, i) => i),
        [1, blocks],
      ),
      mask: this.float32(causalMask(blocks), [1, 1, blocks, blocks]),
    });
    this.cache.set(floats(out, 'kv', blocks * this.slot));
    this.held = blocks;
    return {
      blocks,
      globalAttention: floats(out, 'global_attention', blockLayers * heads * blocks * blocks),
      contexts: floats(out, 'contexts', blocks * width),
      ms: performance.now() - started,
    };
  }

  async step(inputs: StepInputs): Promise<StepResult> {
    if (this.batch !== 1) throw new Error('prefill must reset the cache before a single step');
    const { dims, held } = this;
    const local = localLength(dims);
    const started = performance.now();
    const out = await this.runStep(inputs);
    this.append(floats(out, 'kv', this.slot));
    return {
      block: held + 1,
      picks: Int32Array.from(out.picks?.data as BigInt64Array, Number),
      logits: floats(out, 'logits', dims.blockLength * dims.vocabulary),
      globalAttention: floats(out, 'global_attention', dims.blockLayers * dims.heads * (held + 1)),
      localAttention: floats(out, 'local_attention', dims.tokenLayers * dims.heads * local * local),
      context: floats(out, 'context', dims.width),
      prefixes: floats(out, 'prefixes', dims.prefixLength * dims.width),
      ms: performance.now() - started,
    };
  }

  /** A step of the `quiet` graph, for measuring: appends to the cache and returns the picks alone. */
  async quietStep(inputs: StepInputs): Promise<Int32Array> {
    const out = await this.runStep(inputs);
    this.append(floats(out, 'kv', this.slot));
    return Int32Array.from(out.picks?.data as BigInt64Array, Number);
  }

  /**
   * One step for `batch` sequences at once, all at the same position (`tokens` and `noise` have the batch as first axis).
   * Call `reset(batch)` before the first.
   */
  async batchStep(inputs: StepInputs): Promise<BatchStep> {
    const { dims, batch } = this;
    const out = await this.runStep(inputs);
    this.append(floats(out, 'kv', batch * this.slot));
    return {
      picks: Int32Array.from(out.picks?.data as BigInt64Array, Number),
      logits: floats(out, 'logits', batch * dims.blockLength * dims.vocabulary),
    };
  }

  /** Empties the cache and sets the batch size of the steps that follow. */
  reset(batch: number): void {
    if (batch !== this.batch) {
      this.batch = batch;
      this.cache = new Float32Array(this.positions * batch * this.slot);
    } else this.cache.fill(0, 0, this.held * batch * this.slot);
    this.held = 0;
  }

  async readCache(): Promise<Float32Array> {
    return this.cache.slice();
  }

  async dispose(): Promise<void> {
    for (const session of Object.values(this.sessions)) await session?.release();
  }

  private runStep({ tokens, noise, logitBias, inverseTemperature, cut }: StepInputs) {
    const { dims, held, batch } = this;
    if (held >= this.positions) throw new Error('the global KV cache is full');
    const feeds: Record<string, OrtTensor> = {
      tokens: this.int64(tokens, [batch, dims.blockLength]),
      positions: this.int64(new Int32Array(batch).fill(held), [batch, 1]),
      past: this.float32(this.cache.subarray(0, held * batch * this.slot), [
        held,
        batch,
        2 * dims.blockLayers,
        dims.heads,
        dims.headWidth,
      ]),
      mask: this.float32(new Float32Array(batch * (held + 1)), [batch, 1, 1, held + 1]),
      noise: this.float32(noise, [batch, dims.blockLength, dims.vocabulary]),
      logit_bias: this.float32(logitBias, [dims.vocabulary]),
      inverse_temperature: this.float32(Float32Array.of(inverseTemperature), [1]),
    };
    if (!cut) return this.sessions.step.run(feeds);
    if (!this.sessions.cut) throw new Error('the bundle was read without its graph "step-cut"');
    feeds.top_k = this.int64(Int32Array.of(cut.topK), [1]);
    feeds.top_p = this.float32(Float32Array.of(cut.topP), [1]);
    return this.sessions.cut.run(feeds);
  }

  private append(kv: Float32Array): void {
    this.cache.set(kv, this.held * this.batch * this.slot);
    this.held += 1;
  }

  private int64(values: Int32Array, shape: number[]): OrtTensor {
    return new this.ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  }

  private float32(values: Float32Array, shape: number[]): OrtTensor {
    return new this.ort.Tensor('float32', values, shape);
  }
}

function floats(out: Record<string, OrtTensor>, name: string, length: number): Float32Array {
  const data = out[name]?.data;
  if (!(data instanceof Float32Array) || data.length !== length)
    throw new Error(`graph output "${name}" holds ${data?.length} numbers instead of ${length}`);
  return data;
}
