import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareRows, layoutBarLane, paintBarLane, rangeOf } from '@/lib/draw/arithmetic';
import { layoutLegend, paintLegend } from '@/lib/draw/axis-legend';
import { axisScale } from '@/lib/draw/axis-scale';
import { layoutCache } from '@/lib/draw/cache-lane';
import { layoutSlots, paintSlots, slotsData } from '@/lib/draw/cache-things';
import { type FlowAnchors, layoutFlow, paintFlow } from '@/lib/draw/flow';
import { layoutTiles, paintTiles, type TileMarks } from '@/lib/draw/flow-tiles';
import { cacheData } from '@/lib/draw/from-trace';
import type { Context2D, Rect } from '@/lib/draw/shapes';
import type { Theme } from '@/lib/draw/theme';
import { layoutVector, paintChosenValue, paintVector, reachOf } from '@/lib/draw/vector';
import { readGraph } from '@/lib/engine/bundle';
import { INSPECT_GRAPH } from '@/lib/engine/inspect-graph';
import { Inspector } from '@/lib/engine/inspector';
import { diskReader, loadBundleFromDisk } from '@/lib/engine/node';
import { attentionArithmetic, headOf } from '@/lib/model/arithmetic';
import { DEFAULT_MODEL } from '@/lib/model/catalog';
import { placeOf } from '@/lib/model/layout';
import { MODELS } from '@/scripts/models';
import { picture } from './picture';
import { trace } from './recorded-run';
import { DARK, THEME } from './theme';

const { dims } = trace;
/** The last token of the run: slot 3 of block 18. */
const LAST = 75;
const NOTHING: TileMarks = { selected: null, shown: null };

function name(ctx: Context2D, text: string, x: number, y: number, theme: Theme): void {
  ctx.font = `400 12px ${theme.sans}`;
  ctx.fillStyle = theme.mute;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.fillText(text, x, y);
}

const PANELS = ['Block', 'Global attention', 'Context', 'Local attention', 'Next token'];
/** Panels side by side as on a laptop, and one under the other as on a phone. */
const BESIDE: FlowAnchors = anchors([
  { x: 0, y: 0, width: 118, height: 150 },
  { x: 130, y: 0, width: 330, height: 150 },
  { x: 472, y: 0, width: 140, height: 150 },
  { x: 624, y: 0, width: 300, height: 150 },
  { x: 936, y: 0, width: 164, height: 150 },
]);
const UNDER: FlowAnchors = anchors([
  { x: 0, y: 0, width: 320, height: 90 },
  { x: 0, y: 90, width: 320, height: 150 },
  { x: 0, y: 240, width: 320, height: 110 },
  { x: 0, y: 350, width: 320, height: 130 },
  { x: 0, y: 480, width: 320, height: 90 },
]);

function anchors(panels: [Rect, Rect, Rect, Rect, Rect]): FlowAnchors {
  const [block, global, context, local, next] = panels;
  const end = ({ x, y, width }: Rect, down: number) => ({
    left: { x: x + 14, y: y + down },
    right: { x: x + width - 24, y: y + down },
  });
  return {
    panels,
    chips: [30, 46, 62, 78].map((down) => end(block, down).right),
    globalRow: end(global, 120),
    context: end(context, 40),
    prefixes: [end(context, 64), end(context, 92)],
    prefixRows: [48, 72].map((down) => end(local, down).left),
    localRow: end(local, 110).right,
    pick: end(next, 36).left,
  };
}

/** A change of these files is a change of what the reader sees: open them, and store them again with `vitest -u` if it is meant. */
describe('the lines that join a step look as they did', () => {
  it.each([
    ['flow', BESIDE, 1, THEME],
    ['flow-dark', BESIDE, 1, DARK],
    ['flow-boundary', BESIDE, 0.9, THEME],
    ['flow-phone', UNDER, 1, THEME],
  ] as const)('%s', async (file, where, progress, theme) => {
    const ends = where.panels.map((panel) => ({
      x: (panel?.x ?? 0) + (panel?.width ?? 0),
      y: (panel?.y ?? 0) + (panel?.height ?? 0),
    }));
    const size = {
      width: Math.max(...ends.map(({ x }) => x)),
      height: Math.max(...ends.map(({ y }) => y)),
    };
    const title = `How the panels of a step are joined, ${Math.round(progress * 100)} % of the way; no numbers`;
    const svg = picture(title, size, theme.paper, (ctx) => {
      ctx.strokeStyle = theme.line;
      where.panels.forEach((panel, i) => {
        if (!panel) return;
        ctx.strokeRect(panel.x + 0.5, panel.y + 0.5, panel.width - 1, panel.height - 1);
        name(ctx, PANELS[i] ?? '', panel.x + 14, panel.y + 18, theme);
      });
      paintFlow(ctx, layoutFlow(where, progress), theme);
    });
    await expect(svg).toMatchFileSnapshot(`pictures/${file}.svg`);
  });
});

