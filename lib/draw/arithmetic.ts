import { type Context2D, paintHatch, type Rect } from './shapes';
import type { Theme } from './theme';

/** A row of numbers as bars, at one linear scale. */
export interface BarLane {
  rect: Rect;
  bars: Rect[];
  /** Height of the zero line. */
  zero: number;
  /** Where masked keys would stand; null when there are none. */
  masked: Rect | null;
  /** The bar that the sum goes on with. */
  marked: number | null;
}

export interface BarLaneData {
  values: ArrayLike<number>;
  /** The values at the bottom and at the top of the lane; zero lies between them or at an end. */
  from: number;
  to: number;
  /** Masked keys behind the last value. */
  masked?: number;
  marked?: number | null;
}

/** Puts bars side by side into `rect`. */
export function layoutBarLane(data: BarLaneData, rect: Rect, maxBar = 28): BarLane {
  const { values, from, to, masked = 0, marked = null } = data;
  const count = values.length + masked;
  const width = Math.min(maxBar, rect.width / Math.max(1, count));
  const span = to - from || 1;
  const y = (value: number) => rect.y + rect.height * (1 - (value - from) / span);
  const zero = y(Math.min(to, Math.max(from, 0)));
  const bars = Array.from(values, (value, i) => {
    const end = y(Math.min(to, Math.max(from, value)));
    return {
      x: rect.x + i * width,
      y: Math.min(zero, end),
      width,
      height: Math.abs(zero - end),
    };
  });
  const hidden = {
    x: rect.x + values.length * width,
    y: rect.y,
    width: masked * width,
    height: rect.height,
  };
  return { rect, bars, zero, masked: masked > 0 ? hidden : null, marked };
}

/** The range that shows all of `values` and zero. */
export function rangeOf(values: ArrayLike<number>): { from: number; to: number } {
  let from = 0;
  let to = 0;
  for (let i = 0; i < values.length; i++) {
    from = Math.min(from, values[i] ?? 0);
    to = Math.max(to, values[i] ?? 0);
  }
  return from === to ? { from: -1, to: 1 } : { from, to };
}

/** The bar at a point; null outside. */
export function barAt({ rect, bars }: BarLane, x: number, y: number): number | null {
  const width = bars[0]?.width ?? 1;
  const index = Math.floor((x - rect.x) / width);
  return index >= 0 && index < bars.length && y >= rect.y && y <= rect.y + rect.height
    ? index
    : null;
}

/** Where an arrow key leads; the first bar is the marked one, else the first. */
export function moveBar({ bars, marked }: BarLane, from: number | null, right: number): number {
  if (from === null) return marked ?? 0;
  return Math.min(bars.length - 1, Math.max(0, from + right));
}

/** Paints bars over the zero line, the marked one in the colour of "now". */
export function paintBarLane(
  ctx: Context2D,
  lane: BarLane,
  selected: number | null,
  theme: Theme,
  colour: string,
): void {
  const { rect, bars, zero, masked, marked } = lane;
  if (masked) paintHatch(ctx, masked, theme);
  ctx.fillStyle = theme.line;
  ctx.fillRect(rect.x, zero - 0.5, rect.width, 1);
  bars.forEach((bar, i) => {
    ctx.fillStyle = i === marked ? theme.now : colour;
    const gap = bar.width >= 4 ? 1 : 0;
    ctx.fillRect(bar.x, bar.y, bar.width - gap, Math.max(1, bar.height));
  });
  const chosen = selected === null ? undefined : bars[selected];
  if (!chosen) return;
  ctx.strokeStyle = theme.ink;
  ctx.lineWidth = 1.5;
  ctx.strokeRect(chosen.x - 1, rect.y + 0.75, chosen.width + 1, rect.height - 1.5);
}

/** How far a recorded row may be from the softmax of the recomputed scores to count as the same. */
export const MATCH_TOLERANCE = 1e-4;

/** Compares the recomputed weights of a row with the recorded ones. @throws RangeError when their lengths differ. */
export function compareRows(
  computed: ArrayLike<number>,
  recorded: ArrayLike<number>,
): { largest: number; matches: boolean } {
  if (computed.length !== recorded.length) {
    throw new RangeError(`${computed.length} weights are compared with ${recorded.length}`);
  }
  let largest = 0;
  for (let i = 0; i < computed.length; i++) {
    const difference = Math.abs((computed[i] ?? Number.NaN) - (recorded[i] ?? Number.NaN));
    // A number that is none must not count as equal.
    largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
  }
  return { largest, matches: largest <= MATCH_TOLERANCE };
}
