import type { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import type { FromWorker, ToWorker } from './protocol';
import type { GenerateRequest, Run, RunEnd } from './types';

/** A run as the page sees it. It appends what arrives; after `end` nothing changes any more. */
export class LiveRun implements Run {
  readonly done: Promise<RunEnd>;
  private readonly listeners = new Set<() => void>();
  private settle: (end: RunEnd) => void = () => {};
  private granted = 0;
  private ended = false;
  private resumed = false;

  constructor(
    readonly id: number,
    private readonly request: GenerateRequest,
    private readonly recorder: TraceRecorder,
    private readonly send: (message: ToWorker) => void,
  ) {
    this.done = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  get trace(): Trace {
    return this.recorder.trace;
  }

  /** Sends the prompt, or all that was written so far. */
  start(maxTokens: number | null): void {
    this.send({
      type: 'generate',
      run: this.id,
      tokens: this.trace.tokens.slice(),
      maxTokens,
      sampling: this.request.sampling,
      granted: this.granted,
    });
  }

  resume(): void {
    this.resumed = true;
    const { maxTokens } = this.request;
    const written = this.trace.length - this.trace.promptBlocks * this.trace.dims.blockLength;
    this.start(maxTokens === null ? null : maxTokens - written);
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
      // Rows of a resumed run are already written; they never change.
      if (!this.resumed && message.result.blocks > 0) this.recorder.appendPrefill(message.result);
    } else if (message.type === 'step') {
      this.recorder.appendStep(message.result);
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
    this.recorder.finish(end.reason, length);
    this.notify();
    this.settle(end);
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
