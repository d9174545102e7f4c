import { formatBytes } from '@/lib/model/cost';
import {
  type AxisScale,
  blocksInView,
  blockX,
  type Range,
  tokensInView,
  tokenX,
} from './axis-scale';
import type { Context2D, Rect } from './shapes';
import type { Theme } from './theme';

/** A flat transformer to compare with: which one, and what its cache would hold. */
export interface FlatRival {
  /** How it matches the model on the screen; a ratio without it says nothing. */
  match: 'same size' | 'same loss';
  /** Bytes while `token` is chosen. */
  held(token: number): number;
}

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
  /** The flat transformers to draw. */
  flat: readonly FlatRival[];
  /** The block whose slot is lit up: it is under the pointer, here or in another view. */
  lit?: number | null;
}

/** The line of one flat transformer: a point in the middle of every token, or of every block's last one. */
export interface FlatLine {
  match: FlatRival['match'];
  xs: Float64Array;
  ys: Float64Array;
}

export interface CacheGeometry {
  lane: Rect;
  scale: AxisScale;
  /** Bytes at the top of the scale. */
  top: number;
  ticks: { bytes: number; y: number; text: string }[];
  /** The staircase, one step a block: the height of each, up to the cursor. */
  blocks: Range;
  steps: Float64Array;
  /** Where the newest step ends: behind the cursor's token. */
  end: number;
  /** The window stacked on it, one step a token; NaN for prompt tokens. */
  tokens: Range;
  stacked: Float64Array;
  flat: FlatLine[];
  /** Height of the allocated line while it lies inside the scale. */
  allocatedY: number | null;
  /** Where the slot of the block under the pointer lies: held from the block after it on. Null before that, and for none. */
  slot: Rect | null;
  /** Set when the allocated line lies above the scale. */
  allocatedAbove: string | null;
}

/** Narrower tokens give the flat lines one point a block. */
const SMALLEST_TOKEN = 2;

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
  const none = { from: 0, to: 0 };
  const geometry: CacheGeometry = {
    lane,
    scale,
    top: 0,
    ticks: [],
    blocks: none,
    steps: new Float64Array(0),
    end: 0,
    tokens: none,
    stacked: new Float64Array(0),
    flat: [],
    allocatedY: null,
    allocatedAbove: null,
    slot: null,
  };
  if (!data) return geometry;
  const L = scale.blockLength;
  const view = tokensInView(scale);
  const end = Math.max(view.from, Math.min(view.to, data.upTo + 1));
  // The scale is set by the whole view, so that it stays put while the cursor moves inside it.
  const highest = data.flat.reduce(
    (most, rival) => Math.max(most, rival.held(view.to)),
    data.globalHeld(view.to) + data.localPeak,
  );
  const top = scaleTop(highest);
  geometry.top = top;
  geometry.end = end;
  const y = (bytes: number) => lane.y + lane.height * (1 - bytes / top);
  const parts = lane.height >= 110 ? 4 : 2;
  for (let i = 1; i <= parts; i++) {
    const bytes = (top * i) / parts;
    geometry.ticks.push({ bytes, y: y(bytes), text: formatBytes(bytes) });
  }
  const blocks = {
    from: blocksInView(scale).from,
    to: Math.max(blocksInView(scale).from, Math.ceil(end / L)),
  };
  const steps = new Float64Array(blocks.to - blocks.from);
  for (let i = 0; i < steps.length; i++) steps[i] = y(data.globalHeld((blocks.from + i) * L));
  const current = Math.floor(data.upTo / L);
  if (current >= blocks.from && current < blocks.to) {
    const held = data.globalHeld(current * L);
    const before = current > 0 ? data.globalHeld((current - 1) * L) : held;
    steps[current - blocks.from] = y(before + (held - before) * boundary);
  }
  geometry.blocks = blocks;
  geometry.steps = steps;
  geometry.tokens = { from: view.from, to: end };
  geometry.stacked = new Float64Array(end - view.from).fill(Number.NaN);
  for (let token = view.from; token < end; token++) {
    const local = data.localHeld(token);
    if (local > 0) geometry.stacked[token - view.from] = y(data.globalHeld(token) + local);
  }
  // From one token earlier on, so that the lines reach the edge of the view.
  const start = Math.max(0, view.from - 1);
  geometry.flat = data.flat.map((rival) => flatLine(rival, start, end, scale, y));
  if (data.allocated !== null) {
    if (data.allocated > top) geometry.allocatedAbove = formatBytes(data.allocated);
    else geometry.allocatedY = y(data.allocated);
  }
  geometry.slot = slotOf(data, scale, lane, end, y);
  return geometry;
}

