import { globalMapData, localMapData } from '@/lib/draw/attention-data';
import { layoutMap, type MapOptions } from '@/lib/draw/attention-map';
import { paintMap, paintMapKey } from '@/lib/draw/attention-paint';
import { type AxisData, layoutAxis, paintAxis } from '@/lib/draw/axis';
import { layoutLegend, paintLegend } from '@/lib/draw/axis-legend';
import { layoutRuler, paintRuler } from '@/lib/draw/axis-ruler';
import { axisScale } from '@/lib/draw/axis-scale';
import { layoutCache, paintCache } from '@/lib/draw/cache-lane';
import { cacheData, globalRowsAt } from '@/lib/draw/from-trace';
import { layoutLocalLane, paintLocalLane } from '@/lib/draw/local-lane';
import { layoutNextToken } from '@/lib/draw/next-token';
import { type Context2D, type Rect, type Size, setTokenFont, shorten } from '@/lib/draw/shapes';
import type { Theme } from '@/lib/draw/theme';
import { layoutVector, paintVector, reachOf } from '@/lib/draw/vector';
import { formatBytes } from '@/lib/model/cost';
import { placeOf } from '@/lib/model/layout';
import { blockLabels, type PanelName, positionName, positionText, type Shown } from './shown';

/** A panel's drawing at a size of its own, for a picture that leaves the page. */
export interface Figure {
  size: Size;
  paint(ctx: Context2D, theme: Theme): void;
}

/** The drawing of a panel at the cursor; null where the panel shows none. `axis` is what the time axis shows. */
export function figureOf(panel: PanelName, shown: Shown, axis: AxisData): Figure | null {
  switch (panel) {
    case 'global':
      return globalFigure(shown);
    case 'local':
      return localFigure(shown);
    case 'context':
      return contextFigure(shown);
    case 'next':
      return nextFigure(shown);
    case 'cache':
      return cacheFigure(shown);
    case 'axis':
      return axisFigure(axis);
  }
}

/** Height of the key under a map, with the space above it. */
const KEY = 34;

const GLOBAL: MapOptions = {
  gutter: 196,
  margin: 2,
  header: 22,
  minCell: 7,
  maxCell: 40,
  numbers: true,
  labelsLeft: true,
};

/** Side of the room for a global map. */
const GLOBAL_SIDE = 640;

function globalFigure(shown: Shown): Figure | null {
  const { trace, cursor, global, view } = shown;
  const rows = globalRowsAt(trace, cursor);
  if (rows === 0) return null;
  const digits = String(rows - 1).length;
  const data = globalMapData(trace, cursor, global, view, (block) =>
    shorten(`${String(block).padStart(digits)} ${blockLabels(shown, block)}`, 25),
  );
  // No empty rows: nothing will be written into a picture.
  return mapFigure(
    { ...data, size: rows },
    GLOBAL,
    GLOBAL_SIDE,
    'globalRamp',
    shown,
    view.hideFirst,
  );
}

const LOCAL: MapOptions = {
  gutter: 132,
  margin: 64,
  header: 22,
  minCell: 1,
  maxCell: 64,
  numbers: true,
};

function localFigure(shown: Shown): Figure | null {
  const { trace, cursor, local, view } = shown;
  const data = localMapData(trace, cursor, local, view, (position) => {
    const text = positionText({ ...shown, text: shown.label }, position);
    return shorten(`${positionName(shown, position)}${text === null ? '' : ` ${text}`}`, 16);
  });
  if (data.rows === 0) return null;
  return mapFigure(data, LOCAL, 340, 'localRamp', shown, false);
}

