import { InputError } from '@/lib/model/errors';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { cancelled, crashed, dropped, EngineError, hung, toProblem } from './errors';
import { checkInspect } from './inspect-graph';
import { LiveRun, type LiveTrace } from './live-run';
import type { RunPlan } from './plan';
import type { FromWorker, ToWorker, WorkerInfo } from './protocol';
import type {
  ClientOf,
  EngineInfo,
  EngineProblem,
  EngineStatus,
  GenerateRequest,
  Inspection,
  InspectRequest,
  LoadRequest,
  RunOf,
} from './types';

/** A second lost device within this time means that the GPU is not to be trusted. */
const TWICE_LOST_MS = 60_000;

export interface ClientOptions {
  /** Absolute URL of the folder that holds the bundles, with a slash at its end. */
  modelsUrl: string;
  /** Tests bring their own. */
  createWorker?: () => Worker;
}

/** What a client can run: which models, and how a request to them is laid out. */
export interface ClientKind<T> {
  flatToo: boolean;
  /** Throws InputError or EngineError for what cannot be. */
  plan(info: EngineInfo, request: GenerateRequest): RunPlan<T>;
}

/** An inspection that was asked for and is not answered yet. */
interface Question {
  request: InspectRequest;
  resolve(answer: Inspection): void;
  reject(error: EngineError): void;
}

const startWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

