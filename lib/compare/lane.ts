import { toProblem } from '@/lib/engine/errors';
import type {
  AnyClient,
  EngineProblem,
  EngineStatus,
  GenerateRequest,
  LoadRequest,
  RunOf,
} from '@/lib/engine/types';
import { layoutPrompt } from '@/lib/model/layout';
import { type CacheChoice, methodOf } from './caches';
import type { CompareStore } from './store';
import type { LaneId, LaneState, LaneTrace } from './types';

/** What a lane is made with. */
export interface LaneTools {
  store: CompareStore;
  createClient(lane: LaneId): AnyClient;
  backend: LoadRequest['backend'];
  /** Called after every append of its run and at the end. */
  onChange(): void;
}

/**
 * One engine of a comparison with the one run that it keeps. It does what it is told at once; who tells it sees to it that the
 * other lane rests meanwhile. Everything that keeps an engine busy returns when the engine rests again.
 */
export class Lane {
  run: RunOf<LaneTrace> | null = null;
  private client: AnyClient;
  private unsubscribe: () => void = () => {};
  /** A load that was asked for here; else the engine loads by itself, for instance after the GPU was lost. */
  private loading = false;
  /** Resolves when the engine is no more on its way back from a lost device. */
  recovery: Promise<void> = Promise.resolve();
  private endRecovery: () => void = () => {};

  constructor(
    readonly id: LaneId,
    private readonly tools: LaneTools,
  ) {
    this.client = this.newClient();
  }

  get state(): LaneState {
    return this.tools.store.getState().lanes[this.id];
  }

  /** The run that still writes, or null. */
  get writing(): RunOf<LaneTrace> | null {
    return this.run && this.run.trace.end === null ? this.run : null;
  }

  get isReady(): boolean {
    return isReady(this.client.status);
  }

  get isFailed(): boolean {
    return this.client.status.state === 'failed';
  }

  /** Frees the engine and the run, and names the model that is loaded next, and its cache. */
  open(model: string, cache: CacheChoice): void {
    this.free();
    this.client = this.newClient();
    this.set({
      model,
      cache,
      status: { state: 'loading', model, loadedBytes: 0, totalBytes: 0 },
      info: null,
      trace: null,
      givenBy: null,
      problem: null,
    });
  }

  /** Loads the lane's model; the status says how that ended. */
  async load(): Promise<void> {
    const { client } = this;
    this.loading = true;
    try {
      const { model, cache } = this.state;
      const changedCache = cache.id !== 'full';
      await client.load({ model, backend: this.tools.backend, changedCache });
    } catch {
      // The status says what happened and what can be done.
    } finally {
      if (client === this.client) this.loading = false;
    }
  }

  /** Why the model cannot begin with `prompt`; null where it can, or where it is not known yet. */
  refusal(prompt: string): EngineProblem | null {
    const { info } = this.state;
    if (!info) return null;
    const { dims, tokenizer } = info.manifest;
    try {
      layoutPrompt(info.tokenizer.encode(prompt), dims, tokenizer.padId);
      return null;
    } catch (error) {
      return toProblem(error);
    }
  }

  /** For the next run; the engine must have been loaded for it. */
  setCache(cache: CacheChoice): void {
    this.set({ cache });
  }

  setProblem(problem: EngineProblem | null): void {
    this.set({ problem });
  }

  /** Lets go of the run and its numbers. */
  clear(): void {
    this.stop();
    this.run = null;
    this.set({ trace: null, givenBy: null, problem: null });
  }

  /** Begins a run: returns with its prompt read. Nothing is written without `write`. */
  async start(request: GenerateRequest, givenBy: LaneId | null): Promise<void> {
    const { client } = this;
    let run: RunOf<LaneTrace>;
    try {
      run = await client.generate(this.withCache(request));
    } catch (error) {
      this.set({ problem: toProblem(error) });
      return;
    }
    this.run = run;
    this.set({ trace: run.trace, givenBy, problem: null });
    run.subscribe(this.tools.onChange);
    void run.done.then((end) => {
      if (this.run === run && end.problem) this.set({ problem: end.problem });
      this.tools.onChange();
    });
    await nextChange(run, () => true);
    if (run.trace.end) await client.settled();
  }

  /** The request with the lane's cache, if that is changed. */
  private withCache(request: GenerateRequest): GenerateRequest {
    const { info, cache } = this.state;
    if (!info) return request;
    const { contextLength } = info.manifest.dims;
    const room = contextLength - info.tokenizer.encode(request.prompt).length;
    const method = methodOf(cache, info, Math.min(room, request.maxTokens ?? room));
    return method ? { ...request, cache: method } : request;
  }

  /** Lets the engine make one run, and waits for what it wrote. */
  async write(): Promise<void> {
    const { client, writing: run } = this;
    if (!run) return;
    const before = run.trace.length;
    const written = nextChange(run, () => run.trace.length > before);
    run.grant(1);
    await written;
    if (run.trace.end) await client.settled();
  }

  /** What was written stays. */
  stop(): void {
    this.writing?.stop();
  }

  dispose(): void {
    this.free();
    this.set({ status: { state: 'idle' }, info: null, trace: null, givenBy: null });
  }

  private free(): void {
    this.stop();
    this.run = null;
    this.loading = false;
    this.unsubscribe();
    this.client.dispose();
    this.endRecovery();
  }

  private newClient(): AnyClient {
    const client = this.tools.createClient(this.id);
    this.unsubscribe = client.subscribe((status) => this.follow(status));
    return client;
  }

  private follow(status: EngineStatus): void {
    const cameBack = status.state === 'loading' && !this.loading;
    const wasLoading = this.state.status.state === 'loading';
    this.set(isReady(status) ? { status, info: status.info } : { status });
    if (cameBack && !wasLoading) this.recovery = this.recovered();
  }

  /** Resolves when an engine that loads by itself is back, with its run where it was; at once when it is given up. */
  private recovered(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.client.subscribe((status) => {
        if (!isReady(status) && status.state !== 'failed') return;
        stop();
        // The tokens rebuild the cache before anything more is written.
        if (this.writing) void nextChange(this.writing, () => true).then(resolve);
        else resolve();
      });
      this.endRecovery = resolve;
    });
  }

  private set(change: Partial<LaneState>): void {
    this.tools.store.setState(({ lanes }) => ({
      lanes: { ...lanes, [this.id]: { ...lanes[this.id], ...change } },
    }));
  }
}

type Ready = Extract<EngineStatus, { state: 'ready' | 'running' }>;

function isReady(status: EngineStatus): status is Ready {
  return status.state === 'ready' || status.state === 'running';
}

/** Resolves at the run's next change for which `done` holds, and at its end. */
function nextChange(run: RunOf<LaneTrace>, done: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = run.subscribe(() => {
      if (run.trace.end === null && !done()) return;
      stop();
      resolve();
    });
  });
}
