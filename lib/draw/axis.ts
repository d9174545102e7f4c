import { formatBytes } from '@/lib/model/cost';
import { type ArcsData, type ArcsGeometry, layoutArcs, paintArcs } from './arcs';
import { type LegendGeometry, layoutLegend, paintLegend } from './axis-legend';
import { type ChartNote, layoutNotes } from './axis-notes';
import { layoutRuler, paintRuler, type RulerGeometry } from './axis-ruler';
import { type AxisScale, axisScale, type Range, tokenX } from './axis-scale';
import { haloed } from './axis-words';
import { type CacheData, type CacheGeometry, layoutCache, paintCache } from './cache-lane';
import { type LocalLaneGeometry, layoutLocalLane, paintLocalLane } from './local-lane';
import { layoutRun, paintRun, type RunGeometry } from './run-strip';
import type { Context2D, Rect, Size } from './shapes';
import {
  layoutSurprise,
  paintSurprise,
  type SurpriseData,
  type SurpriseGeometry,
} from './surprise-lane';
import type { Theme } from './theme';
import {
  layoutStrip,
  paintStrip,
  type StripData,
  type StripGeometry,
  stripHeight,
  tokenCell,
} from './token-strip';

/** Everything over time: one token axis for text, brackets, arcs, surprise, caches and playhead. */
export interface AxisData {
  blockLength: number;
  /** First block in view and how many are; both may be fractions. */
  from: number;
  span: number;
  /** Blocks of the strip of the whole run. */
  stripBlocks: number;
  strip: StripData;
  arcs: ArcsData | null;
  surprise: SurpriseData | null;
  cache: CacheData | null;
  /** Tokens `from` … `to − 1` lie under the pointer here or in another view. */
  hovered: Range | null;
  /** The query of the cell under the pointer in a map; its key is `hovered`. */
  query?: Range | null;
  /** The token under the pointer while that is over the cache lanes: the key speaks of it instead of the cursor's. */
  pointed?: number | null;
  /** How far the change to the cursor's block is, 0–1; 1 at rest. */
  boundary: number;
  /** The smallest size of type; 12 if not said. */
  leastType?: number;
}

/** A word or two on a lane: in the gutter, or in a row above the lane where there is no gutter. */
export interface LaneName {
  text: string;
  x: number;
  y: number;
  tone: 'global' | 'local' | 'mute';
  strong: boolean;
}

export interface AxisGeometry {
  boundary: number;
  scale: AxisScale;
  /** Size of the type: grows with the axis, up to a projector's. */
  type: number;
  /** Width of the labels left of the axis; 0 on narrow screens. */
  gutter: number;
  run: RunGeometry;
  arcs: ArcsGeometry;
  strip: StripGeometry;
  ruler: RulerGeometry;
  surprise: SurpriseGeometry;
  legend: LegendGeometry;
  cache: CacheGeometry;
  local: LocalLaneGeometry;
  names: LaneName[];
  /** The line at the cursor: its x, the parts that cross no words, and the knob on the ruler. */
  playhead: {
    x: number;
    parts: { y0: number; y1: number }[];
    knob: { y: number; radius: number };
    /** Around the token's cell: framed, not crossed, since the token must stay readable. */
    frame: Rect;
  } | null;
  /** What the lines of the cache lanes are, written at them. */
  notes: ChartNote[];
  hovered: Rect | null;
  query: Rect | null;
  /** The surprise under the pointer, written at its bar. */
  readout: { text: string; x: number; y: number } | null;
  /** What empty lanes will show. */
  hints: { text: string; x: number; y: number }[];
}

/** Size of the type on an axis of that size: 12 on a laptop or the `least` that is asked for, up to 20 on a wall. */
export function axisType({ width, height }: Size, least = 12): number {
  return Math.round(Math.min(20, Math.max(least, Math.min(width / 105, height / 27))));
}

/** Of the type's size: how far figures and capitals reach above and below their middle. */
const FIGURE = 0.4;

/** Room for lane names and byte ticks at the left of the axis. */
export function axisGutter(size: Size, least = 12): number {
  return size.width >= 640 ? Math.round(axisType(size, least) * 7.8) : 0;
}

/** Height of the strip of the whole run; fingers need more. */
const RUN_STRIP = { wide: 24, narrow: 36 };

/** What is left for arcs, surprise and caches must be as high for each of them to be read. */
const LEAST_FREE = 140;

/**
 * Heights of the lanes, from top to bottom; what the fixed ones leave is shared out, most of it to the cache. Large type on a low
 * axis leaves no room for all: the surprise gives way, which the next token's panel has as well.
 */
