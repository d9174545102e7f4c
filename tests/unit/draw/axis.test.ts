import { describe, expect, it } from 'vitest';
import { writtenFrom } from '@/lib/draw/arcs';
import { type AxisGeometry, axisType, layoutAxis, paintAxis } from '@/lib/draw/axis';
import { paintRuler } from '@/lib/draw/axis-ruler';
import {
  axisScale,
  blockAt,
  blockMiddle,
  blockX,
  legibleBlocks,
  roundStep,
  tokenAt,
  tokensInView,
  tokenX,
} from '@/lib/draw/axis-scale';
import { paintCache } from '@/lib/draw/cache-lane';
import { arcsData } from '@/lib/draw/from-trace';
import { paintLocalLane } from '@/lib/draw/local-lane';
import { paintSurprise } from '@/lib/draw/surprise-lane';
import {
  layoutStrip,
  paintStrip,
  stripHeight,
  tokenCell,
  tokenKind,
  writingOf,
} from '@/lib/draw/token-strip';
import { formatBytes } from '@/lib/model/cost';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import { DIMS, recorded } from '../trace/synthetic';
import { axisAt } from './axis-sample';
import { type Drawn, recordingContext } from './recording-context';
import { THEME } from './theme';

const { trace } = recorded(2, 4);
const SIZE = { width: 1100, height: 360 };
const LONG = recorded(3, 60, { ...DIMS, contextLength: 256 }).trace;

/** What a painting draws. */
function drawnBy(paint: (ctx: CanvasRenderingContext2D) => void): Drawn[] {
  const { ctx, drawn } = recordingContext();
  paint(ctx);
  return drawn;
}

const numbers = (drawn: Drawn) => drawn.values.filter((value) => typeof value === 'number');
/** Left edges and widths of the bars that a lane draws, without hatches and their notes. */
const bars = (drawn: Drawn[]) =>
  drawn.filter(({ call }) => call === 'rect').map((one) => numbers(one));

describe('the words beside the axis', () => {
  const SIZES = [
    [1240, 290],
    [1100, 340],
    [1100, 420],
    [1400, 380],
    [1400, 410],
    [1880, 440],
    [1880, 470],
    [1880, 520],
    [2500, 700],
  ] as const;

  it.each(SIZES)('are whole and apart from each other at %i × %i', (width, height) => {
    for (const leastType of [12, 18]) {
      const { names, cache, type } = layoutAxis(
        { ...axisAt(LONG, 200, { from: 39, stripBlocks: 64 }), leastType },
        { width, height },
      );
      const ticks = cache.ticks.map(({ bytes, y, text }) => ({
        text,
        y: y + (bytes === cache.top ? type * 0.5 : 0),
      }));
      const words = [...names, ...ticks].toSorted((a, b) => a.y - b.y);
      expect(words.at(-1)?.y, `the last of them, ${words.at(-1)?.text}`).toBeLessThanOrEqual(
        height - type * 0.4,
      );
      for (const [i, { y, text }] of words.slice(1).entries()) {
        const before = words[i];
        expect(
          y - (before?.y ?? 0),
          `${before?.text} and ${text}, ${leastType} px`,
        ).toBeGreaterThan(type * 0.78);
      }
    }
  });
});

it('has the scale of the local lane on a stage of 1920 × 1080', () => {
  const data = { ...axisAt(LONG, 200, { from: 39, stripBlocks: 64 }), leastType: 18 };
  const { names, local } = layoutAxis(data, { width: 1880, height: 456 });
  expect(names.at(-1)?.text).toBe(`0–${formatBytes(local.top)}`);
});

it('leaves the surprise out on a stage of 1280 × 720, so that both caches are whole', () => {
  const data = { ...axisAt(LONG, 200, { from: 39, stripBlocks: 64 }), leastType: 18 };
  const low = layoutAxis(data, { width: 1240, height: 290 });
  expect(low.names.map(({ text }) => text)).not.toContain('surprise');
  expect(low.surprise.heights).toHaveLength(0);
  expect(low.cache.lane.height).toBeGreaterThan(40);
  expect(low.local.lane.y + low.local.lane.height).toBeLessThanOrEqual(290);
  const drawn = drawnBy((ctx) => paintAxis(ctx, low, THEME));
  expect(drawn.length).toBeGreaterThan(20);
  const high = layoutAxis(data, { width: 1240, height: 360 });
  expect(high.names.map(({ text }) => text)).toContain('surprise');
  expect(high.surprise.lane.height).toBeGreaterThan(20);
});