function mapFigure(
  data: Parameters<typeof layoutMap>[0],
  options: MapOptions,
  side: number,
  ramp: 'globalRamp' | 'localRamp',
  { view }: Shown,
  hides: boolean,
): Figure {
  const { gutter, margin, header } = options;
  const room = { width: gutter + side + margin, height: header + side + 1 };
  const geometry = layoutMap(data, room, options);
  const { square } = geometry;
  const bottom = square.y + square.height;
  return {
    size: {
      // The key needs its room also under a map of few cells.
      width: Math.max(square.x + square.width + margin, 460),
      height: bottom + KEY,
    },
    paint: (ctx, theme) => {
      paintMap(ctx, geometry, theme, theme[ramp]);
      const leavesOut = view.mass < 1 || hides;
      paintMapKey(ctx, { x: 0, y: bottom + 18 }, view.scale, leavesOut, theme, theme[ramp]);
    },
  };
}

const VECTOR = { width: 720, height: 84, name: 20, gap: 14 };

function contextFigure({ trace, cursor }: Shown): Figure | null {
  const { block, globalRow } = placeOf(cursor, trace.dims);
  const context = trace.context(globalRow);
  if (!context) return null;
  const { width, prefixLength } = trace.dims;
  const prefixes = trace.prefixes(block);
  const vectors: { name: string; family: 'global' | 'local'; values: Float32Array }[] = [
    { name: `context ${globalRow}`, family: 'global', values: context },
  ];
  for (let i = 0; prefixes && i < prefixLength; i++) {
    const values = prefixes.subarray(i * width, (i + 1) * width);
    vectors.push({ name: `prefix ${i}`, family: 'local', values });
  }
  const pitch = VECTOR.name + VECTOR.height + VECTOR.gap;
  return {
    size: { width: VECTOR.width, height: vectors.length * pitch - VECTOR.gap },
    paint: (ctx, theme) => {
      vectors.forEach(({ name, family, values }, i) => {
        const y = i * pitch;
        const reach = reachOf(values);
        ctx.textBaseline = 'alphabetic';
        ctx.textAlign = 'left';
        ctx.font = `600 13px ${theme.sans}`;
        ctx.fillStyle = theme[family];
        ctx.fillText(name, 0, y + 13);
        ctx.font = `400 12px ${theme.sans}`;
        ctx.fillStyle = theme.mute;
        ctx.textAlign = 'right';
        const text = `${values.length} numbers, √ heights, ±${reach.toFixed(reach < 10 ? 1 : 0)}`;
        ctx.fillText(text, VECTOR.width, y + 13);
        const rect = { x: 0, y: y + VECTOR.name, width: VECTOR.width, height: VECTOR.height };
        const perRow = Math.min(128, values.length);
        paintVector(ctx, layoutVector(values, perRow, reach, rect), theme[family], theme.line);
      });
    },
  };
}

const BARS = { count: 10, name: 150, bar: 330, percent: 80, row: 26 };

function nextFigure({ trace, cursor, label }: Shown): Figure | null {
  const { block, slot } = placeOf(cursor, trace.dims);
  const logits = trace.logits(block, slot);
  if (!logits) return null;
  const { sampling, model } = trace.header;
  const pick = trace.tokens[cursor] ?? 0;
  const { endId, padId } = model;
  const next = layoutNextToken({ logits, pick, sampling, endId, padId, count: BARS.count });
  const bars = next.bars.toSorted((a, b) => a.rank - b.rank);
  const others = next.keptRest.count + next.droppedRest.count;
  const rows = [
    ...bars.map((bar) => ({ ...bar, name: label(bar.id) })),
    {
      name: `all ${others.toLocaleString('en')} others`,
      probability: next.keptRest.probability + next.droppedRest.probability,
      picked: false,
      dropped: false,
    },
  ];
  const top = Math.max(...rows.map((row) => row.probability));
  const temperature = sampling.temperature === 0 ? 'T → 0' : `T = ${sampling.temperature}`;
  const about = `softmax(logits / ${temperature}) over all ${next.vocabulary.toLocaleString('en')}, before any cut · picked: surprise ${next.surpriseBits.toFixed(2)} bits at T = 1`;
  return {
    size: { width: BARS.name + BARS.bar + BARS.percent, height: 28 + rows.length * BARS.row },
    paint: (ctx, theme) => {
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'left';
      ctx.font = `400 12px ${theme.sans}`;
      ctx.fillStyle = theme.mute;
      ctx.fillText(about, 0, 8);
      rows.forEach((row, i) => {
        const y = 28 + (i + 0.5) * BARS.row;
        const rest = i === rows.length - 1;
        const colour = row.picked ? theme.now : row.dropped || rest ? theme.mute : theme.ink;
        ctx.textAlign = 'left';
        ctx.fillStyle = colour;
        if (rest) ctx.font = `400 13px ${theme.sans}`;
        else setTokenFont(ctx, theme, row.picked ? 600 : 400, 14);
        ctx.fillText(shorten(row.name, rest ? 24 : 16), 0, y);
        const width = Math.max(1, (row.probability / top) * BARS.bar);
        ctx.fillStyle = row.picked ? theme.now : theme.hatchLine;
        ctx.fillRect(BARS.name, y - 8, width, 16);
        ctx.fillStyle = colour;
        ctx.textAlign = 'right';
        ctx.font = `${row.picked ? 600 : 400} 13px ${theme.sans}`;
        ctx.fillText(percentText(row), BARS.name + BARS.bar + BARS.percent, y);
      });
    },
  };
}

