import type { AppState } from '@/lib/store/store';
import type { FrameLoop } from './canvas/frame-loop';

/** The trace and where the reader is in it. */
export type Moment = Pick<AppState, 'trace' | 'cursor' | 'playing' | 'progress'>;

/** The moment of the first page. */
export function momentOf({ trace, cursor, playing, progress }: AppState): Moment {
  return { trace, cursor, playing, progress };
}

/** What a feed follows. */
interface Source<S> {
  getState(): S;
  subscribe(listener: () => void): () => void;
}

/** At most eleven updates a second. */
const MOMENT_MS = 90;

/**
 * The moment on the screen for everything that React renders: one feed, so that all panels show the same token. It follows
 * a slow cursor in the next frame and a fast one at a rate that React can keep up with; drawings read the store itself.
 *
 * It updates inside a frame, so that React renders at its end: whoever measures the page in the frame after finds it laid out.
 * What is drawn comes in that next frame, too, so that no frame does the work of both. Another run is there at once: what else
 * of the state belongs to it (its writer, its heads) must never be rendered with the run before.
 */
export class MomentFeed<S, M extends object> {
  private readonly listeners = new Set<() => void>();
  private moment: M;
  private last = Number.NEGATIVE_INFINITY;
  private readonly stop: (() => void)[];

  constructor(
    private readonly store: Source<S>,
    /** What of the state is the moment: plain values, compared one by one. */
    private readonly of: (state: S) => M,
    private readonly frames: Pick<FrameLoop, 'add' | 'rest' | 'wake'>,
    /** The runs of a moment: each is another one when it changes. */
    private readonly runs: (moment: M) => readonly unknown[],
  ) {
    this.moment = of(store.getState());
    this.stop = [store.subscribe(() => this.follow()), frames.add((now) => this.update(now))];
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): M => this.moment;

  dispose(): void {
    for (const stop of this.stop) stop();
  }

  private follow(): void {
    const moment = this.of(this.store.getState());
    const runs = this.runs(this.moment);
    if (this.runs(moment).some((run, i) => run !== runs[i])) this.show(moment);
    this.frames.wake();
  }

  private show(moment: M): void {
    this.moment = moment;
    for (const listener of this.listeners) listener();
  }

  /** Whether it has to be asked again in the next frame. */
  private update(now: number): boolean {
    const moment = this.of(this.store.getState());
    if (same(this.moment, moment)) return false;
    if (now < this.last + MOMENT_MS) return true;
    this.last = now;
    this.show(moment);
    this.frames.rest();
    return false;
  }
}

function same<M extends object>(a: M, b: M): boolean {
  return (Object.keys(a) as (keyof M)[]).every((key) => a[key] === b[key]);
}