describe('the axis', () => {
  const geometry = layoutAxis(axisAt(trace, 18), SIZE);
  const { scale } = geometry;

  it.each([
    ['the first blocks', 0, 12, 18],
    ['a part of a block', 41.37, 3.9, 171],
    ['one block', 42, 1, 170],
    ['the whole run', 0, 63, 200],
    ['the whole context', 0, 64, 250],
  ])('gives every lane the same x for a token: %s', (_, from, span, cursor) => {
    const axis = layoutAxis(axisAt(LONG, cursor, { from, span, stripBlocks: 64 }), SIZE);
    const at = axis.scale;
    const middle = tokenX(at, cursor + 0.5);
    expect(axis.playhead?.x).toBe(middle);

    // The bar of the cursor is the last that the local lane draws; surprise draws it alone, too.
    const local = bars(drawnBy((ctx) => paintLocalLane(ctx, axis.local, THEME))).at(-1) ?? [];
    expect((local[0] ?? 0) + (local[2] ?? 0) / 2).toBeCloseTo(middle, 6);
    const stacked = bars(drawnBy((ctx) => paintCache(ctx, axis.cache, THEME))).at(-1) ?? [];
    expect((stacked[0] ?? 0) + (stacked[2] ?? 0) / 2).toBeCloseTo(middle, 6);
    const surprise = bars(drawnBy((ctx) => paintSurprise(ctx, axis.surprise, THEME)));
    const middles = surprise.map(([x = 0, , width = 0]) => x + width / 2);
    expect(middles.some((x) => Math.abs(x - middle) < 1e-6)).toBe(true);

    // Labels of tokens stand in the middle of their cells; upright ones in a turned frame.
    if (axis.strip.writing !== 'none') {
      const label = drawnBy((ctx) => paintStrip(ctx, axis.strip, THEME)).find(
        ({ call, values }) => call === 'fillText' && values[0] === `t${cursor}`,
      );
      const across = axis.strip.writing === 'across';
      expect(across ? label?.values[1] : Number(label?.values[2]) - 0.5).toBeCloseTo(middle, 6);
    }

    // Steps of the staircase, brackets and arcs start and end with blocks.
    const block = Math.floor(cursor / 4);
    const staircase = drawnBy((ctx) => paintCache(ctx, axis.cache, THEME));
    const corners = staircase
      .filter(({ call }) => call === 'lineTo')
      .map(({ values }) => values[0]);
    expect(corners).toContainEqual(blockX(at, block));
    expect(axis.arcs.onTo?.x).toBe(blockMiddle(at, block));
    const ruler = drawnBy((ctx) => paintRuler(ctx, axis.ruler, THEME));
    const current = ruler.find(
      ({ call, fillStyle }) => call === 'fillRect' && fillStyle === THEME.local,
    );
    const [x = 0, , width = 0] = current ? numbers(current) : [];
    expect(x + width / 2).toBeCloseTo(blockMiddle(at, block), 6);
  });

  it('ends the flat line at the cursor, in the middle of its token', () => {
    const { xs } = geometry.cache.flat[0] ?? { xs: [] };
    expect(xs.at(-1)).toBeCloseTo(tokenX(scale, 18.5), 9);
    expect(xs).toHaveLength(19);
  });

  it('draws no arc for what the view of the maps leaves out, and says so', () => {
    const view = { ...DEFAULT_MAP_VIEW, hideFirst: true };
    const arcs = arcsData(trace, 18, { layer: 0, head: 0 }, null, view);
    const hidden = layoutAxis(axisAt(trace, 18, { arcs }), SIZE);
    expect(hidden.arcs.arcs.map((arc) => arc.block)).toEqual([1, 2]);
    const { ctx, drawn } = recordingContext();
    paintAxis(ctx, hidden, THEME);
    const texts = drawn.filter(({ call }) => call === 'fillText').map(({ values }) => values[0]);
    expect(texts).toContain(
      'block 4 is written from blocks 0–3, as block 3 saw them · first block hidden',
    );
    // What lies beside the view is added up without it.
    const row = LONG.globalRow(49, 0, 0);
    const far = arcsData(LONG, 200, { layer: 0, head: 0 }, null, view);
    const scrolled = layoutAxis(axisAt(LONG, 200, { from: 20, span: 8, arcs: far }), SIZE);
    expect(scrolled.arcs.before).toMatchObject({ first: 1, blocks: 19 });
    expect(scrolled.arcs.before.weight).toBeCloseTo(
      row.slice(1, 20).reduce((total, weight) => total + weight, 0),
      5,
    );
  });

  it('leaves small weights out until the mass is covered', () => {
    const view = { ...DEFAULT_MAP_VIEW, mass: 0.5 };
    const arcs = arcsData(trace, 18, { layer: 0, head: 0 }, null, view);
    const row = Array.from(trace.globalRow(3, 0, 0));
    const kept = layoutAxis(axisAt(trace, 18, { arcs }), SIZE).arcs;
    const shown = [...kept.arcs.map((arc) => arc.weight), ...(kept.own ? [kept.own.weight] : [])];
    expect(shown.length).toBeLessThan(row.length);
    expect(Math.min(...shown)).toBeGreaterThanOrEqual(
      Math.max(...row.filter((weight) => !shown.includes(weight))),
    );
    expect(kept.note).toBe('largest until 50 %');
  });

  it('frames the query of a cell in a map, beside its key', () => {
    const lit = { hovered: { from: 4, to: 8 }, query: { from: 12, to: 16 } };
    const both = layoutAxis(axisAt(trace, 18, lit), SIZE);
    expect(both.hovered?.x).toBe(tokenX(scale, 4));
    expect(both.query?.x).toBe(tokenX(scale, 12));
    expect(both.query?.width).toBeCloseTo(4 * scale.pitch, 6);
    expect(layoutAxis(axisAt(trace, 18), SIZE).query).toBe(null);
  });

  it('draws the arcs of row b − 1 from the middle of block b − 1, and one link on to b', () => {
    const { arcs } = geometry;
    expect(arcs.from).toEqual({ block: 3, x: blockMiddle(scale, 3) });
    expect(arcs.onTo).toEqual({ block: 4, x: blockMiddle(scale, 4) });
    expect(arcs.arcs.map((arc) => arc.block)).toEqual([0, 1, 2]);
    const row = trace.globalRow(3, 0, 0);
    expect(arcs.arcs.map((arc) => arc.weight)).toEqual([row[0], row[1], row[2]]);
    expect(arcs.own?.weight).toBe(row[3]);
  });

  it('says what a block is written from: all blocks before it, as the last of them saw them', () => {
    expect(writtenFrom(6).full).toBe('block 7 is written from blocks 0–6, as block 6 saw them');
    expect(writtenFrom(0).full).toBe('block 1 is written from block 0');
    // A phone has no room for all of it in one row, nor for the rest of it in two.
    const texts = drawnBy((ctx) =>
      paintAxis(
        ctx,
        layoutAxis(axisAt(LONG, 200, { from: 47, span: 4 }), { width: 328, height: 520 }),
        THEME,
      ),
    ).map(({ values }) => values[0]);
    expect(texts).toContain('block 50 is written from blocks 0–49');
    expect(texts).toContainEqual(expect.stringMatching(/^← \d+% on blocks 0–46$/));
  });

  it('draws every arc so that it can be seen, and a larger weight never thinner or paler', () => {
    const weights = Float32Array.from({ length: 51 }, (_, block) => (block / 50) ** 3);
    for (const [from, span] of [
      [30, 12],
      [0, 51],
    ] as const) {
      const arcs = { from: 50, weights, lit: null };
      const drawn = layoutAxis(axisAt(LONG, 204, { from, span, arcs }), SIZE).arcs.arcs;
      for (const [i, arc] of drawn.entries()) {
        const before = drawn[i - 1];
        expect(arc.lineWidth).toBeGreaterThanOrEqual(1);
        expect(arc.opacity).toBeGreaterThan(span === 12 ? 0.29 : 0.08);
        expect(arc.opacity).toBeLessThanOrEqual(1);
        if (!before) continue;
        expect(arc.lineWidth).toBeGreaterThan(before.lineWidth);
        expect(arc.opacity).toBeGreaterThan(before.opacity);
      }
    }
  });

  it('names what lies beside the view, and draws no arc to it', () => {
    const scrolled = layoutAxis(axisAt(LONG, 200, { from: 20, span: 8 }), SIZE);
    const row = LONG.globalRow(49, 0, 0);
    const sum = (from: number, to: number) =>
      row.subarray(from, to).reduce((total, weight) => total + weight, 0);
    expect(scrolled.arcs.before).toMatchObject({ first: 0, blocks: 20 });
    expect(scrolled.arcs.before.weight).toBeCloseTo(sum(0, 20), 5);
    expect(scrolled.arcs.after).toMatchObject({ first: 28, blocks: 21 });
    expect(scrolled.arcs.after.weight).toBeCloseTo(sum(28, 49), 5);
    expect(scrolled.arcs.arcs.map((arc) => arc.block)).toEqual([20, 21, 22, 23, 24, 25, 26, 27]);
  });

  it('does not add up what several heads gave at most', () => {
    const weights = new Float32Array(50).fill(0.1);
    weights[5] = 0.75;
    const arcs = { from: 49, weights, lit: 25, maximum: true };
    const most = layoutAxis(axisAt(LONG, 200, { from: 20, span: 8, arcs }), SIZE);
    expect(most.arcs.before.weight).toBe(0.75);
    const texts = drawnBy((ctx) => paintAxis(ctx, most, THEME)).map(({ values }) => values[0]);
    expect(texts).toContainEqual(
      '← up to 75% on blocks 0–19 · block 49 gave up to 10% of its attention to block 25',
    );
  });

  it('lights the arc of the block under the pointer and says its share', () => {
    const lit = layoutAxis(
      axisAt(trace, 18, { arcs: { from: 3, weights: trace.globalRow(3, 0, 0), lit: 1 } }),
      SIZE,
    );
    expect(lit.arcs.arcs.filter((arc) => arc.lit).map((arc) => arc.block)).toEqual([1]);
    const texts = drawnBy((ctx) => paintAxis(ctx, lit, THEME)).map(({ values }) => values[0]);
    expect(texts).toContainEqual(expect.stringMatching(/^block 3 gave \d+% .* to block 1$/));
  });

  it('knows pads, prompt and written tokens, what is discarded and what is empty', () => {
    const data = { ...axisAt(trace, 18).strip, discardedFrom: 22 };
    const kinds = Array.from({ length: 25 }, (_, token) => tokenKind(token, data, 4));
    expect(kinds.slice(0, 9)).toEqual(
      [...'ppp'].map(() => 'pad').concat(Array(5).fill('prompt'), 'written'),
    );
    expect(kinds.slice(21, 25)).toEqual(['written', 'discarded', 'discarded', 'empty']);
  });

  it('shows the whole run on the strip and frames what is in view', () => {
    const { run } = layoutAxis(axisAt(LONG, 200, { from: 20, span: 8, stripBlocks: 64 }), SIZE);
    const width = run.lane.width / 64;
    expect(run.view.x0).toBeCloseTo(run.lane.x + 20 * width, 9);
    expect(run.view.x1).toBeCloseTo(run.lane.x + 28 * width, 9);
    expect(run.playhead).toBeCloseTo(run.lane.x + (200.5 / 4) * width, 9);
    expect(run.written.x + run.written.width).toBeCloseTo(run.lane.x + 63 * width, 9);
  });

  it('paints without a run as well', () => {
    const strip = { ...axisAt(trace, 0).strip, length: 0, pads: 0, promptBlocks: 0, cursor: null };
    const empty = axisAt(trace, 0, { strip, arcs: null, surprise: null, cache: null });
    expect(drawnBy((ctx) => paintAxis(ctx, layoutAxis(empty, SIZE), THEME)).length).toBeGreaterThan(
      0,
    );
  });
});