/** The page's handle on a worker, whatever it runs. Nothing is started before `load`. */
export class WorkerClient<T extends LiveTrace> implements ClientOf<T> {
  status: EngineStatus = { state: 'idle' };
  private readonly listeners = new Set<(status: EngineStatus) => void>();
  private worker: Worker | null = null;
  private request: LoadRequest | null = null;
  private loading: { resolve(info: EngineInfo): void; reject(error: EngineError): void } | null =
    null;
  private run: LiveRun<T> | null = null;
  private runs = 0;
  /** Runs that the worker was sent and has not ended. */
  private readonly open = new Set<number>();
  private waiting: (() => void)[] = [];
  private readonly questions = new Map<number, Question>();
  private asked = 0;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private lostAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly options: ClientOptions,
    private readonly kind: ClientKind<T>,
  ) {}

  subscribe(listener: (status: EngineStatus) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  load(request: LoadRequest): Promise<EngineInfo> {
    this.abandon(cancelled());
    this.dropQuestions(dropped());
    this.run?.end({ reason: 'stopped', problem: null });
    this.request = request;
    return this.start(request, null);
  }

  cancelLoad(): void {
    if (!this.loading) return;
    this.abandon(cancelled());
    this.dropQuestions(dropped());
    this.setStatus({ state: 'idle' });
  }

  async generate(request: GenerateRequest): Promise<RunOf<T>> {
    const info = this.readyInfo();
    // Throws before anything of the old run is touched.
    const plan = inputChecked(() => this.kind.plan(info, request));
    this.run?.stop();
    this.runs += 1;
    const run = new LiveRun(this.runs, request.sampling, plan, (message) => this.send(message));
    this.run = run;
    run.done.then(() => {
      if (this.run === run) this.run = null;
      if (this.status.state === 'running' && !this.run)
        this.setStatus({ ...this.status, state: 'ready' });
    });
    this.setStatus({ state: 'running', info });
    run.start();
    return run;
  }

  async inspect({ tokens, block }: InspectRequest): Promise<Inspection> {
    // A copy: the caller's may be a view of a trace that grows.
    const request = { tokens: tokens.slice(), block };
    checkInspect(this.readyInfo().manifest, request);
    this.asked += 1;
    const question = this.asked;
    return new Promise((resolve, reject) => {
      this.questions.set(question, { request, resolve, reject });
      this.send({ type: 'inspect', question, request });
    });
  }

  /** Resolves once the worker is in no run: behind Stop it may still be in the one that it was in. */
  settled(): Promise<void> {
    if (this.open.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  dispose(): void {
    this.abandon(cancelled());
    this.dropQuestions(dropped());
    this.run?.end({ reason: 'stopped', problem: null });
    this.listeners.clear();
  }

  /** Throws `EngineError` `bad-request` while no model is ready. */
  private readyInfo(): EngineInfo {
    const info = this.info();
    if (info) return info;
    throw new EngineError({
      code: 'bad-request',
      message: 'The model is not ready yet; wait until it is loaded and try again.',
      recovery: 'retry',
    });
  }

  private dropQuestions(error: EngineError): void {
    for (const { reject } of this.questions.values()) reject(error);
    this.questions.clear();
  }

  private info(): EngineInfo | null {
    return this.status.state === 'ready' || this.status.state === 'running'
      ? this.status.info
      : null;
  }

  private setStatus(status: EngineStatus): void {
    this.status = status;
    for (const listener of this.listeners) listener(status);
  }

  private send(message: ToWorker): void {
    if (message.type === 'generate') this.open.add(message.run);
    this.worker?.postMessage(message);
  }

  private close(runs: readonly number[]): void {
    for (const run of runs) this.open.delete(run);
    if (this.open.size > 0) return;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private start(request: LoadRequest, note: string | null): Promise<EngineInfo> {
    const worker = (this.options.createWorker ?? startWorker)();
    this.worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (this.worker === worker) this.receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.worker === worker) this.fail(crashed(event.message));
    };
    this.setStatus({ state: 'loading', model: request.model, loadedBytes: 0, totalBytes: 0 });
    this.send({
      type: 'load',
      model: request.model,
      baseUrl: new URL(`${encodeURIComponent(request.model)}/`, this.options.modelsUrl).href,
      backend: request.backend,
      note,
      flatToo: this.kind.flatToo,
      changedCache: request.changedCache ?? false,
    });
    return new Promise((resolve, reject) => {
      this.loading = { resolve, reject };
    });
  }

  /** Ends the worker; whoever waits for its load is told `error`. */
  private abandon(error: EngineError): void {
    clearTimeout(this.watchdog);
    this.worker?.terminate();
    this.worker = null;
    this.close([...this.open]);
    this.loading?.reject(error);
    this.loading = null;
  }

  private receive(message: FromWorker): void {
    switch (message.type) {
      case 'progress':
        this.setStatus({
          state: 'loading',
          model: this.request?.model ?? '',
          loadedBytes: message.loadedBytes,
          totalBytes: message.totalBytes,
        });
        break;
      case 'compiling':
      case 'measuring':
        this.setStatus({ state: message.type, model: this.request?.model ?? '' });
        break;
      case 'ready':
        this.becomeReady(message.info);
        break;
      case 'fall-back':
        this.restart({ backend: 'wasm', note: message.reason });
        break;
      case 'load-failed':
        this.fail(new EngineError(message.problem));
        break;
      case 'busy':
        clearTimeout(this.watchdog);
        this.watchdog = setTimeout(() => this.fail(hung(message.limitMs)), message.limitMs);
        break;
      case 'idle':
        clearTimeout(this.watchdog);
        break;
      case 'prefill':
      case 'step':
      case 'flat-prefill':
      case 'flat-step':
      case 'end':
        this.receiveRun(message);
        break;
      case 'inspected':
        this.questions.get(message.question)?.resolve(message.result);
        this.questions.delete(message.question);
        break;
      case 'inspect-failed':
        this.questions.get(message.question)?.reject(new EngineError(message.problem));
        this.questions.delete(message.question);
        break;
      case 'device-lost':
        this.recover(message.problem);
        break;
    }
  }

  private becomeReady({ tokenizerJson, ...info }: WorkerInfo): void {
    const tokenizer = loadTokenizer(tokenizerJson, info.manifest.tokenizer);
    const ready: EngineInfo = { ...info, tokenizer };
    this.loading?.resolve(ready);
    this.loading = null;
    if (this.run) {
      // The device was lost in the middle of a run: its tokens rebuild the cache and writing goes on.
      this.setStatus({ state: 'running', info: ready });
      this.run.start();
    } else this.setStatus({ state: 'ready', info: ready });
    for (const [question, { request }] of this.questions)
      this.send({ type: 'inspect', question, request });
  }

  private receiveRun(message: Extract<FromWorker, { run: number }>): void {
    if (message.type === 'end') this.close([message.run]);
    const run = this.run;
    // A message of a run that was stopped is late: dropped.
    if (!run || run.id !== message.run) return;
    if (message.type === 'end' && message.problem?.code === 'webgpu-lost') return;
    try {
      run.receive(message);
    } catch (error) {
      run.end({ reason: 'failed', problem: crashed((error as Error).message).problem });
    }
  }

  private recover(problem: EngineProblem): void {
    const twice = performance.now() - this.lostAt < TWICE_LOST_MS;
    this.lostAt = performance.now();
    this.restart(
      twice
        ? { backend: 'wasm', note: 'the GPU was lost twice within a minute' }
        : { note: `${problem.message} It was loaded again.` },
    );
  }

  private restart(change: { backend?: 'wasm'; note: string }): void {
    const request = this.request;
    if (!request) return;
    const waiting = this.loading;
    this.loading = null;
    this.abandon(cancelled());
    this.start({ ...request, backend: change.backend ?? request.backend }, change.note).then(
      (info) => waiting?.resolve(info),
      (error: EngineError) => waiting?.reject(error),
    );
  }

  private fail(error: EngineError): void {
    this.abandon(error);
    this.dropQuestions(error);
    this.setStatus({ state: 'failed', problem: error.problem });
    this.run?.end({ reason: 'failed', problem: error.problem });
  }
}

function inputChecked<T>(task: () => T): T {
  try {
    return task();
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new EngineError(toProblem(cause), { cause });
  }
}