function percentText({ probability, dropped }: { probability: number; dropped: boolean }): string {
  const percent = probability * 100;
  const text = percent > 0 && percent < 0.1 ? '<0.1 %' : `${percent.toFixed(1)} %`;
  return dropped ? `${text}, cut` : text;
}

const CACHE = { width: 960, gutter: 84, legend: 40, cache: 240, local: 60, ruler: 30 };

/** The cache over the whole run up to the cursor. */
function cacheFigure({ trace, cursor, label, allocated }: Shown): Figure {
  const { dims, pads, promptBlocks } = trace;
  const { gutter, width } = CACHE;
  const data = cacheData(trace, cursor, allocated);
  const blocks = Math.floor(cursor / dims.blockLength) + 1;
  const scale = axisScale(0, blocks, dims.blockLength, width - gutter, gutter);
  let y = 0;
  const lane = (height: number, gap: number): Rect => {
    const rect = { x: gutter, y, width: width - gutter, height };
    y += height + gap;
    return rect;
  };
  const legendLane = lane(CACHE.legend, 6);
  const cache = layoutCache(data, scale, lane(CACHE.cache, 10));
  const legend = layoutLegend(data, cache, cursor, legendLane, 12);
  const local = layoutLocalLane(data, scale, lane(CACHE.local, 8));
  const strip = {
    length: blocks * dims.blockLength,
    label: (token: number) => label(trace.tokens[token] ?? 0),
    pads,
    promptBlocks,
    discardedFrom: null,
    cursor,
  };
  const ruler = layoutRuler(strip, scale, lane(CACHE.ruler, 0), 12);
  return {
    size: { width, height: y },
    paint: (ctx, theme) => {
      paintLegend(ctx, legend, theme);
      paintCache(ctx, cache, theme);
      paintLocalLane(ctx, local, theme);
      paintRuler(ctx, ruler, theme);
      ctx.textAlign = 'right';
      ctx.textBaseline = 'middle';
      ctx.font = `400 12px ${theme.sans}`;
      ctx.fillStyle = theme.mute;
      for (const tick of cache.ticks) ctx.fillText(tick.text, gutter - 10, tick.y);
      const middle = local.lane.y + local.lane.height / 2;
      ctx.fillText(`0–${formatBytes(local.top)}`, gutter - 10, middle + 8);
      ctx.fillText('blocks', gutter - 10, ruler.lane.y + ruler.lane.height - 8);
      ctx.font = `600 12px ${theme.sans}`;
      ctx.fillStyle = theme.local;
      ctx.fillText('local', gutter - 10, middle - 8);
    },
  };
}

const AXIS: Size = { width: 1280, height: 520 };

function axisFigure(axis: AxisData): Figure {
  const geometry = layoutAxis(axis, AXIS);
  return { size: AXIS, paint: (ctx, theme) => paintAxis(ctx, geometry, theme) };
}
