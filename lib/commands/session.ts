import { toProblem } from '@/lib/engine/errors';
import type { EngineClient, EngineStatus, LoadRequest, Run } from '@/lib/engine/types';
import { advance, extentOf, grantsDue } from '@/lib/store/playback';
import type { AppStore } from '@/lib/store/store';

/** React learns of new tokens at most this often. */
const PROGRESS_MS = 90;

/**
 * The page's work with the engine: loads it, starts and stops runs, moves the cursor, and grants blocks so that the engine
 * stays at most one block ahead of the cursor.
 */
export class Session {
  private run: Run | null = null;
  private granted = 0;
  private furthest = 0;
  private carry = 0;
  private lastTick: number | null = null;
  private lastProgress = 0;
  private progressTimer: ReturnType<typeof setTimeout> | null = null;
  private requests = 0;
  /** Loads that the page asked for and that are under way. */
  private loads = 0;
  private readonly unsubscribe: (() => void)[];

  constructor(
    private readonly store: AppStore,
    private readonly client: EngineClient,
    private request: LoadRequest,
    /** Called when something may have to be drawn. */
    private readonly wake: () => void,
  ) {
    store.getState().setStatus(client.status);
    this.unsubscribe = [
      client.subscribe((status) => this.followStatus(status)),
      store.subscribe((state, before) => {
        if (
          state.cursor !== before.cursor ||
          state.pace !== before.pace ||
          state.playing !== before.playing
        )
          this.grant();
        this.wake();
      }),
    ];
  }

  /** Loads the model that the page's address asks for, or another backend of it. */
  async load(change: Partial<LoadRequest> = {}): Promise<boolean> {
    this.request = { ...this.request, ...change };
    this.store.getState().setProblem(null);
    this.loads++;
    try {
      await this.client.load(this.request);
      return true;
    } catch {
      // The status says what happened and what can be done.
      return false;
    } finally {
      this.loads--;
    }
  }

  /** The model that is loaded or was asked for. */
  get model(): string {
    return this.request.model;
  }

  cancelLoad(): void {
    this.client.cancelLoad();
  }

  /** Starts a run with what the page asks for; a run in progress is stopped, its text replaced. */
  async generate(): Promise<void> {
    this.run?.stop();
    const turn = ++this.requests;
    const state = this.store.getState();
    state.setProblem(null);
    state.setRunning(true);
    try {
      const ready = this.client.status.state === 'ready' || this.client.status.state === 'running';
      if (!ready && !(await this.load())) return;
      if (turn !== this.requests) return;
      const { prompt, maxTokens, sampling } = this.store.getState();
      const run = await this.client.generate({ prompt, maxTokens, sampling });
      if (turn !== this.requests) {
        run.stop();
        return;
      }
      await this.follow(run);
    } catch (error) {
      if (turn === this.requests) this.store.getState().setProblem(toProblem(error));
    } finally {
      if (turn === this.requests) this.store.getState().setRunning(false);
    }
  }

  /** Stops the run in progress, or one that still waits for the model; what was written stays. */
  stop(): void {
    this.requests++;
    this.run?.stop();
    this.store.getState().setRunning(false);
  }

  /** Moves the playing cursor to time `now` (milliseconds). Returns whether it has to be called again. */
  tick(now: number): boolean {
    const { trace, cursor, playing, pace } = this.store.getState();
    const elapsed = this.lastTick === null ? 0 : now - this.lastTick;
    this.lastTick = playing ? now : null;
    if (!trace || cursor === null || !playing) {
      this.carry = 0;
      return false;
    }
    const extent = extentOf(trace);
    const next = advance(
      { cursor: Math.max(cursor, Math.min(extent.first, extent.last)), playing, carry: this.carry },
      elapsed,
      pace,
      extent,
    );
    this.carry = next.carry;
    if (next.cursor !== cursor || next.playing !== playing)
      this.store.setState({ cursor: next.cursor, playing: next.playing });
    return next.playing;
  }

  dispose(): void {
    this.stop();
    for (const undo of this.unsubscribe) undo();
    if (this.progressTimer !== null) clearTimeout(this.progressTimer);
  }

  private followStatus(status: EngineStatus): void {
    const { status: before, setStatus, setNotices, notices } = this.store.getState();
    setStatus(status);
    const isReady = status.state === 'ready' || status.state === 'running';
    const wasLoading = before.state === 'loading' || before.state === 'compiling';
    // The engine came back by itself, for instance after the GPU was lost: the reader is told why.
    if (isReady && wasLoading && this.loads === 0) {
      const { reason } = status.info;
      setNotices([...notices.filter((notice) => notice !== reason), reason]);
    }
  }

  private async follow(run: Run): Promise<void> {
    const { info } = this.store.getState();
    this.run = run;
    this.granted = 0;
    this.furthest = 0;
    this.carry = 0;
    this.store.getState().showTrace(run.trace, info);
    const stopListening = run.subscribe(() => {
      this.grant();
      this.markProgress();
      this.wake();
    });
    this.grant();
    const end = await run.done;
    stopListening();
    if (this.run === run) {
      this.run = null;
      if (end.problem) this.store.getState().setProblem(end.problem);
      this.markProgress();
      this.wake();
    }
  }

  private grant(): void {
    const { run } = this;
    const { trace, cursor, pace, playing } = this.store.getState();
    if (!run || run.trace !== trace) return;
    this.furthest = Math.max(this.furthest, cursor ?? 0);
    const due = grantsDue(
      this.granted,
      this.furthest,
      trace.blocks - trace.promptBlocks,
      playing ? pace : null,
      extentOf(trace),
    );
    if (due === 0) return;
    this.granted += due;
    run.grant(due);
  }

  private markProgress(): void {
    if (this.progressTimer !== null) return;
    const wait = Math.max(0, this.lastProgress + PROGRESS_MS - Date.now());
    this.progressTimer = setTimeout(() => {
      this.progressTimer = null;
      this.lastProgress = Date.now();
      this.store.getState().markProgress();
    }, wait);
  }
}
