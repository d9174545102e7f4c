import type { AppState, AppStore } from '@/lib/store/store';
import type { Trace } from '@/lib/trace/trace';
import type { FrameLoop } from './canvas/frame-loop';

/** The trace and where the reader is in it. */
export interface Moment {
  trace: Trace | null;
  cursor: number | null;
  playing: boolean;
  progress: number;
}

/** At most eleven updates a second. */
const MOMENT_MS = 90;

/**
 * The moment on the screen for everything that React renders: one feed, so that all panels show the same token. It follows
 * a slow cursor in the next frame and a fast one at a rate that React can keep up with; drawings read the store itself.
 *
 * It updates inside a frame, so that React renders at its end: whoever measures the page in the frame after finds it laid out.
 * What is drawn comes in that next frame, too, so that no frame does the work of both.
 */
export class MomentFeed {
  private readonly listeners = new Set<() => void>();
  private moment: Moment;
  private last = Number.NEGATIVE_INFINITY;
  private readonly stop: (() => void)[];

  constructor(
    private readonly store: AppStore,
    private readonly frames: Pick<FrameLoop, 'add' | 'rest' | 'wake'>,
  ) {
    this.moment = momentOf(store.getState());
    this.stop = [store.subscribe(frames.wake), frames.add((now) => this.update(now))];
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): Moment => this.moment;

  dispose(): void {
    for (const stop of this.stop) stop();
  }

  /** Whether it has to be asked again in the next frame. */
  private update(now: number): boolean {
    const moment = momentOf(this.store.getState());
    if (same(this.moment, moment)) return false;
    if (now < this.last + MOMENT_MS) return true;
    this.last = now;
    this.moment = moment;
    for (const listener of this.listeners) listener();
    this.frames.rest();
    return false;
  }
}

function momentOf({ trace, cursor, playing, progress }: AppState): Moment {
  return { trace, cursor, playing, progress };
}

function same(a: Moment, b: Moment): boolean {
  return (
    a.trace === b.trace &&
    a.cursor === b.cursor &&
    a.playing === b.playing &&
    a.progress === b.progress
  );
}