function slotOf(
  data: CacheData,
  scale: AxisScale,
  lane: Rect,
  end: number,
  y: (bytes: number) => number,
): Rect | null {
  const { lit = null } = data;
  if (lit === null) return null;
  const L = scale.blockLength;
  const x = Math.max(lane.x, blockX(scale, lit + 1));
  const right = tokenX(scale, end);
  if (x >= right) return null;
  const top = y(data.globalHeld((lit + 1) * L));
  return { x, y: top, width: right - x, height: Math.max(2, y(data.globalHeld(lit * L)) - top) };
}

function flatLine(
  rival: FlatRival,
  from: number,
  end: number,
  scale: AxisScale,
  y: (bytes: number) => number,
): FlatLine {
  const stride = scale.pitch >= SMALLEST_TOKEN ? 1 : scale.blockLength;
  const count = Math.max(0, Math.ceil((end - from) / stride));
  const xs = new Float64Array(count);
  const ys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const token = Math.min(end - 1, from + i * stride + stride - 1);
    xs[i] = tokenX(scale, token + 0.5);
    ys[i] = y(rival.held(token));
  }
  return { match: rival.match, xs, ys };
}

/** How the lines of the flat transformers are dashed. */
export const FLAT_DASHES: Record<FlatRival['match'], number[]> = {
  'same size': [5, 4],
  'same loss': [1.5, 3],
};

/** Paints grid, staircase, stacked window, allocated line and the flat models' lines. */
export function paintCache(ctx: Context2D, geometry: CacheGeometry, theme: Theme): void {
  const { lane, ticks } = geometry;
  if (geometry.top === 0) return;
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const tick of ticks) rule(ctx, lane, tick.y);
  rule(ctx, lane, lane.y + lane.height);
  ctx.stroke();
  paintStaircase(ctx, geometry, theme);
  paintStacked(ctx, geometry, theme);
  if (geometry.slot) {
    const { x, y, width, height } = geometry.slot;
    ctx.fillStyle = theme.now;
    ctx.fillRect(x, y, width, height);
  }
  if (geometry.allocatedY !== null) {
    ctx.strokeStyle = theme.global;
    ctx.lineWidth = 1;
    ctx.beginPath();
    rule(ctx, lane, geometry.allocatedY);
    ctx.stroke();
  }
  ctx.strokeStyle = theme.flat;
  ctx.lineWidth = 2;
  for (const { match, xs, ys } of geometry.flat) {
    ctx.setLineDash(FLAT_DASHES[match]);
    ctx.beginPath();
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i] ?? 0;
      const y = ys[i] ?? 0;
      if (i === 0) ctx.moveTo(x, y);
      else ctx.lineTo(x, y);
    }
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

function paintStaircase(ctx: Context2D, geometry: CacheGeometry, theme: Theme): void {
  const { lane, scale, blocks, steps, end } = geometry;
  if (steps.length === 0) return;
  const floor = lane.y + lane.height;
  const stop = tokenX(scale, end);
  const trace = () => {
    for (let i = 0; i < steps.length; i++) {
      const y = steps[i] ?? floor;
      const x0 = blockX(scale, blocks.from + i);
      if (i === 0) ctx.moveTo(x0, y);
      else ctx.lineTo(x0, y);
      ctx.lineTo(Math.min(stop, blockX(scale, blocks.from + i + 1)), y);
    }
  };
  ctx.fillStyle = theme.global;
  ctx.globalAlpha = 0.28;
  ctx.beginPath();
  trace();
  ctx.lineTo(stop, floor);
  ctx.lineTo(blockX(scale, blocks.from), floor);
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.strokeStyle = theme.global;
  ctx.lineWidth = 2;
  ctx.lineJoin = 'miter';
  ctx.beginPath();
  trace();
  ctx.stroke();
}

function paintStacked(ctx: Context2D, geometry: CacheGeometry, theme: Theme): void {
  const { scale, tokens, stacked, blocks, steps } = geometry;
  const gap = scale.pitch >= 6 ? 1 : 0;
  ctx.fillStyle = theme.local;
  ctx.beginPath();
  for (let token = tokens.from; token < tokens.to; token++) {
    const y = stacked[token - tokens.from] ?? Number.NaN;
    if (Number.isNaN(y)) continue;
    const step = steps[Math.floor(token / scale.blockLength) - blocks.from] ?? y;
    const x = tokenX(scale, token) + gap;
    ctx.rect(x, y, scale.pitch - 2 * gap, Math.max(0, step - 1 - y));
  }
  ctx.fill();
}

function rule(ctx: Context2D, lane: Rect, y: number): void {
  ctx.moveTo(lane.x, Math.round(y) + 0.5);
  ctx.lineTo(lane.x + lane.width, Math.round(y) + 0.5);
}
