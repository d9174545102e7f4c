import { type AxisScale, axisScale, roundStep, tokensInView, tokenX } from './axis-scale';
import { type BytesGeometry, type BytesLane, layoutBytes, paintBytes } from './compare-bytes';
import {
  layoutShape,
  paintShape,
  type ShapeData,
  type ShapeGeometry,
  shapeHeight,
  shapeUnit,
} from './compare-shape';
import {
  layoutDifference,
  layoutSurprisePair,
  paintSurprisePair,
  type SurpriseLane,
  type SurprisePairGeometry,
} from './compare-surprise';
import { type Context2D, type Rect, type Size, shorten } from './shapes';
import type { Theme } from './theme';
import {
  layoutStrip,
  paintStrip,
  type StripData,
  type StripGeometry,
  stripHeight,
  tokenCell,
} from './token-strip';

/** One lane on the shared axis. Tokens are text tokens, as everywhere here but in `strip`, whose tokens are the lane's own. */
export interface CompareLane {
  name: string;
  /** What its changed cache is called; null with the full one. */
  cache: string | null;
  kind: 'block' | 'flat';
  blockLength: number;
  pads: number;
  promptTokens: number;
  strip: StripData;
  shape: ShapeData;
  bytes: Omit<BytesLane, 'name' | 'kind' | 'dashed'>;
  surprise: SurpriseLane;
}

/** Two lanes over time on one axis of text tokens. */
export interface CompareAxisData {
  upper: CompareLane | null;
  lower: CompareLane | null;
  cursor: number | null;
  /** First text token in view and how many are. */
  from: number;
  tokens: number;
  vocabulary: number;
  /** Tokens are to be read on the axis, even if that takes room from the cells. */
  reading: boolean;
  /** Both lanes have the same text: their surprises can be subtracted. */
  sameText: boolean;
  /** The text token under the pointer. */
  pointed: number | null;
}

/** A word or two in the gutter, or in a row of its own where there is no gutter. */
export interface CompareName {
  text: string;
  x: number;
  y: number;
  tone: 'ink' | 'mute' | 'global' | 'local' | 'flat';
  strong: boolean;
}

export interface CompareAxisGeometry {
  scale: AxisScale;
  type: number;
  gutter: number;
  lanes: LaneGeometry[];
  ruler: { lane: Rect; ticks: { x: number; text: string }[] };
  bytes: BytesGeometry;
  surprise: SurprisePairGeometry;
  difference: SurprisePairGeometry | null;
  names: CompareName[];
  /** The line at the cursor, in parts that cross no words, and its knob on the ruler. */
  playhead: { x: number; parts: { y0: number; y1: number }[]; knob: number } | null;
  pointed: Rect | null;
  hints: { text: string; x: number; y: number }[];
}

interface LaneGeometry {
  kind: CompareLane['kind'];
  strip: StripGeometry;
  /** Where its own cursor stands: null where its text has ended before. */
  frame: Rect | null;
  shape: ShapeGeometry;
  /** Borders of its blocks in view: x, and whether the block after it is the one being written. */
  blocks: { x0: number; x1: number; now: boolean }[];
}

/** Size of the type on an axis of that size: 12 on a laptop or the `least` that is asked for, up to 18 on a wall. */
export function compareType({ width, height }: Size, least = 12): number {
  return Math.round(Math.min(18, Math.max(least, Math.min(width / 105, height / 30))));
}

/** Room for names and byte ticks left of the axis; none on narrow screens. */
export function compareGutter(size: Size, least = 12): number {
  return size.width >= 640 ? Math.round(compareType(size, least) * 9.7) : 0;
}

