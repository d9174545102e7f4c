import type {
  EngineClient,
  EngineInfo,
  EngineStatus,
  GenerateRequest,
  Run,
  RunEnd,
} from '@/lib/engine/types';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import type { EndReason } from '@/lib/trace/types';
import { header, prefill, prompt, step } from '../trace/synthetic';

let ids = 0;

/** An id that no other trace has. */
function anyId(): string {
  ids += 1;
  return ids.toString(16).padStart(32, '0');
}

/** A run that writes exactly what it was granted, as soon as it is told to work. */
export class FakeRun implements Run {
  readonly id = 1;
  private readonly recorder: TraceRecorder;
  readonly trace: Trace;
  granted = 0;
  /** Blocks that a branch took over. */
  private readonly inherited: number;
  stopped = false;
  private readonly listeners = new Set<() => void>();
  private settle: (end: RunEnd) => void = () => {};
  readonly done = new Promise<RunEnd>((resolve) => {
    this.settle = resolve;
  });

  constructor({ branch }: GenerateRequest) {
    this.recorder = branch
      ? TraceRecorder.branch(branch.parent, branch.at, {
          ...header(),
          id: anyId(),
          branch: { parent: branch.parent.header.id, at: branch.at },
          provenance: 'measured',
        })
      : new TraceRecorder({ ...header(), id: anyId(), provenance: 'measured' }, prompt(2));
    if (!branch) this.recorder.appendPrefill(prefill(1));
    this.trace = this.recorder.trace;
    this.inherited = this.written;
  }

  grant(blocks: number): void {
    this.granted += blocks;
  }

  /** Writes all granted blocks. */
  work(): void {
    while (
      this.written - this.inherited < this.granted &&
      this.trace.length < this.trace.dims.contextLength
    ) {
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
  loads = 0;
  private readonly listeners = new Set<(status: EngineStatus) => void>();

  subscribe(listener: (status: EngineStatus) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async load(): Promise<EngineInfo> {
    this.loads += 1;
    await Promise.resolve();
    const weights = { sha256: header().model.weightsSha256 };
    const info = { manifest: { weights } } as EngineInfo;
    this.setStatus({ state: 'ready', info });
    return info;
  }

  cancelLoad(): void {}

  async generate(request: GenerateRequest): Promise<Run> {
    if (this.refusal) throw this.refusal;
    this.requests.push(request);
    this.runs.at(-1)?.stop();
    const run = new FakeRun(request);
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
