import type { StepInputs } from './backend';
import type { Bundle } from './bundle';
import { Outputs, prefillFeeds, TensorMaker } from './graph-io';
import type { GrowingCache } from './growing-cache';
import {
  loadRuntime,
  type OrtModule,
  type OrtSession,
  type OrtTensor,
  sessionOptions,
} from './runtime';

/** Sessions by graph name; a backend works with those it was given and names one it misses when it is asked for. */
export type Sessions = Readonly<Record<string, OrtSession>>;

export interface WasmOptions {
  /** Load the quiet graphs alone: picks and cache, for measuring. */
  quiet?: boolean;
  /** More than one needs an isolated page. */
  threads?: number;
}

/** Loads the CPU build of ONNX Runtime and a session for each of `names` that the bundle was read with. */
export async function loadCpuSessions(
  bundle: Bundle,
  names: readonly string[],
  threads = 1,
): Promise<{ ort: OrtModule; sessions: Sessions }> {
  const ort = await loadRuntime('wasm', { threads });
  const weights = { file: bundle.manifest.weights.file, data: bundle.weights };
  const sessions: Record<string, OrtSession> = {};
  for (const name of names) {
    const graph = bundle.graphs.get(name);
    if (graph)
      sessions[name] = await ort.InferenceSession.create(
        graph,
        sessionOptions(weights, { executionProviders: ['wasm'] }),
      );
  }
  return { ort, sessions };
}

/** A bundle's graphs on the CPU: makes their inputs and runs them by name. */
export class CpuGraphs {
  readonly make: TensorMaker;

  constructor(
    ort: OrtModule,
    private readonly sessions: Sessions,
  ) {
    this.make = new TensorMaker(ort);
  }

  /**
   * Runs a `prefill` graph over `batch` sequences from position 0. `shape` is that of one sequence: [blocks, blockLength], or
   * [tokens] of a flat model.
   */
  prefill(name: string, tokens: Int32Array, batch: number, shape: number[]): Promise<Outputs> {
    return this.run(name, prefillFeeds(this.make, tokens, batch, shape));
  }

  /**
   * Runs a `step` graph behind `cache`, embedding the next `positions` positions of every sequence. The `-cut` form is taken
   * when the inputs ask for a cut.
   */
  step(
    name: string,
    { tokens, noise, logitBias, inverseTemperature, cut }: StepInputs,
    cache: GrowingCache,
    positions: number,
  ): Promise<Outputs> {
    const { batch, held } = cache;
    cache.check(positions);
    const vocabulary = logitBias.length;
    const feeds: Record<string, OrtTensor> = {
      tokens: this.make.int64(tokens, [batch, tokens.length / batch]),
      positions: this.make.positions(batch, held, positions),
      mask: this.make.float32(new Float32Array(batch * (held + 1)), [batch, 1, 1, held + 1]),
      noise: this.make.float32(noise, [batch, noise.length / batch / vocabulary, vocabulary]),
      logit_bias: this.make.float32(logitBias, [vocabulary]),
      inverse_temperature: this.make.float32(Float32Array.of(inverseTemperature), [1]),
    };
    for (const { name: past, values, shape } of cache.past)
      feeds[past] = this.make.float32(values, shape);
    if (!cut) return this.run(name, feeds);
    feeds.top_k = this.make.int64(Int32Array.of(cut.topK), [1]);
    feeds.top_p = this.make.float32(Float32Array.of(cut.topP), [1]);
    return this.run(`${name}-cut`, feeds);
  }

  async release(): Promise<void> {
    for (const session of Object.values(this.sessions)) await session.release();
  }

  /** Runs a graph with inputs made by `make`. Throws when the bundle was read without it. */
  async run(name: string, feeds: Record<string, OrtTensor>): Promise<Outputs> {
    const session = this.sessions[name];
    if (!session) throw new Error(`the bundle was read without its graph "${name}"`);
    return new Outputs(await session.run(feeds));
  }
}
