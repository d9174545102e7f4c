import { localLength } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import type { PrefillResult, StepResult } from '@/lib/trace/types';
import type { Backend, StepInputs } from './backend';
import { type Bundle, graphsOf } from './bundle';
import { CpuGraphs, loadCpuSessions, type Sessions, type WasmOptions } from './cpu-graphs';
import type { Outputs } from './graph-io';
import { GrowingCache } from './growing-cache';
import { kvNorms } from './kv-norms';
import type { OrtModule } from './runtime';

/** Loads the CPU build of ONNX Runtime and the WASM graphs that the bundle was read with. */
export async function createWasmBackend(
  bundle: Bundle,
  { quiet = false, threads = 1 }: WasmOptions = {},
): Promise<WasmBackend> {
  const names = graphsOf('block', quiet ? 'wasm-quiet' : 'wasm');
  const { ort, sessions } = await loadCpuSessions(bundle, names, threads);
  return new WasmBackend(bundle.manifest.dims, ort, sessions);
}

/** Results of one batched step on the CPU; every array has the batch as its first axis. */
export interface BatchStep {
  picks: Int32Array;
  logits: Float32Array;
}

/**
 * A block model on the CPU, with the global cache on the JavaScript side. For measuring and scoring it also runs several
 * sequences of one length in lockstep: `reset` or `prefillBatch`, then `quietStep` or `batchStep`.
 */
export class WasmBackend implements Backend {
  private readonly graphs: CpuGraphs;
  private readonly cache: GrowingCache;

  /** `sessions` by graph name; `ort` is any ONNX Runtime of the same interface. */
  constructor(
    readonly dims: Dims,
    ort: OrtModule,
    sessions: Sessions,
  ) {
    this.graphs = new CpuGraphs(ort, sessions);
    this.cache = new GrowingCache(dims, 'joined');
  }

  get held(): number {
    return this.cache.held;
  }

  get allocatedBytes(): number {
    return this.cache.allocatedBytes;
  }

  async prefill(tokens: Int32Array): Promise<PrefillResult> {
    const { blockLayers, heads, headWidth, blockLength, width } = this.dims;
    const blocks = tokens.length / blockLength;
    this.reset(1);
    if (blocks === 0)
      return {
        blocks,
        globalAttention: new Float32Array(0),
        contexts: new Float32Array(0),
        kvNorms: new Float32Array(0),
        ms: 0,
      };
    const started = performance.now();
    const out = await this.graphs.prefill('prefill', tokens, 1, [blocks, blockLength]);
    const kv = out.floats('kv', this.cache.size(blocks));
    this.cache.append(kv);
    return {
      blocks,
      globalAttention: out.floats('global_attention', blockLayers * heads * blocks * blocks),
      contexts: out.floats('contexts', blocks * width),
      kvNorms: kvNorms(kv, headWidth),
      ms: performance.now() - started,
    };
  }

  async step(inputs: StepInputs): Promise<StepResult> {
    if (this.cache.batch !== 1)
      throw new Error('prefill must reset the cache before a single step');
    const { dims, held } = this;
    const local = localLength(dims);
    const started = performance.now();
    const out = await this.run('step', inputs);
    return {
      block: held + 1,
      picks: out.picks(),
      logits: out.floats('logits', dims.blockLength * dims.vocabulary),
      globalAttention: out.floats('global_attention', dims.blockLayers * dims.heads * (held + 1)),
      localAttention: out.floats('local_attention', dims.tokenLayers * dims.heads * local * local),
      context: out.floats('context', dims.width),
      kvNorms: kvNorms(out.floats('kv', this.cache.size(1)), dims.headWidth),
      prefixes: out.floats('prefixes', dims.prefixLength * dims.width),
      ms: performance.now() - started,
    };
  }

  /** Empties the cache and sets the batch size of the steps that follow. */
  reset(batch: number): void {
    this.cache.reset(batch);
  }

  /** Drops the cache and fills it through the quiet graph; `tokens` is [batch, blocks, blockLength]. */
  async prefillBatch(tokens: Int32Array, batch: number): Promise<void> {
    const { blockLength } = this.dims;
    const blocks = tokens.length / batch / blockLength;
    this.reset(batch);
    if (blocks === 0) return;
    const out = await this.graphs.prefill('prefill-quiet', tokens, batch, [blocks, blockLength]);
    this.cache.append(out.floats('kv', this.cache.size(blocks)));
  }

  /** A step of the quiet graph for every sequence of the batch: [batch, blockLength] picks alone. */
  async quietStep(inputs: StepInputs): Promise<Int32Array> {
    return (await this.run('step-quiet', inputs)).picks();
  }

  /** A step for every sequence of the batch, all at the same position (`tokens` and `noise` have the batch as first axis). */
  async batchStep(inputs: StepInputs): Promise<BatchStep> {
    const { blockLength, vocabulary } = this.dims;
    const out = await this.run('step', inputs);
    return {
      picks: out.picks(),
      logits: out.floats('logits', this.cache.batch * blockLength * vocabulary),
    };
  }

  async readCache(): Promise<Float32Array> {
    return this.cache.read();
  }

  /** Lets the cache go and releases the sessions. */
  dispose(): Promise<void> {
    this.cache.free();
    return this.graphs.release();
  }

  private async run(graph: string, inputs: StepInputs): Promise<Outputs> {
    const out = await this.graphs.step(graph, inputs, this.cache, 1);
    this.cache.append(out.floats('kv', this.cache.size(1)));
    return out;
  }
}
