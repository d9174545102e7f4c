import type {
  EngineClient,
  EngineInfo,
  EngineStatus,
  GenerateRequest,
  Run,
  RunEnd,
} from '@/lib/engine/types';
import type { EndReason } from '@/lib/trace/types';
import { recorded, step } from '../trace/synthetic';

/** A run that writes exactly what it was granted, as soon as it is told to work. */
export class FakeRun implements Run {
  readonly id = 1;
  private readonly recorder = recorded(2, 0);
  readonly trace = this.recorder.trace;
  granted = 0;
  stopped = false;
  private readonly listeners = new Set<() => void>();
  private settle: (end: RunEnd) => void = () => {};
  readonly done = new Promise<RunEnd>((resolve) => {
    this.settle = resolve;
  });

  grant(blocks: number): void {
    this.granted += blocks;
  }

  /** Writes all granted blocks. */
  work(): void {
    while (this.written < this.granted && this.trace.length < this.trace.dims.contextLength) {
      this.recorder.appendStep(step(this.trace.blocks));
      this.notify();
    }
  }

  get written(): number {
    return this.trace.blocks - this.trace.promptBlocks;
  }

  finish(reason: EndReason): void {
    this.recorder.finish(reason);
    this.notify();
    this.settle({ reason, problem: null });
  }

  stop(): void {
    this.stopped = true;
    if (!this.trace.end) this.finish('stopped');
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}

/** An engine in memory. */
export class FakeClient implements EngineClient {
  status: EngineStatus = { state: 'idle' };
  readonly requests: GenerateRequest[] = [];
  readonly runs: FakeRun[] = [];
  refusal: Error | null = null;
  private readonly listeners = new Set<(status: EngineStatus) => void>();

  subscribe(listener: (status: EngineStatus) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async load(): Promise<EngineInfo> {
    const info = {} as EngineInfo;
    this.setStatus({ state: 'ready', info });
    return info;
  }

  cancelLoad(): void {}

  async generate(request: GenerateRequest): Promise<Run> {
    if (this.refusal) throw this.refusal;
    this.requests.push(request);
    const run = new FakeRun();
    this.runs.push(run);
    return run;
  }

  async inspect(): Promise<never> {
    throw new Error('the fake engine has no graphs');
  }

  dispose(): void {}

  /** Tells the page of a new state. */
  setStatus(status: EngineStatus): void {
    this.status = status;
    for (const listener of this.listeners) listener(status);
  }
}
