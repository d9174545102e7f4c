import { type ArcsData, type ArcsGeometry, layoutArcs, paintArcs } from './arcs';
import { type AxisScale, axisScale, tokenX } from './axis-scale';
import { type CacheData, type CacheGeometry, layoutCache, paintCache } from './cache-lane';
import { type LocalLaneGeometry, layoutLocalLane, paintLocalLane } from './local-lane';
import { layoutRun, paintRun, type RunGeometry } from './run-strip';
import type { Context2D, Rect, Size } from './shapes';
import type { Theme } from './theme';
import { layoutStrip, paintStrip, type StripData, type StripGeometry } from './token-strip';

/** Everything over time: one token axis for text, brackets, arcs, caches and playhead. */
export interface AxisData {
  blockLength: number;
  /** First block in view and how many fit. */
  firstBlock: number;
  blocks: number;
  strip: StripData;
  arcs: ArcsData | null;
  cache: CacheData | null;
  /** Tokens `from` … `to − 1` lie under the pointer here or in another view. */
  hovered: { from: number; to: number } | null;
  /** How far the change to the cursor's block is, 0–1; 1 at rest. */
  boundary: number;
}

export interface AxisGeometry {
  boundary: number;
  scale: AxisScale;
  /** Width of the labels left of the axis; 0 on narrow screens. */
  gutter: number;
  arcs: ArcsGeometry;
  strip: StripGeometry;
  cache: CacheGeometry;
  local: LocalLaneGeometry;
  run: RunGeometry;
  playhead: { x: number; y0: number; y1: number } | null;
  hovered: Rect | null;
  /** What empty lanes will show. */
  hints: { text: string; x: number; y: number }[];
}

/** Room for lane names and byte ticks at the left of the axis. */
export function axisGutter(width: number): number {
  return width >= 640 ? 76 : 0;
}

/** The slider over the strip has the same height in the stylesheet. */
const RUN_STRIP_HEIGHT = 28;
const STRIP_HEIGHT = 92;
const LOCAL_HEIGHT = 32;

/** Stacks the lanes in `size`; arcs and the main cache lane share what the fixed lanes leave. */
export function layoutAxis(data: AxisData, size: Size): AxisGeometry {
  const gutter = axisGutter(size.width);
  const width = size.width - gutter;
  const scale = axisScale(data.firstBlock, data.blocks, data.blockLength, width, gutter);
  const fixed = STRIP_HEIGHT + LOCAL_HEIGHT + RUN_STRIP_HEIGHT + 26;
  const free = Math.max(120, size.height - fixed);
  const arcsHeight = Math.round(free * 0.42);
  let y = 0;
  const lane = (height: number, gap = 0): Rect => {
    const rect = { x: gutter, y, width, height };
    y += height + gap;
    return rect;
  };
  const arcsLane = lane(arcsHeight);
  const stripLane = lane(STRIP_HEIGHT, 10);
  const cacheLane = lane(free - arcsHeight, 12);
  const localLane = lane(LOCAL_HEIGHT, 4);
  const runLane = lane(RUN_STRIP_HEIGHT);
  const { cursor } = data.strip;
  const promptTokens = data.strip.promptBlocks * data.blockLength;
  return {
    boundary: data.boundary,
    scale,
    gutter,
    arcs: layoutArcs(data.arcs, scale, arcsLane),
    strip: layoutStrip(data.strip, scale, stripLane),
    cache: layoutCache(data.cache, scale, cacheLane, data.boundary),
    local: layoutLocalLane(data.cache, scale, localLane, data.boundary),
    run: layoutRun(
      {
        length: data.strip.length,
        promptTokens,
        discardedFrom: data.strip.discardedFrom,
        cursor,
        blockLength: data.blockLength,
      },
      data.firstBlock * data.blockLength,
      data.blocks * data.blockLength,
      runLane,
    ),
    playhead:
      cursor === null
        ? null
        : {
            x: tokenX(scale, cursor + 0.5),
            y0: stripLane.y,
            y1: localLane.y + localLane.height,
          },
    hints: data.cache
      ? []
      : [
          hint('which earlier blocks the last block looked at', arcsLane),
          hint('the KV cache as it grows, beside a flat transformer of the same size', cacheLane),
        ],
    hovered:
      data.hovered === null
        ? null
        : {
            x: tokenX(scale, data.hovered.from),
            y: stripLane.y,
            width: tokenX(scale, data.hovered.to) - tokenX(scale, data.hovered.from),
            height: localLane.y + localLane.height - stripLane.y,
          },
  };
}

