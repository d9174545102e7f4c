import { formatBytes } from '@/lib/model/cost';
import { type AxisScale, tokensInView, tokenX } from './axis-scale';
import { haloed } from './axis-words';
import { scaleTop } from './cache-lane';
import { type Context2D, type Rect, textWidth } from './shapes';
import type { Theme } from './theme';

/** What a lane's caches hold while a text token is chosen, in bytes. */
export interface HeldBytes {
  /** The cache that grows. */
  held: number;
  /** The token decoder's window on top of it; 0 where there is none. */
  local: number;
}

/** One lane in the picture of bytes. */
export interface BytesLane {
  name: string;
  /** How its line is drawn: in the colours of its decoders, or in the grey of a flat model. */
  kind: 'block' | 'flat';
  /** The second of two models of one kind is dashed. */
  dashed: boolean;
  /** Text tokens known. */
  length: number;
  at(token: number): HeldBytes;
  /** The most that was held before text token `end`; what is held at `end` − 1 if not said. */
  peak?(end: number): number;
}

/** A line through the middles of tokens, or along them; `xs[i]` … `xs[i + 1]` is token `from + i`. */
export interface BytesLine {
  name: string;
  kind: BytesLane['kind'];
  dashed: boolean;
  from: number;
  /** Heights of the held bytes and of held and local together, one a token, up to the cursor. */
  held: Float64Array;
  all: Float64Array;
  /** Name and bytes at the cursor, written at the line's end. */
  label: { text: string; x: number; y: number; right: boolean } | null;
}

export interface BytesGeometry {
  lane: Rect;
  scale: AxisScale;
  type: number;
  /** The lane less a line of text for each name at its top: they have room over the lines. */
  plot: Rect;
  /** Bytes at the top: the same for both lanes. */
  top: number;
  ticks: { bytes: number; y: number; text: string }[];
  lines: BytesLine[];
}

/** Both caches at one true scale, token by token up to the cursor. */
export function layoutBytes(
  lanes: readonly BytesLane[],
  cursor: number | null,
  scale: AxisScale,
  lane: Rect,
  type: number,
): BytesGeometry {
  const head = Math.round(type * 1.3 * Math.max(1, lanes.length));
  const plot = { ...lane, y: lane.y + head, height: lane.height - head };
  const geometry: BytesGeometry = { lane, plot, scale, type, top: 0, ticks: [], lines: [] };
  if (cursor === null || lanes.length === 0) return geometry;
  const view = tokensInView(scale);
  // The scale is set by the whole view, so that it stays put while the cursor moves inside it.
  const top = scaleTop(
    lanes.reduce((most, { at, peak }) => {
      if (peak) return Math.max(most, peak(view.to));
      const { held, local } = at(view.to - 1);
      return Math.max(most, held + local);
    }, 0),
  );
  const y = (bytes: number) => plot.y + plot.height * (1 - bytes / top);
  // The highest word stands lower than its line, so it takes the room of one and a half.
  const parts = [4, 2].find((count) => plot.height / count >= type * 1.8) ?? 1;
  geometry.top = top;
  for (let i = 1; i <= parts; i++) {
    const bytes = (top * i) / parts;
    geometry.ticks.push({ bytes, y: y(bytes), text: formatBytes(bytes) });
  }
  for (const { name, kind, dashed, length, at } of lanes) {
    const end = Math.max(view.from, Math.min(view.to, cursor + 1, length));
    const held = new Float64Array(end - view.from);
    const all = new Float64Array(end - view.from);
    for (let token = view.from; token < end; token++) {
      const bytes = at(token);
      held[token - view.from] = y(bytes.held);
      all[token - view.from] = y(bytes.held + bytes.local);
    }
    geometry.lines.push({ name, kind, dashed, from: view.from, held, all, label: null });
  }
  placeLabels(geometry, lanes, cursor);
  return geometry;
}

function placeLabels(
  { lane, scale, type, lines }: BytesGeometry,
  lanes: readonly BytesLane[],
  cursor: number,
): void {
  const high = lane.y + type * 0.6;
  const low = lane.y + lane.height - type * 0.6;
  const row = type * 1.3;
  const named = lines.flatMap((line, i) => {
    const source = lanes[i];
    const count = line.all.length;
    if (!source || count === 0) return [];
    const { held, local } = source.at(Math.min(cursor, source.length - 1));
    const window = local > 0 ? ` + ${formatBytes(local)} local` : '';
    const text = `${line.name} ${formatBytes(held)}${window}`;
    const end = tokenX(scale, line.from + count);
    // Words before the end keep clear of the line at the cursor.
    const before = Math.min(end - 8, tokenX(scale, line.from + count - 0.5) - 6);
    const width = text.length * type * 0.6;
    const right = end + 8 + width < lane.x + lane.width;
    return [{ line, text, end, before, width, right, y: line.all[count - 1] ?? low }];
  });
  // The lower line's name stands lower.
  named.sort((a, b) => b.y - a.y);
  const taken: number[] = [];
  for (const { line, text, end, before, width, right, y: own } of named) {
    // Before the cursor a name would lie on the lines, which rise up to there: it stands over all of them.
    let y = right ? own : Math.min(own, crestOf(lines, scale, before - width, end)) - type * 0.85;
    for (const other of taken) if (Math.abs(other - y) < row) y = other - row;
    y = Math.min(low, Math.max(high, y));
    taken.push(y);
    line.label = { text, x: right ? end + 8 : before, y, right };
  }
}

