import { SerialQueue } from '@/lib/engine/queue';
import type { AnyClient, GenerateRequest, LoadRequest } from '@/lib/engine/types';
import { advance } from '@/lib/store/playback';
import { type CacheChoice, FULL_CACHE } from './caches';
import { compareExtent, tracesOf } from './extent';
import { givenText } from './given-text';
import { Lane } from './lane';
import type { CompareStore } from './store';
import { promptTokensOf } from './text-trace';
import { dueLane, runTokens } from './turns';
import { type CompareControls, LANES, type LaneId, otherLane } from './types';

/** React learns of new tokens at most this often. */
const PROGRESS_MS = 90;

export interface CompareOptions {
  createClient(lane: LaneId): AnyClient;
  backend: LoadRequest['backend'];
  /** Called when something may have to be drawn. */
  wake(): void;
}

/** What the lanes were last asked for; a lane with another model is asked for the same. */
interface Asked {
  request: GenerateRequest;
  /** The lane whose text the other was given. */
  from: LaneId | null;
}

/** See `CompareControls`. Every load, prefill and run takes its turn in one queue, so the two engines never work at once. */
export class CompareSession implements CompareControls {
  private readonly lanes: Readonly<Record<LaneId, Lane>>;
  private readonly turns = new SerialQueue();
  private readonly unsubscribe: () => void;
  private asked: Asked | null = null;
  /** Grows with every request and every stop, so that a waiting one is not begun. */
  private requests = 0;
  /** The request that waits until its lanes have begun. */
  private asking: number | null = null;
  private pumping = false;
  private furthest = 0;
  private carry = 0;
  private lastTick: number | null = null;
  private lastProgress = 0;
  private progressTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly store: CompareStore,
    private readonly options: CompareOptions,
  ) {
    const tools = { store, ...options, onChange: () => this.onChange() };
    this.lanes = { upper: new Lane('upper', tools), lower: new Lane('lower', tools) };
    this.unsubscribe = store.subscribe((state, before) => {
      if (
        state.cursor !== before.cursor ||
        state.pace !== before.pace ||
        state.playing !== before.playing
      )
        void this.pump();
      options.wake();
    });
  }

  async open(): Promise<void> {
    await Promise.all(
      LANES.map((id) => {
        const { model, cache } = this.store.getState().lanes[id];
        return this.choose(id, model, cache);
      }),
    );
  }

  async choose(id: LaneId, model: string, cache: CacheChoice = FULL_CACHE): Promise<void> {
    const lane = this.lanes[id];
    lane.open(model, cache);
    this.onChange();
    const { status } = lane.state;
    const { requests } = this;
    await this.turn(async () => {
      // Another model was chosen meanwhile.
      if (lane.state.status === status) await lane.load();
    });
    if (this.requests !== requests || lane.state.model !== model) return;
    if (lane.isReady && lane.state.trace === null) this.again(id);
    else this.onChange();
  }

  async chooseCache(id: LaneId, cache: CacheChoice): Promise<void> {
    const lane = this.lanes[id];
    const { model, cache: old } = lane.state;
    // Full and changed caches are engines of their own.
    if ((cache.id === 'full') !== (old.id === 'full')) return this.choose(id, model, cache);
    lane.setCache(cache);
    if (lane.isFailed) return this.choose(id, model, cache);
    // A model that is on its way begins with the cache that the lane has then.
    if (!lane.isReady) return;
    lane.clear();
    this.onChange();
    this.again(id);
  }

  async generate(): Promise<void> {
    const { prompt, maxTokens, sampling, unrolled } = this.store.getState();
    const refusals = LANES.map((id) => this.lanes[id].refusal(prompt));
    if (refusals.some((refusal) => refusal !== null)) {
      LANES.forEach((id, i) => {
        this.lanes[id].setProblem(refusals[i] ?? null);
      });
      return;
    }
    this.asked = { request: { prompt, maxTokens, sampling, unrolled }, from: null };
    await this.begin(LANES);
  }

  async giveText(from: LaneId): Promise<void> {
    const source = this.lanes[from].state;
    const { trace } = source;
    if (!trace || trace.generated.length === 0) {
      this.lanes[otherLane(from)].setProblem({
        code: 'bad-request',
        message: 'There is no text to give yet: let the other lane write some.',
        recovery: 'none',
      });
      return;
    }
    const { prompt, sampling } = trace.header;
    const { unrolled } = this.store.getState();
    this.lanes[from].stop();
    this.asked = { request: { prompt, maxTokens: null, sampling, unrolled }, from };
    await this.begin([otherLane(from)]);
  }

  stop(): void {
    this.requests++;
    for (const id of LANES) this.lanes[id].stop();
    this.markRunning();
  }

  tick(now: number): boolean {
    const { cursor, playing, pace } = this.store.getState();
    const elapsed = this.lastTick === null ? 0 : now - this.lastTick;
    this.lastTick = playing ? now : null;
    const extent = compareExtent(tracesOf(this.store.getState()));
    if (!extent || cursor === null || !playing) {
      this.carry = 0;
      return false;
    }
    const next = advance(
      { cursor: Math.max(cursor, Math.min(extent.first, extent.last)), playing, carry: this.carry },
      elapsed,
      pace,
      // A lane that begins anew must not end the playing of the other.
      { ...extent, ended: extent.ended && !this.isAsking, blockLength: 1 },
    );
    this.carry = next.carry;
    if (next.cursor !== cursor || next.playing !== playing)
      this.store.setState({ cursor: next.cursor, playing: next.playing });
    return next.playing;
  }

  dispose(): void {
    this.requests++;
    this.asked = null;
    this.unsubscribe();
    for (const id of LANES) this.lanes[id].dispose();
    if (this.progressTimer !== null) clearTimeout(this.progressTimer);
  }

  /** Asks the lanes for what was asked for last; `stay`: they write up to where they were, and the cursor stays. */
  private async begin(ids: readonly LaneId[], stay = false): Promise<void> {
    this.requests++;
    this.carry = 0;
    for (const id of ids) this.lanes[id].clear();
    if (!stay) {
      this.furthest = 0;
      this.store.setState({ cursor: null, playing: true });
    }
    await this.startAll(ids);
    const [trace] = tracesOf(this.store.getState());
    if (trace && this.store.getState().cursor === null)
      this.store.setState({ cursor: promptTokensOf(trace) - 1 });
  }

  private async startAll(ids: readonly LaneId[]): Promise<void> {
    const turn = this.requests;
    this.asking = turn;
    this.markRunning();
    for (const id of ids) await this.turn(() => this.start(id, turn));
    if (this.asking === turn) this.asking = null;
    this.onChange();
  }

  /** A lane has another model: it writes what the lanes were asked for, and so does the other if its text came from the old model. */
  private again(id: LaneId): void {
    const { asked } = this;
    if (!asked) return;
    if (asked.from === id) {
      const { maxTokens } = this.store.getState();
      this.asked = { request: { ...asked.request, maxTokens }, from: null };
      void this.begin(LANES, true);
      return;
    }
    void this.startAll([id]);
  }

  private get isAsking(): boolean {
    return this.asking === this.requests;
  }

  private async start(id: LaneId, turn: number): Promise<void> {
    const lane = this.lanes[id];
    const current = () => turn === this.requests && this.asked !== null;
    if (!current()) return;
    if (!lane.isReady) await lane.load();
    const { asked } = this;
    const { info } = lane.state;
    if (!current() || !asked || !lane.isReady || !info) return;
    const given = asked.from === null ? {} : givenText(this.lanes[asked.from].state, info);
    if (given) await lane.start({ ...asked.request, ...given }, asked.from);
  }

  /** Keeps the engines to one task, and waits for one that loads by itself. */
  private turn(task: () => Promise<void>): Promise<void> {
    return this.turns.run(async () => {
      for (const id of LANES) await this.lanes[id].recovery;
      await task();
    });
  }

  /** Lets the lanes write what is due, a run at a time. */
  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    try {
      while (this.due()) await this.turn(async () => this.due()?.write());
    } finally {
      this.pumping = false;
    }
  }

  /** None while a request waits: both lanes begin before either writes. */
  private due(): Lane | null {
    if (this.isAsking || !this.asked) return null;
    const { request } = this.asked;
    const { cursor, playing, pace } = this.store.getState();
    this.furthest = Math.max(this.furthest, cursor ?? 0);
    const writing = LANES.flatMap((id) => {
      const run = this.lanes[id].writing;
      return run ? [{ id, trace: run.trace, runTokens: runTokens(run.trace, request) }] : [];
    });
    const id = dueLane(writing, this.furthest, playing ? pace : null);
    return id && this.lanes[id];
  }

  private onChange(): void {
    void this.pump();
    this.markRunning();
    this.holdCursor();
    this.markProgress();
    this.options.wake();
  }

  /** The texts that took the place of others may end before the cursor. */
  private holdCursor(): void {
    const { lanes, cursor, seek } = this.store.getState();
    const done = LANES.every((id) => {
      const { trace, status, problem } = lanes[id];
      return trace ? trace.end !== null : status.state === 'failed' || problem !== null;
    });
    const extent = compareExtent(tracesOf({ lanes }));
    if (done && extent && cursor !== null && cursor > extent.last) seek(cursor);
  }

  private markRunning(): void {
    const running = this.isAsking || LANES.some((id) => this.lanes[id].writing !== null);
    if (this.store.getState().running !== running) this.store.setState({ running });
  }

  private markProgress(): void {
    if (this.progressTimer !== null) return;
    const wait = Math.max(0, this.lastProgress + PROGRESS_MS - Date.now());
    this.progressTimer = setTimeout(() => {
      this.progressTimer = null;
      this.lastProgress = Date.now();
      this.store.setState(({ progress }) => ({ progress: progress + 1 }));
    }, wait);
  }
}
