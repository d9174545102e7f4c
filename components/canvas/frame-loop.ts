/** Called once a frame; returns whether it wants the next frame as well. */
export type FrameListener = (now: number) => boolean;

/** One `requestAnimationFrame` loop for the page. It sleeps until something wakes it. */
export class FrameLoop {
  private readonly listeners = new Set<FrameListener>();
  private handle: number | null = null;

  /** Adds a listener, called in the order of adding; returns the remover. */
  add(listener: FrameListener): () => void {
    this.listeners.add(listener);
    this.wake();
    return () => this.listeners.delete(listener);
  }

  /** Asks for one frame. */
  readonly wake = (): void => {
    if (this.handle === null && typeof requestAnimationFrame === 'function')
      this.handle = requestAnimationFrame(this.frame);
  };

  private readonly frame = (now: number): void => {
    this.handle = null;
    let again = false;
    for (const listener of this.listeners) again = listener(now) || again;
    if (again) this.wake();
  };
}
