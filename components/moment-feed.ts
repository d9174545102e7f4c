import type { AppState, AppStore } from '@/lib/store/store';
import type { Trace } from '@/lib/trace/trace';

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
 * a slow cursor at once and a fast one at a rate that React can keep up with; drawings read the store itself.
 */
export class MomentFeed {
  private readonly listeners = new Set<() => void>();
  private moment: Moment;
  private last = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly unsubscribe: () => void;

  constructor(private readonly store: AppStore) {
    this.moment = momentOf(store.getState());
    this.unsubscribe = store.subscribe(() => this.changed());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): Moment => this.moment;

  dispose(): void {
    this.unsubscribe();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private changed(): void {
    if (this.timer !== null || same(this.moment, momentOf(this.store.getState()))) return;
    const wait = this.last + MOMENT_MS - performance.now();
    if (wait <= 0) this.push();
    else this.timer = setTimeout(() => this.push(), wait);
  }

  private push(): void {
    this.timer = null;
    this.last = performance.now();
    this.moment = momentOf(this.store.getState());
    for (const listener of this.listeners) listener();
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