/** Stacks the lanes of a comparison in `size`, in type of `least` or larger. All share one scale. */
export function layoutCompareAxis(
  data: CompareAxisData,
  size: Size,
  least = 12,
): CompareAxisGeometry {
  const type = compareType(size, least);
  const gutter = compareGutter(size, least);
  const scale = axisScale(data.from, data.tokens, 1, size.width - gutter, gutter);
  const { cursor, upper, lower } = data;
  const rows = stack(data, size, type, gutter, scale);
  const shown = [
    { lane: upper, rect: rows.upper, id: 'upper' },
    { lane: lower, rect: rows.lower, id: 'lower' },
  ] as const;
  const lanes: LaneGeometry[] = [];
  const names: CompareName[] = [];
  for (const { lane, rect } of shown) {
    if (lane) lanes.push(layoutLane(lane, scale, rect, rows, type));
  }
  const bytesLanes: BytesLane[] = [];
  for (const lane of [upper, lower]) {
    if (!lane) continue;
    const dashed = bytesLanes.some(({ kind }) => kind === lane.kind);
    bytesLanes.push({ name: titleOf(lane), kind: lane.kind, dashed, ...lane.bytes });
  }
  const bytes = layoutBytes(bytesLanes, cursor, scale, rows.bytes, type);
  const surprises = [upper?.surprise ?? null, lower?.surprise ?? null] as const;
  const surprise = layoutSurprisePair(...surprises, data.vocabulary, cursor, scale, rows.surprise);
  const [first, second] = surprises;
  const difference =
    rows.difference && first && second
      ? layoutDifference(first, second, data.vocabulary, cursor, scale, rows.difference)
      : null;
  placeNames(names, data, rows, lanes, surprise, scale, type);
  return {
    scale,
    type,
    gutter,
    lanes,
    ruler: { lane: rows.ruler, ticks: rulerTicks(scale, type) },
    bytes,
    surprise,
    difference,
    names,
    playhead:
      cursor === null
        ? null
        : {
            x: tokenX(scale, cursor + 0.5),
            parts: playheadParts(rows),
            knob: rows.ruler.y + rows.ruler.height / 2,
          },
    pointed:
      data.pointed === null
        ? null
        : {
            x: tokenX(scale, data.pointed),
            y: rows.upper.shape.y,
            width: scale.pitch,
            height: size.height - rows.upper.shape.y,
          },
    hints:
      upper || lower
        ? []
        : [
            hint('both caches, cell by cell, on one token axis', rows.upper.shape),
            hint('both caches in bytes, at one scale', rows.bytes),
            hint('how little each model expected each token', rows.surprise),
          ],
  };
}

interface Rows {
  upper: LaneRows;
  lower: LaneRows;
  ruler: Rect;
  caption: Rect;
  bytesCaption: Rect;
  bytes: Rect;
  surpriseCaption: Rect;
  surprise: Rect;
  difference: Rect | null;
  differenceCaption: Rect;
  unit: number;
  /** Tokens are written. */
  withText: boolean;
}

interface LaneRows {
  name: Rect;
  strip: Rect;
  shape: Rect;
}

/** With less room for everything else, tokens are not written on the axis: the texts have them. */
const LEAST_FREE = { reading: 150, looking: 250 };

/** From top to bottom: the upper lane's cells and tokens, the ruler, the lower lane's tokens and cells, bytes, surprise. */
function stack(
  { upper, lower, sameText, reading }: CompareAxisData,
  size: Size,
  type: number,
  gutter: number,
  scale: AxisScale,
): Rows {
  const narrow = gutter === 0;
  const caption = Math.round(type * 1.5);
  const name = narrow ? caption : 0;
  const ruler = Math.round(type * 1.9);
  const gap = 5;
  const written = stripHeight(scale, type);
  const bare = Math.round(type * 1.4);
  const withDifference = sameText && upper !== null && lower !== null;
  const fixed =
    caption * 2 + name * (withDifference ? 4 : 3) + ruler + gap * (withDifference ? 6 : 5);
  const least = reading ? LEAST_FREE.reading : LEAST_FREE.looking;
  const withText = written > bare && size.height - fixed - written * 2 >= least;
  const strip = withText ? written : bare;
  const free = Math.max(LEAST_FREE.reading, size.height - fixed - strip * 2);
  const shapes = [upper?.shape, lower?.shape].filter((shape) => shape !== undefined);
  const unit = shapeUnit(shapes, (free * (withDifference ? 0.34 : 0.4)) / 2, type);
  const heightOf = (lane: CompareLane | null) =>
    Math.round(lane ? shapeHeight(lane.shape, unit) : free * 0.18);
  const heights = { upper: heightOf(upper), lower: heightOf(lower) };
  const rest = free - heights.upper - heights.lower;
  let y = 0;
  const row = (height: number, after = 0): Rect => {
    const rect = { x: gutter, y, width: size.width - gutter, height: Math.round(height) };
    y += rect.height + after;
    return rect;
  };
  const captionRow = row(caption);
  const upperName = row(name);
  const upperShape = row(heights.upper, gap);
  const upperStrip = row(strip);
  const rulerRow = row(ruler);
  const lowerName = row(name);
  const lowerStrip = row(strip, gap);
  const lowerShape = row(heights.lower, gap);
  const bytesCaption = row(caption);
  const bytes = row(rest * (withDifference ? 0.46 : 0.62), gap);
  const surpriseCaption = row(name);
  const surprise = row(rest * (withDifference ? 0.27 : 0.36), gap);
  const differenceCaption = row(withDifference ? name : 0);
  return {
    upper: { name: upperName, strip: upperStrip, shape: upperShape },
    lower: { name: lowerName, strip: lowerStrip, shape: lowerShape },
    ruler: rulerRow,
    caption: captionRow,
    bytesCaption,
    bytes,
    surpriseCaption,
    surprise,
    differenceCaption,
    difference: withDifference ? row(Math.max(24, size.height - y - 1)) : null,
    unit,
    withText,
  };
}

