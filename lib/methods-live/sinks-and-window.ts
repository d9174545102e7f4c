import { withoutRange } from './slots';
import type { KeptPolicy, PolicyShape } from './types';

/**
 * The first `sinks` positions and the last `window`, the current one among them: StreamingLLM (arXiv 2309.17453, section 3.2), and
 * without sinks the sliding window. With an infinite window, the full cache.
 */
export class SinksAndWindow implements KeptPolicy {
  readonly perHead = false;
  readonly readsRows = false;
  readonly scoreBytes = 0;

  constructor(
    private readonly shape: PolicyShape,
    readonly sinks: number,
    private readonly window: number,
  ) {}

  room(): number {
    return Math.min(this.shape.contextLength, this.sinks + this.window);
  }

  afterPrompt(): (Int32Array | null)[] {
    const { layers, promptLength } = this.shape;
    return Array.from({ length: layers }, () => this.cut(promptLength, this.window));
  }

  before(_layer: number, count: number): Int32Array | null {
    // One place of the window is for the token that comes.
    return this.cut(count, this.window - 1);
  }

  after(): null {
    return null;
  }

  private cut(count: number, window: number): Int32Array | null {
    if (count <= this.sinks + window) return null;
    return withoutRange(count, this.sinks, count - window);
  }
}