function stack(size: Size, gutter: number, type: number, strip: number) {
  const narrow = gutter === 0;
  const caption = Math.round(type * 1.45);
  const fixed = {
    run: narrow ? RUN_STRIP.narrow : RUN_STRIP.wide,
    strip,
    ruler: Math.round(type * 2.1),
    // On a narrow axis names stand above their lanes and the key takes two rows.
    name: narrow ? caption : 0,
    legend: narrow ? Math.round(type * 4.3) : caption,
  };
  const gaps = { run: 4, ruler: 4, surprise: 4, legend: 2, cache: 6, local: 3 };
  const taken =
    fixed.run +
    fixed.strip +
    fixed.ruler +
    fixed.name * 2 +
    fixed.legend +
    Object.values(gaps).reduce((sum, gap) => sum + gap, 0);
  const left = size.height - taken;
  const low = !narrow && left < LEAST_FREE;
  const free = low ? Math.max(72, left + gaps.surprise) : Math.max(LEAST_FREE, left);
  // Name and scale stand beside it, one under the other and clear of their neighbours: large type needs more than its share.
  const share = free * 0.12;
  const beside = narrow ? share : Math.max(share, type * 2.5 - 8);
  const surprise = low ? 0 : beside;
  const rest = (free - surprise) / 0.88;
  let y = 0;
  const lane = (height: number, gap = 0): Rect => {
    const rect = { x: gutter, y, width: size.width - gutter, height: Math.round(height) };
    y += rect.height + gap;
    return rect;
  };
  return {
    run: lane(fixed.run, gaps.run),
    arcs: lane(rest * 0.25),
    strip: lane(fixed.strip),
    ruler: lane(fixed.ruler, gaps.ruler),
    surpriseName: lane(fixed.name),
    surprise: lane(surprise, low ? 0 : gaps.surprise),
    legend: lane(fixed.legend, gaps.legend),
    cache: lane(rest * 0.52, gaps.cache),
    localName: lane(fixed.name),
    local: lane(rest * 0.11, gaps.local),
  };
}

/** Stacks the lanes in `size`. All of them share one scale. */
export function layoutAxis(given: AxisData, size: Size): AxisGeometry {
  const type = axisType(size, given.leastType);
  const gutter = axisGutter(size, given.leastType);
  const scale = axisScale(given.from, given.span, given.blockLength, size.width - gutter, gutter);
  const lanes = stack(size, gutter, type, stripHeight(scale, type));
  const data = lanes.surprise.height > 0 ? given : { ...given, surprise: null };
  const { cursor } = data.strip;
  const promptTokens = data.strip.promptBlocks * data.blockLength;
  const cache = layoutCache(data.cache, scale, lanes.cache, data.boundary);
  const surprise = layoutSurprise(data.surprise, scale, lanes.surprise, type);
  const local = layoutLocalLane(data.cache, scale, lanes.local, data.boundary, type);
  const { hovered } = data;
  const strip = layoutStrip(data.strip, scale, lanes.strip, type);
  // Behind the cursor nothing is drawn that could be read.
  const { pointed = null } = data;
  const read = pointed !== null && cursor !== null && pointed <= cursor ? pointed : null;
  return {
    boundary: data.boundary,
    scale,
    type,
    gutter,
    run: layoutRun(
      {
        length: data.strip.length,
        promptTokens,
        discardedFrom: data.strip.discardedFrom,
        cursor,
        blockLength: data.blockLength,
        blocks: data.stripBlocks,
        branchAt: data.strip.branchAt ?? null,
      },
      data.from,
      data.span,
      lanes.run,
    ),
    arcs: layoutArcs(data.arcs, scale, lanes.arcs, type),
    strip,
    ruler: layoutRuler(data.strip, scale, lanes.ruler, type),
    surprise,
    legend: layoutLegend(data.cache, cache, cursor ?? 0, lanes.legend, type, read),
    cache,
    local,
    names: laneNames(data, lanes, gutter, type, surprise, local, size.height),
    playhead:
      cursor === null
        ? null
        : {
            x: tokenX(scale, cursor + 0.5),
            parts: playheadParts(lanes, gutter === 0),
            // Below the tokens, so that it covers none of their text.
            knob: { y: lanes.ruler.y + type / 2 - 1, radius: type / 2 },
            frame: tokenCell(strip, cursor),
          },
    notes: layoutNotes(data.cache, cache, local, type),
    hovered: hovered && {
      ...over(scale, hovered),
      y: lanes.strip.y,
      height: lanes.local.y + lanes.local.height - lanes.strip.y,
    },
    query: data.query
      ? { ...over(scale, data.query), y: lanes.strip.y, height: lanes.strip.height }
      : null,
    readout: readoutOf(data, scale, lanes.surprise, type),
    hints: data.cache
      ? []
      : [
          hint('which earlier blocks the newest block is written from', lanes.arcs),
          ...(lanes.surprise.height > 0
            ? [hint('how little the model expected each token', lanes.surprise)]
            : []),
          hint('the KV cache as it grows, beside a flat transformer of the same size', lanes.cache),
        ],
  };
}

