import type { AppState } from '@/lib/store/store';

/** How long the change from one block to the next is drawn. */
const BOUNDARY_MS = 360;
/** At a faster pace the next boundary would come before this one is drawn. */
const FASTEST_PACE = 8;

/** Times the one big animation: the boundary between two blocks while playing. Any other move of the cursor ends it. */
export class BoundaryClock {
  /** 0 just after the boundary, 1 at rest. */
  progress = 1;
  private started = 0;
  private block = -1;
  private cursor = -1;

  constructor(private readonly still: () => boolean) {}

  /** Brings `progress` up to date; returns whether it is moving. */
  update(now: number, state: AppState): boolean {
    const { trace, playing, pace } = state;
    const cursor = trace && state.cursor !== null ? state.cursor : -1;
    const block = trace ? Math.floor(cursor / trace.dims.blockLength) : -1;
    const moved = cursor !== this.cursor;
    const paced = playing && pace !== 'max' && pace <= FASTEST_PACE && !this.still();
    const played = paced && cursor === this.cursor + 1;
    if (played && block === this.block + 1) {
      this.started = now;
      this.progress = 0;
    } else if (moved && !played) {
      this.progress = 1;
    }
    this.cursor = cursor;
    this.block = block;
    if (this.progress === 1) return false;
    const time = Math.min(1, (now - this.started) / BOUNDARY_MS);
    // Fast at first, coming to rest.
    this.progress = 1 - (1 - time) ** 3;
    return this.progress < 1;
  }
}
