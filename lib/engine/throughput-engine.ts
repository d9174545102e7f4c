import type { Dims, Manifest } from '@/lib/model/manifest';
import { type BundleReader, graphsOf, readBundle, readManifest } from './bundle';
import { loadCpuSessions, type Sessions } from './cpu-graphs';
import { FlatWasmBackend } from './flat-wasm-backend';
import type { Job } from './quiet-job';
import { QuietWriter } from './quiet-writer';
import type { OrtModule, OrtSession } from './runtime';
import { type RunClock, sampleOf, type ThroughputSample } from './throughput-sample';
import { WasmBackend } from './wasm-backend';

/** A model in the way that it is measured. */
export interface ThroughputRow {
  model: string;
  /** The block length, or of a flat model 1 or, unrolled, 4. */
  tokensPerRun: number;
}

interface LoadedModel {
  manifest: Manifest;
  ort: OrtModule;
  sessions: Sessions;
  clock: RunClock;
}

/**
 * Measures models through their quiet WASM graphs, one job at a time. A job has a cache of its own, with room for that job and
 * no more, which is gone when it ends; sessions stay until `close`.
 */
export class ThroughputEngine {
  private readonly models = new Map<string, LoadedModel>();
  /** Of the last job; disposed, it holds nothing. */
  private last: WasmBackend | FlatWasmBackend | null = null;
  private ort: OrtModule | null = null;

  constructor(private readonly threads = 1) {}

  /** Bytes of the K and V buffers that exist now. */
  get allocatedBytes(): number {
    return this.last?.allocatedBytes ?? 0;
  }

  /** Sessions that exist now. */
  get openSessions(): number {
    return [...this.models.values()].reduce(
      (sum, { sessions }) => sum + Object.keys(sessions).length,
      0,
    );
  }

  /** The version of ONNX Runtime; empty before a model is open. */
  get version(): string {
    const { versions } = this.ort?.env ?? {};
    return versions?.web ?? versions?.common ?? '';
  }

  /** Loads a model's quiet graphs. Throws `EngineError` or `ModelError`. */
  async open(model: string, read: BundleReader): Promise<void> {
    if (this.models.has(model)) return;
    const manifest = await readManifest(read);
    const names = graphsOf(manifest.architecture, 'wasm-quiet');
    const bundle = await readBundle(manifest, names, read);
    const { ort, sessions } = await loadCpuSessions(bundle, names, this.threads);
    this.ort = ort;
    this.models.set(model, { manifest, ort, sessions, clock: { prefillMs: 0, stepMs: 0 } });
  }

  /**
   * Does a job and measures it; `onRun` is told how many tokens each sequence has after each run. Throws when the cache would
   * take, or took, more than `budgetBytes`.
   */
  async measure(
    { model, tokensPerRun }: ThroughputRow,
    job: Job,
    budgetBytes: number,
    onRun?: (tokens: number) => void,
  ): Promise<ThroughputSample> {
    const loaded = this.models.get(model);
    if (!loaded) throw new Error(`the model "${model}" is not open`);
    const { manifest, clock } = loaded;
    const dims: Dims = { ...manifest.dims, contextLength: job.input + job.output };
    if (dims.contextLength > manifest.dims.contextLength)
      throw new Error(
        `${dims.contextLength} tokens do not fit in its context of ${manifest.dims.contextLength}`,
      );
    const backend = backendOf(manifest, dims, loaded);
    this.last = backend;
    try {
      if (backend.allocatedBytes * job.batch > budgetBytes)
        throw new Error(
          `a cache of ${backend.allocatedBytes * job.batch} bytes is over the budget`,
        );
      clock.prefillMs = 0;
      clock.stepMs = 0;
      const writer = new QuietWriter({ ...manifest, dims }, backend, tokensPerRun);
      const written = await writer.write(job, onRun);
      if (written.allocatedBytes > budgetBytes)
        throw new Error(`the cache took ${written.allocatedBytes} bytes, over the budget`);
      return sampleOf(job, written, clock);
    } finally {
      await backend.dispose();
    }
  }

  /** Releases every session. */
  async close(): Promise<void> {
    for (const { sessions } of this.models.values())
      for (const session of Object.values(sessions)) await session.release();
    this.models.clear();
  }
}

function backendOf(
  { architecture }: Manifest,
  dims: Dims,
  { ort, sessions, clock }: LoadedModel,
): WasmBackend | FlatWasmBackend {
  const timed = Object.fromEntries(
    Object.entries(sessions).map(([name, session]) => [name, timedSession(name, session, clock)]),
  );
  return architecture === 'block'
    ? new WasmBackend(dims, ort, timed)
    : new FlatWasmBackend(dims, ort, timed);
}

/** `session` with its time on the clock; releasing it leaves the session for the next job. */
function timedSession(name: string, session: OrtSession, clock: RunClock): OrtSession {
  const part = name.startsWith('prefill') ? 'prefillMs' : 'stepMs';
  const run = async (feeds: Parameters<OrtSession['run']>[0]) => {
    const started = performance.now();
    const out = await session.run(feeds);
    clock[part] += performance.now() - started;
    return out;
  };
  return { run, release: async () => {} } as unknown as OrtSession;
}