/** The part of the axis that tokens take. */
function over(scale: AxisScale, { from, to }: Range): Pick<Rect, 'x' | 'width'> {
  const x = tokenX(scale, from);
  return { x, width: tokenX(scale, to) - x };
}

function playheadParts(
  { surprise, cache, local }: ReturnType<typeof stack>,
  narrow: boolean,
): { y0: number; y1: number }[] {
  const part = (from: Rect, to = from) => ({ y0: from.y, y1: to.y + to.height });
  return narrow ? [part(surprise), part(cache), part(local)] : [part(surprise), part(cache, local)];
}

function readoutOf(
  { hovered, surprise }: AxisData,
  scale: AxisScale,
  lane: Rect,
  type: number,
): AxisGeometry['readout'] {
  if (!hovered || !surprise || hovered.to !== hovered.from + 1) return null;
  if (hovered.from >= surprise.length) return null;
  const bits = surprise.bits(hovered.from);
  if (Number.isNaN(bits)) return null;
  const text = `${bits.toFixed(2)} bits`;
  const x = tokenX(scale, hovered.to) + 4;
  const room = text.length * type * 0.62;
  const right = scale.left + scale.width;
  return {
    text,
    x: x + room > right ? tokenX(scale, hovered.from) - 4 - room : x,
    y: lane.y + type,
  };
}

function laneNames(
  data: AxisData,
  lanes: ReturnType<typeof stack>,
  gutter: number,
  type: number,
  surprise: SurpriseGeometry,
  local: LocalLaneGeometry,
  end: number,
): LaneName[] {
  const names: LaneName[] = [];
  const add = (text: string, y: number, tone: LaneName['tone'], strong = false, x = gutter - 10) =>
    names.push({ text, x, y, tone, strong });
  const bits = `0–${Math.round(surprise.top * 10) / 10} bits`;
  const per = surprise.each === 'token' ? 'surprise' : 'mean surprise';
  const peak = `0–${formatBytes(local.top)}`;
  if (gutter === 0) {
    const above = (lane: Rect) => lane.y + lane.height / 2 - 2;
    if (data.surprise) {
      const each =
        surprise.each === 'token' ? 'surprise of each token' : 'mean surprise of a block';
      add(`${each}, ${bits}`, above(lanes.surpriseName), 'mute', false, 0);
    }
    if (data.cache) {
      add(`local cache, ${peak} (derived)`, above(lanes.localName), 'local', false, 0);
    }
    return names;
  }
  const half = type * 0.65;
  add('whole run', lanes.run.y + lanes.run.height / 2, 'mute');
  add('written from', lanes.arcs.y + lanes.arcs.height - type * 0.8, 'global', true);
  add('tokens', lanes.strip.y + lanes.strip.height / 2, 'mute');
  add('blocks', lanes.ruler.y + lanes.ruler.height - type * 0.6, 'mute');
  const middle = (lane: Rect) => lane.y + lane.height / 2;
  if (lanes.surprise.height > 0)
    add(
      data.surprise ? per : 'surprise',
      middle(lanes.surprise) - (data.surprise ? half : 0),
      'mute',
      true,
    );
  if (data.surprise) add(bits, middle(lanes.surprise) + half, 'mute');
  add('KV cache', lanes.legend.y + lanes.legend.height / 2, 'mute', true);
  if (data.cache && middle(lanes.local) < end) {
    // A low lane has no room for its scale; the legend has its bytes at the cursor.
    const roomy = lanes.local.height >= type * 1.2;
    // Large type would go beyond the end of the axis; above, beside the cache, there is room.
    const last = Math.min(middle(lanes.local) + (roomy ? half : 0), end - type * FIGURE);
    add('local', roomy ? last - 2 * half : last, 'local', true);
    if (roomy) add(peak, last, 'mute');
  }
  return names;
}

function hint(text: string, lane: Rect): { text: string; x: number; y: number } {
  return { text, x: lane.x + lane.width / 2, y: lane.y + lane.height / 2 };
}