describe('the vectors of the recorded run look as they did', () => {
  it.each([
    ['vectors', THEME],
    ['vectors-dark', DARK],
  ] as const)('%s', async (file, theme) => {
    const { block, globalRow } = placeOf(LAST, dims);
    const context = trace.context(globalRow) ?? new Float32Array();
    const prefixes = trace.prefixes(block) ?? new Float32Array();
    const all = [
      { family: 'global' as const, values: context },
      { family: 'local' as const, values: prefixes.subarray(0, dims.width) },
      { family: 'local' as const, values: prefixes.subarray(dims.width) },
    ];
    const size = { width: 660, height: 360 };
    const title = `Context ${globalRow} and its prefixes, number 70 of the context chosen; recorded run`;
    const svg = picture(title, size, theme.paper, (ctx) =>
      all.forEach(({ family, values }, i) => {
        const reach = reachOf(values);
        const what = i === 0 ? `context ${globalRow}` : `prefix ${i - 1}`;
        name(ctx, `${what}, √, ±${reach.toFixed(1)}`, 10, i * 120 + 14, theme);
        const rect = { x: 10, y: i * 120 + 20, width: 640, height: 96 };
        const vector = layoutVector(values, 64, reach, rect);
        paintVector(ctx, vector, theme[family], theme.line);
        if (i === 0) paintChosenValue(ctx, vector, 70, theme);
      }),
    );
    await expect(svg).toMatchFileSnapshot(`pictures/${file}.svg`);
  });
});

describe('all heads of the recorded run look as they did', () => {
  it('tiles-global', async () => {
    const { globalRow } = placeOf(LAST, dims);
    const size = { width: 560, height: 400 };
    const geometry = layoutTiles(
      {
        layers: dims.blockLayers,
        heads: dims.heads,
        rows: 1,
        columns: globalRow + 1,
        known: 1,
        values: (layer, head) => trace.globalRow(globalRow, layer, head),
        visible: () => true,
        scale: 'sqrt',
        current: null,
      },
      size,
      { perLine: 1, maxCell: 48, square: false },
    );
    const marks: TileMarks = {
      selected: { layer: 1, head: 3, row: 0, column: 2 },
      shown: { layer: 0, head: 0, row: 0, column: globalRow },
    };
    const title = `Global row ${globalRow} in all heads, one weight chosen, one shown; recorded run`;
    const svg = picture(title, size, THEME.panel, (ctx) =>
      paintTiles(ctx, geometry, marks, THEME, THEME.globalRamp),
    );
    await expect(svg).toMatchFileSnapshot('pictures/tiles-global.svg');
  });

  it.each([
    ['tiles-local', 73, THEME],
    ['tiles-local-dark', 73, DARK],
  ] as const)('%s', async (file, cursor, theme) => {
    const { block, localRow } = placeOf(cursor, dims);
    const size = { width: 800, height: 300 };
    const geometry = layoutTiles(
      {
        layers: dims.tokenLayers,
        heads: dims.heads,
        rows: trace.localSide,
        columns: trace.localSide,
        known: localRow + 1,
        values: (layer, head) => trace.localMap(block, layer, head) ?? new Float32Array(),
        visible: (row, column) => column <= row,
        scale: 'sqrt',
        current: localRow,
      },
      size,
      { perLine: dims.heads, maxCell: 20, square: true },
    );
    const title = `Local maps of block ${block} in all heads, at slot 1; recorded run`;
    const svg = picture(title, size, theme.panel, (ctx) =>
      paintTiles(ctx, geometry, NOTHING, theme, theme.localRamp),
    );
    await expect(svg).toMatchFileSnapshot(`pictures/${file}.svg`);
  });
});

