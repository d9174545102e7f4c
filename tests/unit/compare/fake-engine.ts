import { EngineError } from '@/lib/engine/errors';
import { planFlatRun } from '@/lib/engine/flat-plan';
import { planRun, type RunPlan } from '@/lib/engine/plan';
import type {
  AnyClient,
  EngineInfo,
  EngineProblem,
  EngineStatus,
  GenerateRequest,
  LoadRequest,
  RunEnd,
  RunOf,
} from '@/lib/engine/types';
import type { Dims } from '@/lib/model/manifest';
import type { Tokenizer } from '@/lib/model/tokenizer';
import { FlatTrace } from '@/lib/trace/flat-trace';
import type { Trace } from '@/lib/trace/trace';
import { FLAT_DIMS, flatPrefill, flatStep } from '../trace/flat-synthetic';
import { keptWindow } from '../trace/kept-synthetic';
import { DIMS, END, PAD, prefill, step } from '../trace/synthetic';

/** Letters are tokens: `a` is 2, `b` 3 … `i` 10, or the other way round. */
function tokenizer(turned: boolean): Tokenizer {
  const turn = (id: number) => (turned ? 12 - id : id);
  return {
    vocabulary: 11,
    padId: PAD,
    endId: END,
    encode: (text: string) => Int32Array.from(text, (letter) => turn(letter.charCodeAt(0) - 95)),
    decode: (ids: ArrayLike<number>) =>
      Array.from(ids, (id) => String.fromCharCode(turn(id) + 95)).join(''),
  } as Tokenizer;
}

/** Models by id: `b…` block models, `b1`, `b2` and `b8` of that block length, `f…` flat ones; `…-other` reads by another tokenizer. */
export function fakeInfo(model: string): EngineInfo {
  const architecture = model.startsWith('b') ? 'block' : 'flat';
  const length = /^b([128])/.exec(model)?.[1];
  const dims: Dims = {
    ...(architecture === 'block' ? DIMS : FLAT_DIMS),
    ...(length ? { blockLength: Number(length) } : {}),
    contextLength: 64,
  };
  return {
    manifest: {
      id: model,
      architecture,
      dims,
      weights: { sha256: 'a'.repeat(64) },
      tokenizer: { padId: PAD, endId: END, sha256: model.endsWith('-other') ? 'other' : 'one' },
    },
    tokenizer: tokenizer(model.endsWith('-other')),
    backend: 'wasm',
    captured: false,
  } as EngineInfo;
}

/** What engines did, in order: `upper load`, `upper end load`, `lower prefill`, … */
export class Log {
  readonly events: string[] = [];
  private busy: string | null = null;
  /** Set when two engines were at work at the same time. */
  overlap: string | null = null;

  /** Work that takes a few turns of the microtask queue. */
  async work(name: string): Promise<void> {
    if (this.busy) this.overlap ??= `${name} during ${this.busy}`;
    this.busy = name;
    this.events.push(name);
    for (let i = 0; i < 30; i++) await Promise.resolve();
    if (this.busy === name) this.busy = null;
  }

  /** Ends what `engine` does, as the end of its worker would. */
  abandon(engine: string): void {
    if (this.busy?.startsWith(engine)) this.busy = null;
  }
}

/** Text of a fake run: `bcde` again and again; a given text as it is. */
const written = (from: number, count: number, forced: Int32Array | null) =>
  Array.from({ length: count }, (_, i) => forced?.[from + i] ?? 3 + ((from + i) % 4));

class FakeRun<T extends Trace | FlatTrace> implements RunOf<T> {
  readonly trace: T;
  granted = 0;
  private readonly listeners = new Set<() => void>();
  private settle: (end: RunEnd) => void = () => {};
  readonly done = new Promise<RunEnd>((resolve) => {
    this.settle = resolve;
  });
  /** The engine's own work, behind Stop as well. */
  working: Promise<void>;
  private readonly first: number;

  constructor(
    readonly id: number,
    private readonly name: string,
    private readonly plan: RunPlan<T>,
    private readonly log: Log,
  ) {
    this.trace = plan.trace;
    this.first = this.trace.length;
    this.working = this.prefill();
  }

  grant(runs: number): void {
    this.granted += runs;
    this.working = this.working.then(async () => {
      for (let i = 0; i < runs && this.trace.end === null; i++) await this.step();
    });
  }

  stop(): void {
    this.end({ reason: 'stopped', problem: null });
  }

