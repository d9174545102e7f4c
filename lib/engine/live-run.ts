import type { RunPlan } from './plan';
import { type FromWorker, isStep, type ToWorker } from './protocol';
import type { GenerateRequest, RunEnd, RunOf } from './types';

/** What a run looks at in a trace of either architecture. */
export interface LiveTrace {
  readonly tokens: Int32Array;
  readonly length: number;
  /** Attention rows known. */
  readonly rows: number;
}

/** A run as the page sees it. It appends what arrives; after `end` nothing changes any more. */
export class LiveRun<T extends LiveTrace> implements RunOf<T> {
  readonly done: Promise<RunEnd>;
  private readonly listeners = new Set<() => void>();
  private settle: (end: RunEnd) => void = () => {};
  private granted = 0;
  private ended = false;
  /** Tokens that were there before the engine wrote any. */
  private readonly from: number;

  constructor(
    readonly id: number,
    private readonly sampling: GenerateRequest['sampling'],
    private readonly plan: RunPlan<T>,
    private readonly send: (message: ToWorker) => void,
  ) {
    this.from = this.trace.length;
    this.done = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  get trace(): T {
    return this.plan.trace;
  }

  /** Sends all that is there: the prompt, a branch's blocks, or what was written before the engine was lost. */
  start(): void {
    const { maxTokens, forced, unrolled, cache } = this.plan;
    const written = this.trace.length - this.from;
    const rest = forced?.slice(written) ?? null;
    this.send({
      type: 'generate',
      run: this.id,
      tokens: this.trace.tokens.slice(),
      maxTokens: maxTokens === null ? null : maxTokens - written,
      sampling: this.sampling,
      forced: rest?.length ? rest : null,
      unrolled,
      cache,
      quiet: this.trace.rows > 0,
      granted: this.granted,
    });
  }

  grant(runs: number): void {
    if (this.ended) return;
    this.granted += runs;
    this.send({ type: 'grant', run: this.id, runs });
  }

  stop(): void {
    if (this.ended) return;
    this.send({ type: 'stop', run: this.id });
    this.end({ reason: 'stopped', problem: null });
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  receive(message: Extract<FromWorker, { run: number }>): void {
    if (this.ended) return;
    if (message.type === 'end') {
      this.end({ reason: message.reason, problem: message.problem }, message.length ?? undefined);
      return;
    }
    if (isStep(message)) {
      this.plan.append(message);
      this.granted -= 1;
    } else if (this.trace.rows === 0) this.plan.append(message);
    // Else these are the rows of a branch or a resumed run, written already; they never change.
    this.notify();
  }

  end(end: RunEnd, length?: number): void {
    if (this.ended) return;
    this.ended = true;
    this.plan.finish(end.reason, length);
    this.notify();
    this.settle(end);
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