/** The highest point of any line between two places. */
function crestOf(
  lines: readonly BytesLine[],
  scale: AxisScale,
  left: number,
  right: number,
): number {
  let crest = Number.POSITIVE_INFINITY;
  for (const { from, all } of lines)
    for (let i = 0; i < all.length; i++) {
      const x = tokenX(scale, from + i);
      if (x < right && x + scale.pitch > left) crest = Math.min(crest, all[i] ?? crest);
    }
  return crest;
}

/** A flat model's line is dashed, so that one of the same height shows under it; the second of a kind is dotted. */
const DASHES = { flat: [6, 4], block: [], second: [2, 3] };

/** Paints the grid, a line for a flat model, staircase and stacked window for a block model, and the names at their ends. */
export function paintBytes(ctx: Context2D, geometry: BytesGeometry, theme: Theme): void {
  const { lane, ticks, lines } = geometry;
  if (geometry.top === 0) return;
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (const y of [...ticks.map((tick) => tick.y), lane.y + lane.height]) {
    ctx.moveTo(lane.x, Math.round(y) + 0.5);
    ctx.lineTo(lane.x + lane.width, Math.round(y) + 0.5);
  }
  ctx.stroke();
  for (const line of lines) paintArea(ctx, geometry, line, theme);
  for (const line of lines) paintWindow(ctx, geometry, line, theme);
  // A flat model's dashes last: they let a staircase of the same height show.
  const order = [...lines].sort((one, other) => Number(isFlat(one)) - Number(isFlat(other)));
  for (const line of order) paintLine(ctx, geometry, line, theme);
  paintLabels(ctx, geometry, theme);
}

function isFlat({ kind }: BytesLine): boolean {
  return kind === 'flat';
}

/** The held bytes of each token as a path of steps. */
function along(ctx: Context2D, scale: AxisScale, { held, from }: BytesLine): void {
  for (let i = 0; i < held.length; i++) {
    const y = held[i] ?? 0;
    if (i === 0) ctx.moveTo(tokenX(scale, from), y);
    else ctx.lineTo(tokenX(scale, from + i), y);
    ctx.lineTo(tokenX(scale, from + i + 1), y);
  }
}

function paintArea(ctx: Context2D, geometry: BytesGeometry, line: BytesLine, theme: Theme): void {
  const { lane, scale } = geometry;
  if (line.held.length === 0 || line.dashed) return;
  const floor = lane.y + lane.height;
  ctx.fillStyle = isFlat(line) ? theme.flat : theme.global;
  ctx.globalAlpha = isFlat(line) ? 0.16 : 0.28;
  ctx.beginPath();
  along(ctx, scale, line);
  ctx.lineTo(tokenX(scale, line.from + line.held.length), floor);
  ctx.lineTo(tokenX(scale, line.from), floor);
  ctx.fill();
  ctx.globalAlpha = 1;
}

function paintLine(ctx: Context2D, geometry: BytesGeometry, line: BytesLine, theme: Theme): void {
  if (line.held.length === 0) return;
  ctx.strokeStyle = isFlat(line) ? theme.flat : theme.global;
  ctx.lineWidth = 2;
  ctx.setLineDash(line.dashed ? DASHES.second : DASHES[line.kind]);
  ctx.beginPath();
  along(ctx, geometry.scale, line);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** The token decoder's window, stacked on what is held. */
function paintWindow(
  ctx: Context2D,
  { scale }: BytesGeometry,
  line: BytesLine,
  theme: Theme,
): void {
  const gap = scale.pitch >= 6 ? 1 : 0;
  ctx.fillStyle = theme.local;
  ctx.globalAlpha = line.dashed ? 0.5 : 1;
  ctx.beginPath();
  for (let i = 0; i < line.held.length; i++) {
    const low = line.held[i] ?? 0;
    const high = line.all[i] ?? low;
    if (high >= low) continue;
    ctx.rect(tokenX(scale, line.from + i) + gap, high, scale.pitch - 2 * gap, low - high);
  }
  ctx.fill();
  ctx.globalAlpha = 1;
}

function paintLabels(ctx: Context2D, { lines, type }: BytesGeometry, theme: Theme): void {
  ctx.textBaseline = 'middle';
  for (const { label, kind } of lines) {
    if (!label) continue;
    const font = `600 ${type}px ${theme.sans}`;
    ctx.textAlign = 'left';
    const x = label.right ? label.x : label.x - textWidth(ctx, theme, font, label.text);
    ctx.font = font;
    haloed(ctx, label.text, x, label.y, kind === 'flat' ? theme.flat : theme.global, theme);
  }
}