function hint(text: string, lane: Rect): { text: string; x: number; y: number } {
  return { text, x: lane.x + lane.width / 2, y: lane.y + lane.height / 2 };
}

/** Paints all lanes, the lane names in the gutter and the playhead over them. */
export function paintAxis(ctx: Context2D, geometry: AxisGeometry, theme: Theme): void {
  const { playhead, hovered, scale } = geometry;
  ctx.save();
  ctx.beginPath();
  ctx.rect(scale.left, 0, scale.width, geometry.run.lane.y);
  ctx.clip();
  paintArcs(ctx, geometry.arcs, theme, geometry.boundary);
  paintStrip(ctx, geometry.strip, theme, geometry.boundary);
  paintCache(ctx, geometry.cache, theme);
  paintLocalLane(ctx, geometry.local, theme);
  if (hovered) {
    ctx.fillStyle = theme.now;
    ctx.globalAlpha = 0.1;
    ctx.fillRect(hovered.x, hovered.y, hovered.width, hovered.height);
    ctx.globalAlpha = 1;
  }
  ctx.font = `400 13px ${theme.sans}`;
  ctx.fillStyle = theme.mute;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const { text, x, y } of geometry.hints) ctx.fillText(text, x, y, scale.width);
  if (playhead) paintPlayhead(ctx, geometry, theme);
  ctx.restore();
  paintRun(ctx, geometry.run, theme);
  paintScaleLabels(ctx, geometry, theme);
}

function paintPlayhead(ctx: Context2D, geometry: AxisGeometry, theme: Theme): void {
  const { playhead, strip, cache, scale } = geometry;
  if (!playhead) return;
  ctx.strokeStyle = theme.now;
  ctx.lineWidth = 2;
  // The cell is framed, not crossed: the token must stay readable.
  const width = Math.max(1, scale.pitch - 2);
  ctx.strokeRect(playhead.x - width / 2, strip.lane.y + 1, width, strip.lane.height - 26);
  ctx.beginPath();
  ctx.moveTo(playhead.x, cache.lane.y - 6);
  ctx.lineTo(playhead.x, playhead.y1);
  ctx.stroke();
}

function paintScaleLabels(ctx: Context2D, geometry: AxisGeometry, theme: Theme): void {
  const { gutter, arcs, strip, cache, local } = geometry;
  ctx.textBaseline = 'middle';
  ctx.font = `400 12px ${theme.sans}`;
  ctx.fillStyle = theme.mute;
  if (gutter === 0) {
    ctx.textAlign = 'left';
    ctx.textBaseline = 'alphabetic';
    ctx.strokeStyle = theme.paper;
    ctx.lineWidth = 4;
    ctx.lineJoin = 'round';
    for (const tick of cache.ticks) {
      ctx.strokeText(tick.text, 2, tick.y - 3);
      ctx.fillText(tick.text, 2, tick.y - 3);
    }
    return;
  }
  ctx.textAlign = 'right';
  const x = gutter - 10;
  for (const tick of cache.ticks) ctx.fillText(tick.text, x, tick.y);
  const name = (text: string, y: number, colour: string, weight = 600) => {
    ctx.font = `${weight} 12px ${theme.sans}`;
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  };
  name('looked at', arcs.lane.y + arcs.lane.height - 10, theme.global);
  name('tokens', strip.lane.y + 38, theme.mute, 400);
  name('blocks', strip.lane.y + strip.lane.height - 11, theme.mute, 400);
  name('local', local.lane.y + 10, theme.local);
  name('own scale', local.lane.y + 26, theme.mute, 400);
}