describe('the slots of the recorded run look as they did', () => {
  it.each([
    ['slots-early', 14, { width: 900, height: 300 }, THEME, 12],
    ['slots-late', LAST, { width: 900, height: 300 }, THEME, 12],
    ['slots-late-dark', LAST, { width: 900, height: 300 }, DARK, 12],
    ['slots-phone', LAST, { width: 328, height: 340 }, THEME, 12],
    ['slots-projector', LAST, { width: 1796, height: 460 }, THEME, 20],
  ] as const)('%s', async (file, cursor, size, theme, type) => {
    const geometry = layoutSlots(slotsData(trace, cursor), size, type);
    const chosen = cursor === LAST ? { lane: 3, slot: 6 } : null;
    const title = `Slots of the KV cache at token ${cursor}${chosen ? ', one chosen' : ''}; recorded run`;
    const svg = picture(title, size, theme.panel, (ctx) =>
      paintSlots(ctx, geometry, chosen, theme, theme.globalRamp),
    );
    await expect(svg).toMatchFileSnapshot(`pictures/${file}.svg`);
  });
});

describe('the key of the cache looks as it did', () => {
  it.each([
    ['cache-key', 1000, null],
    ['cache-key-phone', 328, null],
    ['cache-key-two-rivals', 1000, { bytesPerToken: 4096 }],
  ] as const)('%s', async (file, width, sameLoss) => {
    const lane = { x: 0, y: 4, width, height: width < 640 ? 52 : 20 };
    const data = cacheData(trace, LAST, 1_572_864, sameLoss);
    const scale = axisScale(7, 12, dims.blockLength, width);
    const cache = layoutCache(data, scale, { ...lane, height: 100 });
    const legend = layoutLegend(data, cache, LAST, lane, 12);
    const rivals = sameLoss ? 'the rival of the same loss is synthetic' : 'recorded run';
    const title = `The key of the cache at token ${LAST}; ${rivals}`;
    const size = { width, height: lane.height + 8 };
    const svg = picture(title, size, THEME.paper, (ctx) => paintLegend(ctx, legend, THEME));
    await expect(svg).toMatchFileSnapshot(`pictures/${file}.svg`);
  });
});

describe('the arithmetic of a cell of the recorded run looks as it did', async () => {
  const folder = path.join(MODELS, DEFAULT_MODEL);
  const bundle = await loadBundleFromDisk(folder);
  const graph = await readGraph(bundle.manifest, INSPECT_GRAPH, diskReader(folder));
  const inspector = await Inspector.create(bundle, graph, 'wasm');
  const { block, globalRow, localRow } = placeOf(LAST, dims);
  const tokens = trace.tokens.slice(0, trace.length);
  const found = await inspector.inspect({ tokens, block });
  await inspector.release();

  it.each([
    ['arithmetic-global', 'global', globalRow, 16, THEME],
    ['arithmetic-local', 'local', localRow - 1, 1, THEME],
    ['arithmetic-local-dark', 'local', localRow - 1, 1, DARK],
  ] as const)('%s', async (file, map, row, column, theme) => {
    const side = map === 'global' ? globalRow + 1 : trace.localSide;
    const of = (values: Float32Array) =>
      headOf(values, 0, 0, dims, map === 'global' ? block : trace.localSide);
    const [q, k] =
      map === 'global'
        ? [of(found.globalQueries), of(found.globalKeys)]
        : [of(found.localQueries), of(found.localKeys)];
    const sum = attentionArithmetic(q, k, row, column, dims.headWidth);
    const recorded =
      map === 'global'
        ? trace.globalRow(row, 0, 0)
        : (trace.localMap(block, 0, 0) ?? new Float32Array()).subarray(
            row * side,
            row * side + row + 1,
          );
    expect(compareRows(sum.weights, recorded).matches).toBe(true);
    const masked = side - row - 1;
    const lanes = [
      {
        what: 'q · k, product by product',
        data: { values: sum.products, ...rangeOf(sum.products) },
      },
      {
        what: 'scores of the row',
        data: { values: sum.row, ...rangeOf(sum.row), masked, marked: column },
      },
      {
        what: 'softmax, 0–1',
        data: { values: sum.weights, from: 0, to: 1, masked, marked: column },
      },
    ];
    const title = `Arithmetic of row ${row}, column ${column} of a ${map} map, number 2 chosen; recorded run`;
    const svg = picture(title, { width: 400, height: 264 }, theme.panel, (ctx) =>
      lanes.forEach(({ what, data }, i) => {
        name(ctx, what, 10, i * 86 + 18, theme);
        const rect = { x: 10, y: i * 86 + 24, width: 380, height: 58 };
        paintBarLane(ctx, layoutBarLane(data, rect), 2, theme, theme[map]);
      }),
    );
    await expect(svg).toMatchFileSnapshot(`pictures/${file}.svg`);
  });
});