/** Paints all lanes, the lane names and the playhead over them. Nothing beside the view is drawn. */
export function paintAxis(ctx: Context2D, geometry: AxisGeometry, theme: Theme): void {
  const { hovered, query, scale, run, type } = geometry;
  ctx.save();
  ctx.beginPath();
  ctx.rect(scale.left, run.lane.y + run.lane.height, scale.width, 1e5);
  ctx.clip();
  paintArcs(ctx, geometry.arcs, theme, geometry.boundary);
  paintStrip(ctx, geometry.strip, theme, geometry.boundary);
  paintRuler(ctx, geometry.ruler, theme);
  if (geometry.surprise.lane.height > 0) paintSurprise(ctx, geometry.surprise, theme);
  paintCache(ctx, geometry.cache, theme);
  paintLocalLane(ctx, geometry.local, theme);
  paintNotes(ctx, geometry, theme);
  if (hovered) {
    ctx.fillStyle = theme.now;
    ctx.globalAlpha = 0.1;
    ctx.fillRect(hovered.x, hovered.y, hovered.width, hovered.height);
    ctx.globalAlpha = 1;
  }
  if (query) {
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 2;
    ctx.strokeRect(query.x + 1, query.y + 1, query.width - 2, query.height - 2);
  }
  ctx.font = `400 ${type + 1}px ${theme.sans}`;
  ctx.fillStyle = theme.mute;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const { text, x, y } of geometry.hints) ctx.fillText(text, x, y, scale.width);
  paintLegend(ctx, geometry.legend, theme);
  paintReadout(ctx, geometry, theme);
  ctx.restore();
  // Not cut at the edges: there it would be half as thick.
  paintPlayhead(ctx, geometry, theme);
  paintRun(ctx, run, theme);
  paintNames(ctx, geometry, theme);
}

function paintPlayhead(ctx: Context2D, geometry: AxisGeometry, theme: Theme): void {
  const { playhead, scale } = geometry;
  if (!playhead || playhead.x < scale.left || playhead.x > scale.left + scale.width) return;
  ctx.strokeStyle = theme.now;
  ctx.fillStyle = theme.now;
  ctx.lineWidth = 2;
  const { x: left, y: top, width, height } = playhead.frame;
  ctx.strokeRect(left + 1, top + 1, Math.max(1, width - 2), height - 2);
  ctx.beginPath();
  for (const { y0, y1 } of playhead.parts) {
    ctx.moveTo(playhead.x, y0);
    ctx.lineTo(playhead.x, y1);
  }
  ctx.stroke();
  ctx.beginPath();
  // At the end of the run the knob stays whole.
  const { radius } = playhead.knob;
  const x = Math.min(scale.left + scale.width - radius, Math.max(scale.left + radius, playhead.x));
  ctx.arc(x, playhead.knob.y, radius, 0, Math.PI * 2);
  ctx.fill();
  ctx.strokeStyle = theme.paper;
  ctx.stroke();
}

function paintNotes(ctx: Context2D, { notes, type }: AxisGeometry, theme: Theme): void {
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  for (const { text, x, y, tone } of notes) {
    ctx.font = `${tone === 'flat' ? 400 : 600} ${type}px ${theme.sans}`;
    haloed(ctx, text, x, y, theme[tone], theme);
  }
}

function paintReadout(ctx: Context2D, { readout, type }: AxisGeometry, theme: Theme): void {
  if (!readout) return;
  ctx.font = `600 ${type}px ${theme.sans}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  haloed(ctx, readout.text, readout.x, readout.y, theme.ink, theme);
}

function paintNames(ctx: Context2D, geometry: AxisGeometry, theme: Theme): void {
  const { gutter, cache, names, type } = geometry;
  ctx.textBaseline = 'middle';
  ctx.textAlign = gutter === 0 ? 'left' : 'right';
  for (const { text, x, y, tone, strong } of names) {
    ctx.font = `${strong ? 600 : 400} ${type}px ${theme.sans}`;
    ctx.fillStyle = theme[tone];
    ctx.fillText(text, x, y);
  }
  ctx.font = `400 ${type}px ${theme.sans}`;
  ctx.fillStyle = theme.mute;
  for (const tick of cache.ticks) {
    // The highest stands under its line, clear of the lane's name.
    const low = tick.bytes === cache.top ? type * 0.5 : 0;
    if (gutter > 0) ctx.fillText(tick.text, gutter - 10, tick.y + low);
    else haloed(ctx, tick.text, 2, tick.y + type * 0.7, theme.mute, theme);
  }
}
