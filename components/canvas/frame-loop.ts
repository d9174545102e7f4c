/** Called once a frame; returns whether it wants the next frame as well. */
export type FrameListener = (now: number) => boolean;

/** One `requestAnimationFrame` loop for the page. It sleeps until something wakes it. */
export class FrameLoop {
  private readonly listeners = new Set<FrameListener>();
  private readonly waiting = new Set<() => void>();
  private resting = false;
  private handle: number | null = null;

  /** Adds a listener, called in the order of adding; returns the remover. */
  add(listener: FrameListener): () => void {
    this.listeners.add(listener);
    this.wake();
    return () => this.listeners.delete(listener);
  }

  /** Calls `act` in the next frame, before anything in it changes the page; returns what takes that back. */
  once(act: () => void): () => void {
    this.waiting.add(act);
    this.wake();
    return () => this.waiting.delete(act);
  }

  /** Called by a listener: those after it get their turn in the next frame. */
  readonly rest = (): void => {
    this.resting = true;
  };

  /** Asks for one frame. */
  readonly wake = (): void => {
    if (this.handle === null && typeof requestAnimationFrame === 'function')
      this.handle = requestAnimationFrame(this.frame);
  };

  private readonly frame = (now: number): void => {
    this.handle = null;
    const acts = [...this.waiting];
    this.waiting.clear();
    for (const act of acts) act();
    let again = false;
    for (const listener of this.listeners) {
      again = listener(now) || again;
      if (this.resting) break;
    }
    again ||= this.resting;
    this.resting = false;
    if (again) this.wake();
  };
}