  end(end: RunEnd, length?: number): void {
    if (this.trace.end) return;
    this.plan.finish(end.reason, length);
    this.notify();
    this.settle(end);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async resume(): Promise<void> {
    await this.log.work(`${this.name} resume`);
    this.notify();
  }

  private async prefill(): Promise<void> {
    await this.log.work(`${this.name} prefill`);
    if (this.trace.end) return;
    const { trace } = this;
    if (trace instanceof FlatTrace)
      this.plan.append({
        type: 'flat-prefill',
        result: flatPrefill(trace.length - 1, trace.dims),
      });
    else this.plan.append({ type: 'prefill', result: prefill(trace.promptBlocks - 1, trace.dims) });
    this.notify();
  }

  private async step(): Promise<void> {
    await this.log.work(`${this.name} step`);
    if (this.trace.end) return;
    const { trace, plan } = this;
    const { dims } = trace;
    const count = trace instanceof FlatTrace ? (plan.unrolled ? 4 : 1) : dims.blockLength;
    const row = trace.length - 1;
    const picks = written(trace.length - this.first, count, plan.forced);
    const forced = picks.map((_, i) => trace.length - this.first + i < (plan.forced?.length ?? 0));
    if (trace instanceof FlatTrace)
      plan.append({
        type: 'flat-step',
        result: {
          ...flatStep(row, picks, dims),
          forced,
          ...(plan.cache && { kept: keptWindow(row, plan.cache, dims) }),
        },
      });
    else
      plan.append({
        type: 'step',
        result: { ...step(trace.length / dims.blockLength, picks, dims), forced },
      });
    this.notify();
    const limit = Math.min(dims.contextLength, this.first + (plan.maxTokens ?? 1000));
    if (trace.length >= limit) {
      const full = limit === dims.contextLength && plan.maxTokens === null;
      this.end({ reason: full ? 'context-full' : 'length', problem: null }, limit);
    }
  }

  private notify(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** An engine in memory that writes what it is granted, one thing after another. */
export class FakeEngine implements AnyClient {
  status: EngineStatus = { state: 'idle' };
  readonly requests: GenerateRequest[] = [];
  run: FakeRun<Trace | FlatTrace> | null = null;
  disposed = false;
  private readonly listeners = new Set<(status: EngineStatus) => void>();
  private reject: ((error: EngineError) => void) | null = null;

  constructor(
    private readonly name: string,
    private readonly log: Log,
    /** Models that cannot be loaded. */
    private readonly missing: ReadonlySet<string>,
  ) {}

  subscribe(listener: (status: EngineStatus) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async load({ model, changedCache = false }: LoadRequest): Promise<EngineInfo> {
    this.setStatus({ state: 'loading', model, loadedBytes: 0, totalBytes: 0 });
    const gone = new Promise<never>((_, reject) => {
      this.reject = reject;
    });
    const what = `${model}${changedCache ? ' for a changed cache' : ''}`;
    await Promise.race([this.log.work(`${this.name} load ${what}`), gone]);
    if (this.missing.has(model)) {
      const problem: EngineProblem = {
        code: 'model-missing',
        message: `no ${model}`,
        recovery: 'retry',
      };
      this.setStatus({ state: 'failed', problem });
      throw new EngineError(problem);
    }
    const info = { ...fakeInfo(model), changedCache };
    this.setStatus({ state: 'ready', info });
    return info;
  }

  cancelLoad(): void {}

  async generate(request: GenerateRequest): Promise<RunOf<Trace | FlatTrace>> {
    if (this.status.state !== 'ready' && this.status.state !== 'running')
      throw new Error('not ready');
    const { info } = this.status;
    const plan = info.manifest.architecture === 'flat' ? planFlatRun : planRun;
    this.requests.push(request);
    this.run?.stop();
    this.run = new FakeRun<Trace | FlatTrace>(
      this.requests.length,
      this.name,
      plan(info, request),
      this.log,
    );
    return this.run;
  }

  async inspect(): Promise<never> {
    throw new Error('the fake engine has no graphs');
  }

  async settled(): Promise<void> {
    await this.run?.working;
  }

  dispose(): void {
    this.disposed = true;
    this.log.abandon(this.name);
    this.run?.stop();
    this.reject?.(new EngineError({ code: 'cancelled', message: 'cancelled', recovery: 'retry' }));
    this.listeners.clear();
  }

  /** The device is lost: the engine loads by itself, and its run's tokens rebuild the cache. */
  async loseDevice(): Promise<void> {
    if (!('info' in this.status)) throw new Error('not ready');
    const { info } = this.status;
    this.setStatus({ state: 'loading', model: info.manifest.id, loadedBytes: 0, totalBytes: 0 });
    await this.log.work(`${this.name} load again`);
    if (this.disposed) return;
    if (!this.run) return this.setStatus({ state: 'ready', info });
    this.setStatus({ state: 'running', info });
    await this.run.resume();
  }

  fail(problem: EngineProblem): void {
    this.setStatus({ state: 'failed', problem });
    this.run?.end({ reason: 'failed', problem });
  }

  private setStatus(status: EngineStatus): void {
    this.status = status;
    for (const listener of [...this.listeners]) listener(status);
  }
}