function layoutLane(
  lane: CompareLane,
  scale: AxisScale,
  { strip, shape }: LaneRows,
  { unit, withText }: Rows,
  type: number,
): LaneGeometry {
  const { blockLength, pads } = lane;
  // The lane's own tokens begin with its pads, which lie left of the text's first token.
  const own: AxisScale = {
    ...scale,
    blockLength,
    from: (scale.from + pads) / blockLength,
    span: scale.span / blockLength,
  };
  const geometry = layoutStrip(lane.strip, own, strip, type, withText);
  // What may still be written has no place of its own yet.
  geometry.blocks = geometry.blocks.filter(({ kind }) => kind !== 'empty');
  const { cursor } = lane.strip;
  return {
    kind: lane.kind,
    strip: geometry,
    frame: cursor === null ? null : tokenCell(geometry, cursor),
    shape: layoutShape(lane.shape, scale, shape, unit, type),
    blocks: lane.kind === 'flat' ? [] : blocksOf(lane, own),
  };
}

function blocksOf({ strip, blockLength }: CompareLane, own: AxisScale): LaneGeometry['blocks'] {
  const { from, to } = tokensInView(own);
  const blocks: LaneGeometry['blocks'] = [];
  const end = Math.min(to, strip.length);
  for (let block = Math.floor(from / blockLength); block * blockLength < end; block++) {
    const x0 = tokenX(own, block * blockLength);
    const x1 = tokenX(own, (block + 1) * blockLength);
    const now = strip.cursor !== null && Math.floor(strip.cursor / blockLength) === block;
    blocks.push({ x0, x1, now });
  }
  return blocks;
}

function rulerTicks(scale: AxisScale, type: number): { x: number; text: string }[] {
  const step = roundStep((type * 3.2) / scale.pitch);
  const { from, to } = tokensInView(scale);
  const ticks = [];
  for (let token = Math.ceil(from / step) * step; token < to; token += step) {
    ticks.push({ x: tokenX(scale, token + 0.5), text: String(token) });
  }
  return ticks;
}

function playheadParts({ upper, lower, bytes, surprise, difference }: Rows): {
  y0: number;
  y1: number;
}[] {
  const part = (from: Rect, to = from) => ({ y0: from.y, y1: to.y + to.height });
  return [
    part(upper.shape),
    part(lower.shape),
    part(bytes),
    part(surprise),
    ...(difference ? [part(difference)] : []),
  ];
}

/** What one cell of the shapes is. */
const CELLS =
  'KV cache, cell by cell: a cell is one layer’s keys and values of one position, area is bytes; pale: held, but not read for this token';
const BYTES = 'KV cache in bytes, both at one scale';

function cellsText(narrow: boolean, lanes: readonly (CompareLane | null)[]): string {
  const notes = lanes.flatMap((lane) => lane?.shape.bands.flatMap(({ note }) => note ?? []) ?? []);
  const cells = narrow ? 'KV cache: a cell is one layer × one position' : CELLS;
  return [cells, ...new Set(notes)].join('; ');
}