describe('the lanes', () => {
  const lanesOf = (axis: AxisGeometry) => [
    axis.run.lane,
    axis.arcs.lane,
    axis.strip.lane,
    axis.ruler.lane,
    axis.surprise.lane,
    axis.legend.lane,
    axis.cache.lane,
    axis.local.lane,
  ];

  it.each([
    ['a laptop', { width: 1108, height: 339 }],
    ['a projector', { width: 1588, height: 436 }],
    ['a phone', { width: 328, height: 520 }],
    ['a full screen', { width: 1880, height: 1000 }],
  ])('stand one under the other and fill the figure on %s', (_, size) => {
    const lanes = lanesOf(layoutAxis(axisAt(trace, 18), size));
    for (const [i, lane] of lanes.entries()) {
      expect(lane.height).toBeGreaterThanOrEqual(14);
      if (i > 0)
        expect(lane.y).toBeGreaterThanOrEqual((lanes[i - 1]?.y ?? 0) + (lanes[i - 1]?.height ?? 0));
    }
    const last = lanes.at(-1);
    const end = (last?.y ?? 0) + (last?.height ?? 0);
    expect(end).toBeLessThanOrEqual(size.height);
    expect(end).toBeGreaterThan(size.height - 12);
  });

  it.each([
    ['a laptop', { width: 1108, height: 339 }, 95],
    ['a projector', { width: 1588, height: 436 }, 120],
    ['a phone', { width: 328, height: 520 }, 120],
  ])('leave the cache room for its staircase on %s', (_, size, least) => {
    const { cache, local, arcs } = layoutAxis(axisAt(trace, 18), size);
    expect(cache.lane.height).toBeGreaterThanOrEqual(least);
    expect(local.lane.height).toBeGreaterThanOrEqual(18);
    expect(arcs.lane.height).toBeGreaterThanOrEqual(44);
  });

  it('give the height of tokens that cannot be written to arcs and caches', () => {
    const size = { width: 1108, height: 339 };
    const near = layoutAxis(axisAt(LONG, 200, { from: 40, span: 12 }), size);
    const far = layoutAxis(axisAt(LONG, 200, { from: 0, span: 63 }), size);
    expect(far.strip.lane.height).toBeLessThan(near.strip.lane.height / 2);
    expect(far.arcs.lane.height).toBeGreaterThan(near.arcs.lane.height);
    expect(far.cache.lane.height).toBeGreaterThan(near.cache.lane.height + 15);
  });

  it('have larger type on a larger figure, never below 12', () => {
    expect(axisType({ width: 328, height: 520 })).toBe(12);
    expect(axisType({ width: 1108, height: 339 })).toBe(12);
    expect(axisType({ width: 1588, height: 436 })).toBeGreaterThanOrEqual(14);
    expect(axisType({ width: 1880, height: 1000 })).toBeGreaterThanOrEqual(18);
  });

  it('keep words and the line at the cursor apart', () => {
    const { playhead, ruler, legend, names, type } = layoutAxis(axisAt(trace, 18), {
      width: 328,
      height: 520,
    });
    for (const { y0, y1 } of playhead?.parts ?? []) {
      expect(
        y0 >= ruler.lane.y + ruler.lane.height || y1 <= ruler.lane.y + ruler.lane.height - type,
      ).toBe(true);
      expect(y1 <= legend.lane.y || y0 >= legend.lane.y + legend.lane.height).toBe(true);
      for (const name of names) expect(name.y <= y0 || name.y >= y1).toBe(true);
    }
  });
});

