import { EngineError, toProblem } from '@/lib/engine/errors';
import type {
  EngineClient,
  EngineStatus,
  GenerateRequest,
  Inspection,
  LoadRequest,
  Run,
} from '@/lib/engine/types';
import { contextBlocks } from '@/lib/model/layout';
import { advance, extentOf, grantsDue } from '@/lib/store/playback';
import type { AppStore } from '@/lib/store/store';
import type { Writer } from '@/lib/store/writer';
import type { Trace } from '@/lib/trace/trace';
import { branchObstacle } from './branching';

/** The model waits at most this long for what is shown before it. */
const FIRST_SIGHT_MS = 1500;

/** React learns of new tokens at most this often. */
const PROGRESS_MS = 90;

/**
 * The page's work with the engine: loads it, starts and stops runs, moves the cursor, and grants blocks so that the engine
 * stays at most one block ahead of the cursor. A run that is not on the screen waits until it is shown again.
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
  /** Requests that the engine has not answered yet. */
  private asking = 0;
  /** Grows when a load begins or is cancelled, so that a waiting one is not begun. */
  private openings = 0;
  /** Loads that the page asked for and that are under way, and whether the last of them comes to its end. */
  private loads = 0;
  private loading: Promise<boolean> | null = null;
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
          state.trace !== before.trace ||
          state.cursor !== before.cursor ||
          state.pace !== before.pace ||
          state.playing !== before.playing
        )
          this.grant();
        this.wake();
      }),
    ];
  }

  /**
   * Loads the model once `firstSight` is on the screen: both need the processor, and the reader looks first. It counts as
   * loading from the start.
   */
  async open(firstSight: Promise<unknown>): Promise<void> {
    const turn = ++this.openings;
    const { model } = this.request;
    this.store.getState().setStatus({ state: 'loading', model, loadedBytes: 0, totalBytes: 0 });
    const patience = new Promise((resolve) => setTimeout(resolve, FIRST_SIGHT_MS));
    await Promise.race([firstSight, patience]);
    if (turn === this.openings) await this.load();
  }

  /** Loads the model that the page's address asks for, or another backend of it. */
  async load(change: Partial<LoadRequest> = {}): Promise<boolean> {
    this.openings++;
    this.request = { ...this.request, ...change };
    this.store.getState().setProblem(null);
    this.loads++;
    const loading = this.client.load(this.request).then(
      () => true,
      // The status says what happened and what can be done.
      () => false,
    );
    this.loading = loading;
    const loaded = await loading;
    this.loads--;
    if (this.loading === loading) this.loading = null;
    return loaded;
  }

  /** The model that is loaded or was asked for. */
  get model(): string {
    return this.request.model;
  }

  cancelLoad(): void {
    this.openings++;
    this.client.cancelLoad();
    // One that had not begun is known to this session only.
    this.store.getState().setStatus(this.client.status);
  }

  /** Shows a recorded run, playing or at rest, unless there is already something better to show. */
  showRecorded(trace: Trace, writer: Writer, play: boolean): void {
    const state = this.store.getState();
    if (state.trace) return;
    state.showTrace(trace, writer, extentOf(trace).first);
    state.setPlaying(play);
  }

  /**
   * Keeps a run that was measured elsewhere, from a file for instance, and shows it as a record, at rest at its end. Of a run that
   * is kept already, at this length or a greater one, the kept one is shown. A run in progress goes on when it is shown again.
   */
  openRun(trace: Trace, writer: Writer): void {
    const { runs, addRun, showRun, setPlaying, openStation, chooseCell } = this.store.getState();
    const { id } = trace.header;
    const kept = runs.find((run) => run.trace.header.id === id && run.trace.length >= trace.length);
    // What is open over the run on the screen may not exist in another model's.
    openStation(null);
    chooseCell(null);
    if (kept) showRun(kept.trace);
    else {
      addRun(trace.asRecord(), writer);
      setPlaying(false);
    }
  }

  /** Starts a run with what the page asks for. A run in progress is stopped once the new one is accepted; its text is kept. */
  async generate(): Promise<void> {
    await this.start(() => {
      const { prompt, maxTokens, sampling } = this.store.getState();
      return { prompt, maxTokens, sampling };
    });
  }

  /**
   * Leaves the run on the screen at token `at` (padded sequence), which becomes `token`, and goes on from there as that run
   * did, for as many tokens as the page asks for.
   */
  async branch(at: number, token: number): Promise<void> {
    const { trace: parent } = this.store.getState();
    await this.start(() => {
      const message = branchObstacle({ trace: parent, info: this.store.getState().info });
      if (!parent || message !== null) {
        throw new EngineError({ code: 'bad-request', message: message ?? '', recovery: 'none' });
      }
      const { prompt, sampling } = parent.header;
      const { maxTokens } = this.store.getState();
      return { prompt, maxTokens, sampling, branch: { parent, at, token } };
    });
  }

  /**
   * Writes a text that is known already, as fast as the engine can, with the player at rest. Resolves with its trace once it
   * has ended; null when it could not begin, which the status or the problem says.
   */
  async write(request: GenerateRequest): Promise<Trace | null> {
    const run = await this.start(() => request, false);
    await run?.done;
    return run?.trace ?? null;
  }

  /** Stops the run in progress, or one that still waits for the model; what was written stays. */
  stop(): void {
    this.requests++;
    this.run?.stop();
    this.store.getState().setRunning(false);
  }

  /**
   * Queries and keys of the blocks up to `block`, computed once more from the trace's tokens.
   *
   * @throws EngineError when the model that is loaded did not write the trace, or cannot be inspected
   */
  async inspect(trace: Trace, block: number): Promise<Inspection> {
    const { info } = this.store.getState();
    if (info?.manifest.weights.sha256 !== trace.header.model.weightsSha256) {
      throw new EngineError({
        code: 'bad-request',
        message: info
          ? 'Another model than the one that is loaded wrote this run, so its arithmetic cannot be computed again.'
          : 'The arithmetic can be computed once the model is loaded.',
        recovery: 'none',
      });
    }
    const tokens = trace.tokens.slice(0, (block + 1) * trace.dims.blockLength);
    return this.client.inspect({ tokens, block });
  }

  /** Begins a run; null when that did not come about. `paced`: the engine waits for the cursor. */
  private async start(make: () => GenerateRequest, paced = true): Promise<Run | null> {
    const turn = ++this.requests;
    this.asking++;
    const state = this.store.getState();
    state.setProblem(null);
    state.setRunning(true);
    try {
      const ready = this.client.status.state === 'ready' || this.client.status.state === 'running';
      if (!ready && !(await (this.loading ?? this.load()))) return null;
      if (turn !== this.requests) return null;
      const request = make();
      const run = await this.client.generate(request);
      if (turn === this.requests) {
        void this.follow(run, request.branch?.at ?? null, paced);
        return run;
      }
      run.stop();
    } catch (error) {
      if (turn === this.requests) this.store.getState().setProblem(toProblem(error));
    } finally {
      this.asking--;
      this.markRunning();
    }
    return null;
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
    this.openings++;
    this.stop();
    for (const undo of this.unsubscribe) undo();
    if (this.progressTimer !== null) clearTimeout(this.progressTimer);
  }

  private followStatus(status: EngineStatus): void {
    const { status: before, setStatus, setNotices, notices } = this.store.getState();
    setStatus(status);
    const isReady = status.state === 'ready' || status.state === 'running';
    const wasLoading = ['loading', 'compiling', 'measuring'].includes(before.state);
    // The engine came back by itself, for instance after the GPU was lost: the reader is told why.
    if (isReady && wasLoading && this.loads === 0) {
      const { reason } = status.info;
      setNotices([...notices.filter((notice) => notice !== reason), reason]);
    }
  }

  /** Shows a run and works with it until it ends; the cursor is put on token `target` as soon as that is written. */
  private async follow(run: Run, target: number | null, paced: boolean): Promise<void> {
    const { info } = this.store.getState();
    const { trace } = run;
    this.run = run;
    // What a branch took over needed no grant.
    this.granted = paced ? trace.blocks - trace.promptBlocks : contextBlocks(trace.dims);
    this.furthest = 0;
    this.carry = 0;
    this.store.getState().addRun(trace, info);
    if (!paced) {
      this.store.getState().setPlaying(false);
      run.grant(this.granted);
    }
    let awaited = target;
    const stopListening = run.subscribe(() => {
      if (awaited !== null && trace.length > awaited) {
        this.arrive(trace, awaited);
        awaited = null;
      }
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
      this.markRunning();
      this.markProgress();
      this.wake();
    }
  }

  /** The token that a branch is about is there: the cursor goes to it, unless the reader went elsewhere. */
  private arrive(trace: Trace, token: number): void {
    const state = this.store.getState();
    if (state.trace !== trace || (state.cursor ?? 0) >= token) return;
    this.carry = 0;
    state.seek(token);
  }

  private markRunning(): void {
    const { running, setRunning } = this.store.getState();
    const now = this.run !== null || this.asking > 0;
    if (running !== now) setRunning(now);
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