function titleOf({ name, cache }: CompareLane): string {
  return cache === null ? name : `${name}, ${cache}`;
}

function placeNames(
  names: CompareName[],
  { upper, lower, vocabulary }: CompareAxisData,
  rows: Rows,
  lanes: readonly LaneGeometry[],
  surprise: SurprisePairGeometry,
  scale: AxisScale,
  type: number,
): void {
  const gutter = scale.left;
  const add = (
    text: string,
    x: number,
    y: number,
    tone: CompareName['tone'] = 'mute',
    strong = false,
  ) => names.push({ text, x, y, tone, strong });
  const middle = (rect: Rect) => rect.y + rect.height / 2;
  const room = Math.floor((gutter - 8) / (type * 0.58));
  const left = gutter;
  if (upper || lower) {
    add(cellsText(gutter === 0, [upper, lower]), left, middle(rows.caption));
    add(BYTES, left, middle(rows.bytesCaption));
  }
  const bits = `0–${Math.round(surprise.top * 10) / 10} bits`;
  const pair = [
    { lane: upper, rect: rows.upper },
    { lane: lower, rect: rows.lower },
  ];
  for (const { lane, rect } of pair) {
    if (!lane) continue;
    const tone = lane.kind === 'flat' ? 'flat' : 'global';
    if (gutter === 0) add(titleOf(lane), 0, middle(rect.name), tone, true);
    else add(shorten(lane.name, room), 0, middle(rect.strip), tone, true);
  }
  if (gutter === 0) {
    if (upper && lower) {
      const both = `↑ ${titleOf(upper)}, ↓ ${titleOf(lower)}`;
      add(`surprise, ${bits}: ${both}`, 0, middle(rows.surpriseCaption));
      if (rows.difference) {
        add('its difference, upper − lower', 0, middle(rows.differenceCaption));
      }
    }
    return;
  }
  for (const { shape } of lanes) {
    for (const { kind, rect, layers, name } of shape.bands) {
      const flat = name ?? `${layers} layers`;
      const what = { global: 'block decoder', local: 'token decoder', flat };
      const tone = kind === 'flat' ? 'flat' : kind;
      add(what[kind], 0, middle(rect), tone);
    }
  }
  if (upper || lower) add('text token', 0, middle(rows.ruler));
  if (!upper || !lower || vocabulary === 0) return;
  const half = type * 0.65;
  const quarter = rows.surprise.height / 4;
  for (const { lane, sign } of [
    { lane: upper, sign: -1 },
    { lane: lower, sign: 1 },
  ]) {
    const tone = lane.kind === 'flat' ? 'flat' : 'global';
    // Where the prompt is in view nothing was measured: there is room for a name.
    const room = tokenX(scale, lane.promptTokens) - left;
    if (quarter > half && room > titleOf(lane).length * type * 0.62 + 8) {
      add(titleOf(lane), left + 4, middle(rows.surprise) + sign * quarter, tone);
    }
  }
  add('surprise', 0, middle(rows.surprise) - half, 'mute', true);
  add(bits, 0, middle(rows.surprise) + half);
  if (rows.difference) {
    add('difference', 0, middle(rows.difference) - half, 'mute', true);
    add('upper − lower', 0, middle(rows.difference) + half);
  }
}

function hint(text: string, lane: Rect): { text: string; x: number; y: number } {
  return { text, x: lane.x + lane.width / 2, y: lane.y + lane.height / 2 };
}