describe('tokens', () => {
  const at = (pitch: number) => axisScale(0, 1014 / (4 * pitch), 4, 1014, 90);

  it('are written upright from 12.5 pixels on, block by block on lines from 40 a block on', () => {
    const kinds = [80, 72, 71, 21, 13.3, 12.5, 12.4, 10, 9.8, 4].map((pitch) =>
      writingOf(at(pitch), 12),
    );
    expect(kinds).toEqual([
      'across',
      'across',
      'upright',
      'upright',
      'upright',
      'upright',
      'lines',
      'lines',
      'none',
      'none',
    ]);
    expect(stripHeight(at(4), 12)).toBeLessThan(20);
    expect(stripHeight(at(11), 12)).toBe(stripHeight(at(21), 12));
  });

  it('on lines stand in their block, one under the other, and the cursor frames its line', () => {
    const axis = layoutAxis(axisAt(LONG, 82, { from: 0, span: 22, stripBlocks: 64 }), {
      width: 1108,
      height: 339,
    });
    const { strip, scale } = axis;
    expect(strip.writing).toBe('lines');
    const texts = drawnBy((ctx) => paintStrip(ctx, strip, THEME)).filter(
      ({ call }) => call === 'fillText',
    );
    for (const token of [80, 81, 82, 83]) {
      const cell = tokenCell(strip, token);
      expect([cell.x, cell.width]).toEqual([blockX(scale, 20), 4 * scale.pitch]);
      const text = texts.find(({ values }) => values[0] === `t${token}`);
      expect(text?.fillStyle === THEME.now).toBe(token === 82);
      expect(Number(text?.values[2])).toBeGreaterThan(cell.y);
      expect(Number(text?.values[2])).toBeLessThan(cell.y + cell.height);
      expect(cell.height).toBeGreaterThanOrEqual(12);
    }
    expect(axis.playhead?.frame).toEqual(tokenCell(strip, 82));
    const cut = texts.map(({ values }) => String(values[0]).length * 12 * 0.61);
    expect(Math.max(...cut)).toBeLessThanOrEqual(4 * scale.pitch);
  });

  it('share lines where a block has more of them than lines fit', () => {
    const scale = axisScale(0, 12, 8, 1014, 90);
    const strip = { ...axisAt(LONG, 82).strip, length: 96 };
    const one = layoutStrip(strip, scale, { x: 90, y: 0, width: 1014, height: 65 }, 12);
    expect(one.lines).toBe(4);
    expect(tokenCell(one, 1)).toEqual(tokenCell(one, 0));
    expect(tokenCell(one, 2).y).toBeGreaterThan(tokenCell(one, 1).y);
    const texts = drawnBy((ctx) => paintStrip(ctx, one, THEME)).map(({ values }) => values[0]);
    expect(texts).toContain('t0t1');
  });
});

