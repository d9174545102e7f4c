import { type AxisScale, tokensInView, tokenX } from './axis-scale';
import type { Context2D, Rect } from './shapes';
import { blindGuess } from './surprise-lane';
import type { Theme } from './theme';

/** How little a lane's model expected each text token. */
export interface SurpriseLane {
  /** Bits at T = 1; NaN where nothing was measured, or not yet read. */
  bits(token: number): number;
  /** Text tokens known. */
  length: number;
}

export interface SurprisePairGeometry {
  lane: Rect;
  scale: AxisScale;
  /** Bits at the ends of the scale: those of a blind guess, never by the data. */
  top: number;
  /** The line from which the upper lane's bars rise and the lower lane's hang. */
  middle: number;
  bars: SurpriseBars[];
  /** Bar at the cursor, or −1. */
  now: number;
}

/** A lane's bars: `heights[i]` pixels for token `from + i`, NaN for none; negative ones hang. */
export interface SurpriseBars {
  from: number;
  heights: Float32Array;
}

/** The surprise of both lanes on one scale: the upper lane's bars rise from the middle, the lower lane's hang from it. */
export function layoutSurprisePair(
  upper: SurpriseLane | null,
  lower: SurpriseLane | null,
  vocabulary: number,
  cursor: number | null,
  scale: AxisScale,
  lane: Rect,
): SurprisePairGeometry {
  const top = blindGuess(vocabulary);
  const room = lane.height / 2 - 1;
  const barsOf = (source: SurpriseLane | null, sign: 1 | -1): SurpriseBars => {
    const view = tokensInView(scale);
    const end = Math.max(view.from, Math.min(view.to, source?.length ?? 0));
    const heights = new Float32Array(end - view.from);
    for (let token = view.from; token < end; token++) {
      const bits = source?.bits(token) ?? Number.NaN;
      heights[token - view.from] = (sign * Math.min(bits, top) * room) / top;
    }
    return { from: view.from, heights };
  };
  return {
    lane,
    scale,
    top,
    middle: lane.y + lane.height / 2,
    bars: [barsOf(upper, 1), barsOf(lower, -1)],
    now: cursor ?? -1,
  };
}

/** The difference of two surprises of one text, upper less lower, token by token: above the middle the upper lane was more surprised. */
export function layoutDifference(
  upper: SurpriseLane,
  lower: SurpriseLane,
  vocabulary: number,
  cursor: number | null,
  scale: AxisScale,
  lane: Rect,
): SurprisePairGeometry {
  const top = blindGuess(vocabulary);
  const view = tokensInView(scale);
  const end = Math.max(view.from, Math.min(view.to, upper.length, lower.length));
  const heights = new Float32Array(end - view.from);
  for (let token = view.from; token < end; token++) {
    const bits = upper.bits(token) - lower.bits(token);
    const shown = Math.min(top, Math.max(-top, bits));
    heights[token - view.from] = (shown * (lane.height / 2 - 1)) / top;
  }
  return {
    lane,
    scale,
    top,
    middle: lane.y + lane.height / 2,
    bars: [{ from: view.from, heights }],
    now: cursor ?? -1,
  };
}

/** Paints the bars, later ones paler than those up to the cursor, and the line they start from. */
export function paintSurprisePair(
  ctx: Context2D,
  geometry: SurprisePairGeometry,
  theme: Theme,
): void {
  const { lane, middle, now } = geometry;
  for (const bars of geometry.bars) {
    const to = bars.from + bars.heights.length;
    ctx.fillStyle = theme.mute;
    ctx.globalAlpha = 0.75;
    paintBars(ctx, geometry, bars, bars.from, Math.min(now, to));
    ctx.globalAlpha = 0.35;
    paintBars(ctx, geometry, bars, Math.max(bars.from, now + 1), to);
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme.now;
    paintBars(ctx, geometry, bars, Math.max(now, bars.from), Math.min(now + 1, to));
  }
  ctx.strokeStyle = theme.mute;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(lane.x, Math.round(middle) + 0.5);
  ctx.lineTo(lane.x + lane.width, Math.round(middle) + 0.5);
  ctx.stroke();
}

function paintBars(
  ctx: Context2D,
  { scale, middle }: SurprisePairGeometry,
  bars: SurpriseBars,
  from: number,
  to: number,
): void {
  if (from >= to) return;
  const gap = scale.pitch >= 12 ? Math.min(6, scale.pitch * 0.16) : scale.pitch >= 3 ? 0.5 : 0;
  ctx.beginPath();
  for (let token = from; token < to; token++) {
    const height = bars.heights[token - bars.from] ?? Number.NaN;
    if (Number.isNaN(height)) continue;
    // Nothing at all would look like something not measured.
    const drawn = Math.abs(height) < 1 ? Math.sign(height) || 1 : height;
    const y = drawn > 0 ? middle - drawn : middle;
    ctx.rect(tokenX(scale, token) + gap, y, scale.pitch - 2 * gap, Math.abs(drawn));
  }
  ctx.fill();
}
