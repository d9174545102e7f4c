import type { Dims } from '@/lib/model/manifest';
import type { StepInputs } from './backend';
import { type Bundle, graphsOf } from './bundle';
import { CpuGraphs, loadCpuSessions, type Sessions, type WasmOptions } from './cpu-graphs';
import { type FlatBackend, type FlatPrefill, type FlatStep, UNROLLED } from './flat-backend';
import type { Outputs } from './graph-io';
import { GrowingCache } from './growing-cache';
import type { OrtModule } from './runtime';
import type { BatchStep } from './wasm-backend';

/** Loads the CPU build of ONNX Runtime and the WASM graphs that the bundle was read with. */
export async function createFlatWasmBackend(
  bundle: Bundle,
  { quiet = false, threads = 1 }: WasmOptions = {},
): Promise<FlatWasmBackend> {
  const names = graphsOf('flat', quiet ? 'wasm-quiet' : 'wasm');
  const { ort, sessions } = await loadCpuSessions(bundle, names, threads);
  return new FlatWasmBackend(bundle.manifest.dims, ort, sessions);
}

/**
 * A flat model on the CPU, with its cache on the JavaScript side. For measuring and scoring it also runs several sequences of
 * one length in lockstep: `reset` or `prefillBatch`, then `quietStep` or `batchStep`.
 */
export class FlatWasmBackend implements FlatBackend {
  private readonly graphs: CpuGraphs;
  private readonly cache: GrowingCache;

  /** `sessions` by graph name; `ort` is any ONNX Runtime of the same interface. */
  constructor(
    readonly dims: Dims,
    ort: OrtModule,
    sessions: Sessions,
  ) {
    this.graphs = new CpuGraphs(ort, sessions);
    this.cache = new GrowingCache(dims, 'by-layer');
  }

  get held(): number {
    return this.cache.held;
  }

  get allocatedBytes(): number {
    return this.cache.allocatedBytes;
  }

  async prefill(
    tokens: Int32Array,
    { quiet = false }: { quiet?: boolean } = {},
  ): Promise<FlatPrefill> {
    const { blockLayers, heads } = this.dims;
    const count = tokens.length;
    const started = performance.now();
    const out = await this.fill(quiet ? 'prefill-quiet' : 'prefill', tokens, 1);
    const size = blockLayers * heads * count * count;
    return {
      tokens: count,
      attention: quiet ? null : (out?.floats('attention', size) ?? new Float32Array(0)),
      ms: performance.now() - started,
    };
  }

  async step(inputs: StepInputs, unrolled: boolean): Promise<FlatStep> {
    if (this.cache.batch !== 1)
      throw new Error('prefill must reset the cache before a single step');
    const { blockLayers, heads, vocabulary } = this.dims;
    const { held } = this;
    const slots = unrolled ? UNROLLED : 1;
    const started = performance.now();
    const out = await this.run(unrolled ? 'step-4' : 'step', inputs, slots);
    return {
      position: held,
      picks: out.picks(),
      logits: out.floats('logits', slots * vocabulary),
      attention: out.floats('attention', slots * blockLayers * heads * (held + slots)),
      ms: performance.now() - started,
    };
  }

  /** Empties the cache and sets the batch size of the steps that follow. */
  reset(batch: number): void {
    this.cache.reset(batch);
  }

  /** Drops the cache and fills it through the quiet graph; `tokens` is [batch, n]. */
  async prefillBatch(tokens: Int32Array, batch: number): Promise<void> {
    await this.fill('prefill-quiet', tokens, batch);
  }

  /** A step of the quiet graph for every sequence of the batch: [batch, 1 or 4] picks alone. */
  async quietStep(inputs: StepInputs, unrolled: boolean): Promise<Int32Array> {
    const slots = unrolled ? UNROLLED : 1;
    return (await this.run(unrolled ? 'step-4-quiet' : 'step-quiet', inputs, slots)).picks();
  }

  /** A step for every sequence of the batch, all at the same position (`tokens` and `noise` have the batch as first axis). */
  async batchStep(inputs: StepInputs, unrolled = false): Promise<BatchStep> {
    const slots = unrolled ? UNROLLED : 1;
    const out = await this.run(unrolled ? 'step-4' : 'step', inputs, slots);
    return {
      picks: out.picks(),
      logits: out.floats('logits', this.cache.batch * slots * this.dims.vocabulary),
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

  private async fill(graph: string, tokens: Int32Array, batch: number): Promise<Outputs | null> {
    const count = tokens.length / batch;
    this.reset(batch);
    if (count === 0) return null;
    const out = await this.graphs.prefill(graph, tokens, batch, [count]);
    this.cache.append(out.floats('kv', this.cache.size(count)));
    return out;
  }

  private async run(graph: string, inputs: StepInputs, slots: number): Promise<Outputs> {
    const out = await this.graphs.step(graph, inputs, this.cache, slots);
    this.cache.append(out.floats('kv', this.cache.size(slots)));
    return out;
  }
}
