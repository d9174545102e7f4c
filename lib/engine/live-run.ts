import type { Trace } from '@/lib/trace/trace';
import type { RunPlan } from './plan';
import type { FromWorker, ToWorker } from './protocol';
import type { GenerateRequest, Run, RunEnd } from './types';

/** A run as the page sees it. It appends what arrives; after `end` nothing changes any more. */
export class LiveRun implements Run {
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
    private readonly plan: RunPlan,
    private readonly send: (message: ToWorker) => void,
  ) {
    this.from = this.trace.length;
    this.done = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  get trace(): Trace {
    return this.plan.recorder.trace;
  }

  /** Sends all that is there: the prompt, a branch's blocks, or what was written before the engine was lost. */
  start(): void {
    const { maxTokens, forced } = this.plan;
    const written = this.trace.length - this.from;
    this.send({
      type: 'generate',
      run: this.id,
      tokens: this.trace.tokens.slice(),
      maxTokens: maxTokens === null ? null : maxTokens - written,
      sampling: this.sampling,
      forced: written === 0 ? forced : null,
      granted: this.granted,
    });
  }

  grant(blocks: number): void {
    if (this.ended) return;
    this.granted += blocks;
    this.send({ type: 'grant', run: this.id, blocks });
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
    if (message.type === 'prefill') {
      // Rows of a branch or a resumed run are already written; they never change.
      const { recorder } = this.plan;
      if (this.trace.rows === 0 && message.result.blocks > 0)
        recorder.appendPrefill(message.result);
    } else if (message.type === 'step') {
      this.plan.recorder.appendStep(message.result);
      this.granted -= 1;
    } else {
      this.end({ reason: message.reason, problem: message.problem }, message.length ?? undefined);
      return;
    }
    this.notify();
  }

  end(end: RunEnd, length?: number): void {
    if (this.ended) return;
    this.ended = true;
    this.plan.recorder.finish(end.reason, length);
    this.notify();
    this.settle(end);
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
