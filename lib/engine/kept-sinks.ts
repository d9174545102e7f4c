import type { Dims } from '@/lib/model/manifest';
import type { KeptCache } from './kept-cache';

/** Of every model of a bundle. */
const ROTARY_BASE = 10_000;

/**
 * The first slots of a cache that moves on without what lay behind them (StreamingLLM: a position is a place in the cache).
 *
 * Only differences of positions count. The window's are the same in the cache and in the text, so it is enough to turn the keys of
 * the sinks on by what is missing in between; exact, for rotations compose. They are turned from the keys as they were read,
 * every time, so that nothing adds up.
 */
export class MovingSinks {
  private originals: Float32Array[] | null = null;
  private shift = 0;

  constructor(
    private readonly dims: Dims,
    private readonly cache: KeptCache,
    private readonly sinks: number,
  ) {}

  /** Has the sinks stand `shift` positions later than in the text. */
  move(shift: number): void {
    if (shift === this.shift) return;
    const { blockLayers, heads, headWidth, rotaryDims, width } = this.dims;
    const length = this.sinks * width;
    this.originals ??= Array.from({ length: blockLayers }, (_, layer) =>
      this.cache.keys(layer).slice(0, length),
    );
    this.shift = shift;
    const half = rotaryDims / 2;
    for (let i = 0; i < half; i++) {
      const angle = shift * ROTARY_BASE ** (-i / half);
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      this.originals.forEach((from, layer) => {
        const keys = this.cache.keys(layer);
        for (let at = 0; at < this.sinks * heads; at++) {
          const a = from[at * headWidth + i] ?? 0;
          const b = from[at * headWidth + half + i] ?? 0;
          keys[at * headWidth + i] = a * cos - b * sin;
          keys[at * headWidth + half + i] = b * cos + a * sin;
        }
      });
    }
  }
}