describe('a place on the axis', () => {
  it.each([
    [3, 12],
    [41.37, 3.9],
    [0, 256],
  ])('is the token whose cell it lies in, from block %d on', (from, span) => {
    const scale = axisScale(from, span, 4, 960, 40);
    const view = tokensInView(scale);
    for (let token = view.from; token < view.to; token++) {
      expect(tokenAt(scale, tokenX(scale, token + 0.01))).toBe(token);
      expect(tokenAt(scale, tokenX(scale, token + 0.99))).toBe(token);
      expect(blockAt(scale, tokenX(scale, token))).toBeCloseTo(token / 4, 9);
    }
  });

  it('has in view what the edges cut, and no more', () => {
    expect(tokensInView(axisScale(3, 12, 4, 960))).toEqual({ from: 12, to: 60 });
    expect(tokensInView(axisScale(3.1, 12, 4, 960))).toEqual({ from: 12, to: 61 });
    // 0.1 + 0.2 and its like must not add a token.
    expect(tokensInView(axisScale(0.1 + 0.2 - 0.3, 1 / 3 + 2 / 3, 4, 960))).toEqual({
      from: 0,
      to: 4,
    });
  });
});

describe('what fits', () => {
  it('is twelve blocks on a laptop and at least four anywhere', () => {
    expect(legibleBlocks(1014, 4)).toBe(12);
    expect(legibleBlocks(328, 4)).toBe(4);
    expect(legibleBlocks(4000, 4)).toBe(12);
  });

  it('has round steps', () => {
    expect([0.3, 1, 1.1, 3, 7, 12, 21, 51, 101].map(roundStep)).toEqual([
      1, 1, 2, 5, 10, 20, 50, 100, 200,
    ]);
  });
});