/** Paints all lanes, their names, and the playhead over them. Nothing beside the view is drawn. */
export function paintCompareAxis(
  ctx: Context2D,
  geometry: CompareAxisGeometry,
  theme: Theme,
): void {
  const { scale, pointed, type } = geometry;
  ctx.save();
  ctx.beginPath();
  ctx.rect(scale.left, 0, scale.width, 1e5);
  ctx.clip();
  for (const lane of geometry.lanes) {
    // In a flat lane no token is of a block: none has a block's colours.
    const own = lane.kind === 'flat' ? flatTheme(theme) : theme;
    paintStrip(ctx, lane.strip, own);
    paintBlocks(ctx, lane, theme);
    paintShape(ctx, lane.shape, theme);
  }
  paintBytes(ctx, geometry.bytes, theme);
  if (geometry.lanes.length > 0) paintSurprisePair(ctx, geometry.surprise, theme);
  if (geometry.difference) paintSurprisePair(ctx, geometry.difference, theme);
  if (pointed) {
    ctx.fillStyle = theme.now;
    ctx.globalAlpha = 0.1;
    ctx.fillRect(pointed.x, pointed.y, pointed.width, pointed.height);
    ctx.globalAlpha = 1;
  }
  ctx.font = `400 ${type + 1}px ${theme.sans}`;
  ctx.fillStyle = theme.mute;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const { text, x, y } of geometry.hints) ctx.fillText(text, x, y, scale.width);
  ctx.restore();
  paintRuler(ctx, geometry, theme);
  paintPlayhead(ctx, geometry, theme);
  paintNames(ctx, geometry, theme);
}

function flatTheme(theme: Theme): Theme {
  return { ...theme, globalPale: theme.line, localPale: theme.line };
}

/** A line along each block, in the colour of the decoder that has it. */
function paintBlocks(ctx: Context2D, { blocks, strip }: LaneGeometry, theme: Theme): void {
  const { lane } = strip;
  for (const { x0, x1, now } of blocks) {
    ctx.fillStyle = now ? theme.local : theme.global;
    const gap = x1 - x0 >= 10 ? 1 : 0;
    ctx.fillRect(x0 + gap, lane.y + lane.height - 2, x1 - x0 - 2 * gap, 2);
  }
}

function paintRuler(ctx: Context2D, geometry: CompareAxisGeometry, theme: Theme): void {
  const { lane, ticks } = geometry.ruler;
  const middle = Math.round(lane.y + lane.height / 2) + 0.5;
  if (geometry.playhead === null) return;
  ctx.font = `400 ${geometry.type}px ${theme.sans}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = theme.mute;
  for (const { x, text } of ticks) {
    // The knob stands where the cursor is.
    if (Math.abs(x - geometry.playhead.x) < geometry.type * 1.8) continue;
    ctx.fillText(text, x, middle);
  }
}

function paintPlayhead(ctx: Context2D, geometry: CompareAxisGeometry, theme: Theme): void {
  const { playhead, scale, type, lanes } = geometry;
  if (!playhead || playhead.x < scale.left || playhead.x > scale.left + scale.width) return;
  ctx.strokeStyle = theme.now;
  ctx.fillStyle = theme.now;
  ctx.lineWidth = 2;
  for (const { frame } of lanes) {
    if (!frame) continue;
    const { x, y, width, height } = frame;
    ctx.strokeRect(x + 1, y + 1, Math.max(1, width - 2), height - 2);
  }
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (const { y0, y1 } of playhead.parts) {
    ctx.moveTo(playhead.x, y0);
    ctx.lineTo(playhead.x, y1);
  }
  ctx.stroke();
  ctx.beginPath();
  const radius = type / 2;
  // At the ends of the axis the knob stays whole.
  const x = Math.min(scale.left + scale.width - radius, Math.max(scale.left + radius, playhead.x));
  ctx.arc(x, playhead.knob, radius, 0, Math.PI * 2);
  ctx.fill();
}

function paintNames(
  ctx: Context2D,
  { names, type, gutter, bytes }: CompareAxisGeometry,
  theme: Theme,
): void {
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const { text, x, y, tone, strong } of names) {
    ctx.font = `${strong ? 600 : 400} ${type}px ${theme.sans}`;
    ctx.fillStyle = theme[tone];
    ctx.fillText(text, x, y);
  }
  ctx.font = `400 ${type}px ${theme.sans}`;
  ctx.fillStyle = theme.mute;
  ctx.textAlign = gutter === 0 ? 'left' : 'right';
  for (const tick of bytes.ticks) {
    // The highest stands under its line, clear of what is above.
    const low = tick.bytes === bytes.top || gutter === 0 ? type * 0.6 : 0;
    ctx.fillText(tick.text, gutter === 0 ? 2 : gutter - 10, tick.y + low);
  }
}
