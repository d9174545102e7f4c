import { formatBytes } from '@/lib/model/cost';
import { type AxisScale, tokensInView, tokenX } from './axis-scale';
import type { Context2D, Rect } from './shapes';
import type { Theme } from './theme';

/** What the caches hold, as functions of the token being chosen. */
export interface CacheData {
  /** The curves run up to and with this token. */
  upTo: number;
  promptBlocks: number;
  /** Bytes held by the block decoder while `token` is chosen. */
  globalHeld(token: number): number;
  /** Bytes of the live buffers, or null when they are not known. */
  allocated: number | null;
  /** Bytes of the token decoder's window; 0 for prompt tokens. Derived. */
  localHeld(token: number): number;
  localPeak: number;
  /** Bytes of a flat model of the same size. */
  flatHeld(token: number): number;
}

export interface Step {
  x0: number;
  x1: number;
  y: number;
  /** What the step stands on. */
  base: number;
  bytes: number;
}

export interface CacheGeometry {
  lane: Rect;
  /** Bytes at the top of the scale. */
  top: number;
  ticks: { bytes: number; y: number; text: string }[];
  /** One step a block: the staircase. */
  global: Step[];
  /** Stacked on the staircase, one step a token. */
  local: Step[];
  flat: { x: number; y: number }[];
  /** Height of the allocated line while it lies inside the scale. */
  allocatedY: number | null;
  /** Set when the allocated line lies above the scale. */
  allocatedAbove: string | null;
}

/** A round top of the scale: 1, 1.5, 2, 3, 4, 6 … × 2ⁿ KiB. */
export function scaleTop(bytes: number): number {
  let top = 8 * 1024;
  while (top < bytes) {
    if (top * 1.5 >= bytes) return top * 1.5;
    top *= 2;
  }
  return top;
}

/** The main cache lane: everything at one true scale. The newest step rises with `boundary` (0–1). */
export function layoutCache(
  data: CacheData | null,
  scale: AxisScale,
  lane: Rect,
  boundary = 1,
): CacheGeometry {
  const geometry: CacheGeometry = {
    lane,
    top: 0,
    ticks: [],
    global: [],
    local: [],
    flat: [],
    allocatedY: null,
    allocatedAbove: null,
  };
  if (!data) return geometry;
  const { from, to } = tokensInView(scale);
  const end = Math.min(to, data.upTo + 1);
  // The scale is set by the whole view, so that it stays put while the cursor moves inside it.
  const top = scaleTop(data.flatHeld(to));
  geometry.top = top;
  const y = (bytes: number) => lane.y + lane.height * (1 - bytes / top);
  for (let i = 1; i <= 4; i++) {
    const bytes = (top * i) / 4;
    geometry.ticks.push({ bytes, y: y(bytes), text: formatBytes(bytes) });
  }
  const L = scale.blockLength;
  for (let token = from; token < end; token++) {
    const held = data.globalHeld(token);
    const x0 = tokenX(scale, token);
    const x1 = tokenX(scale, token + 1);
    const last = geometry.global.at(-1);
    if (last && token % L !== 0) last.x1 = x1;
    else geometry.global.push({ x0, x1, y: y(held), base: y(0), bytes: held });
    const local = data.localHeld(token);
    if (local > 0) {
      geometry.local.push({ x0, x1, y: y(held + local), base: y(held), bytes: local });
    }
    geometry.flat.push({ x: (x0 + x1) / 2, y: y(data.flatHeld(token)) });
  }
  const newest = geometry.global.at(-1);
  const before = geometry.global.at(-2);
  if (newest && before) newest.y = before.y + (newest.y - before.y) * boundary;
  if (data.allocated !== null) {
    if (data.allocated > top) geometry.allocatedAbove = formatBytes(data.allocated);
    else geometry.allocatedY = y(data.allocated);
  }
  return geometry;
}

/** Paints grid, staircase, stacked window, allocated line and the flat model's line. */
export function paintCache(ctx: Context2D, geometry: CacheGeometry, theme: Theme): void {
  const { lane } = geometry;
  const floor = lane.y + lane.height;
  for (const tick of geometry.ticks) rule(ctx, lane, tick.y, theme);
  for (const step of geometry.global) {
    ctx.globalAlpha = 0.28;
    ctx.fillStyle = theme.global;
    ctx.fillRect(step.x0, step.y, step.x1 - step.x0, step.base - step.y);
    ctx.globalAlpha = 1;
    ctx.fillRect(step.x0, step.y - 1, step.x1 - step.x0, 2);
  }
  ctx.fillStyle = theme.local;
  for (const step of geometry.local) {
    const gap = step.x1 - step.x0 >= 6 ? 1 : 0;
    ctx.fillRect(step.x0 + gap, step.y, step.x1 - step.x0 - 2 * gap, step.base - 1 - step.y);
  }
  if (geometry.allocatedY !== null) {
    const y = geometry.allocatedY;
    line(
      ctx,
      [
        { x: lane.x, y },
        { x: lane.x + lane.width, y },
      ],
      theme.global,
      1,
      [],
    );
  }
  line(ctx, geometry.flat, theme.flat, 2, [5, 4]);
  rule(ctx, lane, floor, theme);
  if (geometry.allocatedAbove) {
    ctx.font = `400 12px ${theme.sans}`;
    ctx.fillStyle = theme.global;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'alphabetic';
    ctx.fillText(
      `↑ ${geometry.allocatedAbove} allocated, above this scale`,
      lane.x + 6,
      lane.y + 14,
    );
  }
}

function rule(ctx: Context2D, lane: Rect, y: number, theme: Theme): void {
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(lane.x, Math.round(y) + 0.5);
  ctx.lineTo(lane.x + lane.width, Math.round(y) + 0.5);
  ctx.stroke();
}

function line(
  ctx: Context2D,
  points: readonly { x: number; y: number }[],
  colour: string,
  width: number,
  dash: number[],
): void {
  const first = points[0];
  if (!first) return;
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(first.x, first.y);
  for (const point of points) ctx.lineTo(point.x, point.y);
  ctx.stroke();
  ctx.setLineDash([]);
}
