import { describe, expect, it } from 'vitest';
import { laneTotals, tokenFigures } from '@/lib/compare/figures';
import { padsOf, promptTokensOf, textTokensOf } from '@/lib/compare/text-trace';
import type { LaneTrace } from '@/lib/compare/types';
import { axisScale, tokenX } from '@/lib/draw/axis-scale';
import { type CompareAxisData, layoutCompareAxis, paintCompareAxis } from '@/lib/draw/compare-axis';
import { layoutBytes, paintBytes } from '@/lib/draw/compare-bytes';
import { bytesAt, compareLane, firstPlace, SurpriseReader, shapeAt } from '@/lib/draw/compare-lane';
import { layoutShape, paintShape, shapeHeight, shapeUnit } from '@/lib/draw/compare-shape';
import { layoutDifference, layoutSurprisePair } from '@/lib/draw/compare-surprise';
import { LEAST, legibleTokens, nearView, wholeView } from '@/lib/draw/compare-view';
import { blindGuess } from '@/lib/draw/surprise-lane';
import { bytesPerGlobalPosition, bytesPerLocalPosition } from '@/lib/model/cost';
import { TraceRecorder } from '@/lib/trace/recorder';
import { Trace } from '@/lib/trace/trace';
import { blockTrace, flatTrace, traceOfLength } from '../compare/traces';
import { header, PAD } from '../trace/synthetic';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const block = blockTrace();
const flat = flatTrace();
const LANE = { x: 100, y: 0, width: 600, height: 90 };
const SCALE = axisScale(0, 20, 1, 600, 100);

/** Every text token of a lane that was written, and some of the prompt. */
const tokensOf = (trace: LaneTrace) => Array.from({ length: textTokensOf(trace) }, (_, i) => i);

describe('the cells of a cache', () => {
  it.each([
    ['block', block],
    ['blocks of 1', traceOfLength(1)],
    ['blocks of 2', traceOfLength(2)],
    ['blocks of 8', traceOfLength(8)],
    ['flat', flat],
  ] as const)('are as many as the counted bytes, at every token (%s)', (_, trace) => {
    for (const token of tokensOf(trace)) {
      const { heldBytes, localBytes, heldPositions } = tokenFigures(trace, token);
      const [growing, local] = shapeAt(trace, token).bands;
      expect(growing?.positions).toHaveLength(heldPositions);
      expect(
        (growing?.positions.length ?? 0) * (growing?.layers ?? 0) * (growing?.bytes ?? 0),
      ).toBe(heldBytes);
      const window = (local?.positions.length ?? 0) * (local?.layers ?? 0) * (local?.bytes ?? 0);
      expect(window).toBe(localBytes);
    }
  });

  it('stand at the text tokens that they are of', () => {
    const pads = padsOf(block);
    const first = promptTokensOf(block);
    // Slot 1 of the first written block: the prompt's blocks are held, the prefixes and slot 0 are in the window.
    const [global, local] = shapeAt(block, first + 1).bands;
    expect(global?.positions).toEqual([3 - pads, 7 - pads]);
    expect(local?.positions).toEqual([first - 2, first - 1, first]);
    expect(local?.never).toBe(first);
    const [all] = shapeAt(flat, 9).bands;
    expect(all?.positions).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('are read every token in a flat model, once a block in a block decoder, and not for the prompt', () => {
    const first = promptTokensOf(block);
    const read = (trace: LaneTrace, token: number) =>
      shapeAt(trace, token).bands.map((b) => b.read);
    expect(read(block, first)).toEqual([true, true]);
    expect(read(block, first + 1)).toEqual([false, true]);
    expect(read(block, first - 1)).toEqual([false, false]);
    expect(read(flat, promptTokensOf(flat) + 1)).toEqual([true]);
  });

  it('have the same area a byte in both lanes', () => {
    const shapes = [shapeAt(block, 11), shapeAt(flat, 11)];
    const unit = shapeUnit(shapes, 60);
    expect(Math.max(...shapes.map((shape) => shapeHeight(shape, unit)))).toBeLessThanOrEqual(60);
    const areas = shapes.map((shape, i) => {
      const trace = i === 0 ? block : flat;
      const { bands } = layoutShape(shape, SCALE, LANE, unit, 12);
      const area = bands.reduce(
        (sum, { xs, layers, rowHeight }) => sum + xs.length * layers * rowHeight * SCALE.pitch,
        0,
      );
      const { held, local } = bytesAt(trace, 11);
      return area / (held + local);
    });
    expect(areas[0]).toBeCloseTo(areas[1] ?? Number.NaN, 9);
  });

  it('are painted one for each layer and position, in the colour of their decoder', () => {
    const { ctx, drawn } = recordingContext();
    const shape = shapeAt(block, promptTokensOf(block) + 2);
    paintShape(ctx, layoutShape(shape, SCALE, LANE, shapeUnit([shape], 60), 12), THEME);
    const cells = drawn.filter(({ call }) => call === 'rect');
    const fills = drawn.filter(({ call }) => call === 'fill').map(({ fillStyle }) => fillStyle);
    const [global, local] = shape.bands;
    const counted =
      (global?.positions.length ?? 0) * (global?.layers ?? 0) +
      (local?.positions.length ?? 0) * (local?.layers ?? 0);
    // One more rectangle clips the hatch of the prompt.
    expect(cells).toHaveLength(counted + 1);
    expect(fills).toEqual([THEME.global, THEME.local]);
  });
});

describe('the bytes of both caches', () => {
  const lanes = [block, flat].map((trace) => ({
    name: trace.header.model.id,
    kind: trace instanceof Trace ? ('block' as const) : ('flat' as const),
    dashed: false,
    length: textTokensOf(trace),
    at: (token: number) => bytesAt(trace, token),
  }));
  const geometry = layoutBytes(lanes, 11, SCALE, LANE, 12);
  const bytesOf = (y: number | undefined) =>
    (1 - ((y ?? Number.NaN) - geometry.plot.y) / geometry.plot.height) * geometry.top;

  it('are drawn as they were counted, at one scale', () => {
    for (const [i, trace] of [block, flat].entries()) {
      const line = geometry.lines[i];
      for (let token = 0; token <= 11; token++) {
        const { heldBytes, localBytes } = tokenFigures(trace, token);
        expect(bytesOf(line?.held[token])).toBeCloseTo(heldBytes, 6);
        expect(bytesOf(line?.all[token])).toBeCloseTo(heldBytes + localBytes, 6);
      }
      // Nothing behind the cursor.
      expect(line?.held).toHaveLength(12);
    }
  });

  it('have names at their ends, one over the other and over every line where they stand before the cursor', () => {
    // Zoomed in so far that behind the cursor there is no room.
    const close = layoutBytes(lanes, 11, axisScale(0, 12, 1, 600, 100), LANE, 12);
    const labels = close.lines.map(({ label }) => label);
    const rows = labels.flatMap((label) => (label ? [label.y] : []));
    expect(rows).toHaveLength(2);
    expect(Math.abs((rows[0] ?? 0) - (rows[1] ?? 0))).toBeGreaterThanOrEqual(12);
    for (const label of labels) {
      expect(label?.right).toBe(false);
      expect(label?.y).toBeGreaterThanOrEqual(LANE.y + 6);
      // Both lines are highest at the cursor.
      for (const { all } of close.lines) expect((label?.y ?? 0) + 6).toBeLessThan(all[11] ?? 0);
    }
  });

  it('are named at the ends of their lines, no name over another, and both lines show at one height', () => {
    const twins = ['first', 'second'].map((name) => ({
      name,
      kind: name === 'first' ? ('flat' as const) : ('block' as const),
      dashed: false,
      length: 20,
      at: () => ({ held: 4096, local: 0 }),
    }));
    for (const cursor of [3, 19]) {
      const { lines, type } = layoutBytes(twins, cursor, SCALE, LANE, 12);
      const [a, b] = lines.map(({ label }) => label?.y ?? Number.NaN);
      expect(Math.abs((a ?? 0) - (b ?? 0))).toBeGreaterThanOrEqual(type);
      // Before the cursor both stand over the lines.
      const line = lines[0]?.all.at(-1) ?? Number.NaN;
      if (cursor === 19) expect(Math.max(a ?? 0, b ?? 0)).toBeLessThan(line);
      const { ctx, drawn } = recordingContext();
      paintBytes(ctx, layoutBytes(twins, cursor, SCALE, LANE, 12), THEME);
      // The staircase first, then the dashes over it.
      const strokes = drawn.filter(({ call }) => call === 'stroke').map((one) => one.strokeStyle);
      expect(strokes.slice(-2)).toEqual([THEME.global, THEME.flat]);
      const dashes = drawn
        .filter(({ call }) => call === 'setLineDash')
        .map(({ values }) => values[0]);
      expect(dashes).toEqual([[], [], [6, 4], []]);
    }
  });

  it('make a staircase of one slot a block and a line of one position a token', () => {
    const held = (trace: LaneTrace) => tokensOf(trace).map((token) => bytesAt(trace, token).held);
    const rises = (bytes: number[]) => bytes.slice(1).map((value, i) => value - (bytes[i] ?? 0));
    const L = block.dims.blockLength;
    for (const [i, rise] of rises(held(block)).entries()) {
      const border = (i + 1 + padsOf(block)) % L === 0;
      expect(rise).toBe(border ? bytesPerGlobalPosition(block.dims) : 0);
    }
    expect(new Set(rises(held(flat)))).toEqual(new Set([bytesPerGlobalPosition(flat.dims)]));
  });

  it('saw the window up to its peak and drop it at each block', () => {
    const first = promptTokensOf(block);
    const windows = tokensOf(block)
      .filter((token) => token >= first)
      .map((token) => bytesAt(block, token).local / bytesPerLocalPosition(block.dims));
    expect(windows).toEqual([2, 3, 4, 5, 2, 3, 4, 5]);
    expect(bytesAt(block, first - 1).local).toBe(0);
  });
});

describe('surprise', () => {
  const reader = new SurpriseReader();
  reader.begin();
  const laneOf = (trace: LaneTrace) => ({
    length: textTokensOf(trace),
    bits: (token: number) => reader.bits(trace, token),
  });
  const top = blindGuess(flat.dims.vocabulary);

  it('is drawn as the figures have it: up for the upper lane, down for the lower', () => {
    const pair = layoutSurprisePair(
      laneOf(block),
      laneOf(flat),
      flat.dims.vocabulary,
      10,
      SCALE,
      LANE,
    );
    const room = LANE.height / 2 - 1;
    for (const [i, trace] of [block, flat].entries()) {
      for (const token of tokensOf(trace)) {
        const { surprise } = tokenFigures(trace, token);
        const height = pair.bars[i]?.heights[token];
        if (surprise === null) expect(height).toBeNaN();
        else {
          const shown = (Math.min(surprise, top) * room) / top;
          expect(height).toBeCloseTo(i === 0 ? shown : -shown, 4);
        }
      }
    }
  });

  it('is subtracted token by token, upper less lower', () => {
    const difference = layoutDifference(
      laneOf(block),
      laneOf(flat),
      flat.dims.vocabulary,
      10,
      SCALE,
      LANE,
    );
    const token = 11;
    const bits = (trace: LaneTrace) => tokenFigures(trace, token).surprise ?? Number.NaN;
    const expected = ((bits(block) - bits(flat)) * (LANE.height / 2 - 1)) / top;
    expect(difference.bars[0]?.heights[token]).toBeCloseTo(expected, 4);
  });

  it('of a long text is read a part at a time, and says so', () => {
    const few = new SurpriseReader(3);
    few.begin();
    const first = promptTokensOf(flat);
    const read = () => tokensOf(flat).filter((token) => !Number.isNaN(few.bits(flat, token)));
    expect(read()).toEqual([first, first + 1, first + 2]);
    expect(few.pending).toBe(true);
    few.begin();
    expect(read()).toHaveLength(6);
    expect(laneTotals(flat, first).surprise).toBeCloseTo(few.bits(flat, first), 6);
  });
});

describe('the view', () => {
  const bounds = { first: 0, length: 81, growing: false, context: 1024, cursor: 40 };

  it('shows a whole text that has ended as it is, one that grows with room to grow', () => {
    expect(wholeView(bounds)).toEqual({ from: 0, tokens: 81 });
    expect(wholeView({ ...bounds, growing: true })).toEqual({ from: 0, tokens: 96 });
    expect(wholeView({ ...bounds, length: 5 })).toEqual({ from: 0, tokens: LEAST });
    expect(wholeView({ ...bounds, length: 1020, growing: true, context: 1024 }).tokens).toBe(1024);
  });

  it('stays where it is while the cursor is in it, and moves on when it is not', () => {
    const far = { ...bounds, length: 500, cursor: 200 };
    const view = nearView(far, 60, { from: 0, tokens: 60 });
    expect(view.from).toBeGreaterThan(0);
    expect(far.cursor).toBeGreaterThanOrEqual(view.from);
    expect(far.cursor).toBeLessThan(view.from + 60);
    expect(nearView({ ...far, cursor: view.from }, 60, view)).toEqual(view);
    expect(nearView({ ...far, cursor: view.from - 1 }, 60, view)).not.toEqual(view);
    expect(nearView({ ...far, cursor: 499 }, 60, view)).toEqual({ from: 440, tokens: 60 });
    expect(nearView({ ...far, cursor: 0 }, 60, view)).toEqual({ from: 0, tokens: 60 });
  });

  it('begins before the text where prefixes lie there', () => {
    expect(firstPlace([block, flat])).toBe(0);
    const short = new TraceRecorder(header(), { tokens: [PAD, PAD, PAD, 2], pads: 3 });
    expect(firstPlace([short.trace])).toBe(-1);
  });

  it('has room for tokens of its own type', () => {
    expect(legibleTokens(1000, 12)).toBe(79);
  });
});

describe('the axis', () => {
  const laneAt = (trace: LaneTrace, cursor: number) => {
    const surprises = new SurpriseReader();
    surprises.begin();
    return compareLane(
      { model: trace.header.model.id, trace, givenBy: null },
      cursor,
      (id) => `t${id}`,
      surprises,
    );
  };
  const dataAt = (cursor: number): CompareAxisData => ({
    upper: laneAt(block, cursor),
    lower: laneAt(flat, cursor),
    cursor,
    from: 0,
    tokens: 32,
    vocabulary: flat.dims.vocabulary,
    reading: false,
    sameText: false,
    pointed: null,
  });

  it('puts the same text token of both lanes at the same place', () => {
    const { lanes, scale, playhead } = layoutCompareAxis(dataAt(11), { width: 1100, height: 420 });
    const [upper, lower] = lanes;
    expect(upper?.frame?.x).toBeCloseTo(tokenX(scale, 11), 6);
    expect(lower?.frame?.x).toBeCloseTo(tokenX(scale, 11), 6);
    expect(playhead?.x).toBeCloseTo(tokenX(scale, 11.5), 6);
    // Block borders lie where the pads put them.
    const pads = padsOf(block);
    expect(upper?.blocks[1]?.x0).toBeCloseTo(tokenX(scale, 4 - pads), 6);
  });

  it.each([1, 2, 8])(
    'brackets the blocks of two lanes of different lengths: %i beside 4',
    (length) => {
      const lane = laneAt(traceOfLength(length), 7);
      const { lanes, scale } = layoutCompareAxis(
        { ...dataAt(7), lower: lane },
        { width: 1100, height: 420 },
      );
      const pads = (length - (5 % length)) % length;
      for (const [i, width, before] of [
        [0, 4, 3],
        [1, length, pads],
      ] as const) {
        const now = lanes[i]?.blocks.filter((block) => block.now) ?? [];
        expect(now).toHaveLength(1);
        const start = Math.floor((7 + before) / width) * width - before;
        expect(now[0]?.x0).toBeCloseTo(tokenX(scale, start), 6);
        expect(now[0]?.x1).toBeCloseTo(tokenX(scale, start + width), 6);
      }
    },
  );

  it('shows no cursor in a lane whose text has ended before it, and its last cells', () => {
    const beyond = textTokensOf(flat);
    const { lanes } = layoutCompareAxis(dataAt(beyond), { width: 1100, height: 420 });
    expect(lanes[1]?.frame).toBeNull();
    expect(lanes[1]?.shape.bands[0]?.xs).toHaveLength(textTokensOf(flat) - 1);
  });

  it.each([
    [1100, 420],
    [1100, 340],
    [1500, 560],
    [328, 480],
  ])('fits into %i × %i without lanes over each other', (width, height) => {
    for (const sameText of [false, true]) {
      const reading = sameText;
      const g = layoutCompareAxis({ ...dataAt(11), sameText, reading }, { width, height });
      const rects = [
        g.lanes[0]?.shape.lane,
        g.lanes[0]?.strip.lane,
        g.ruler.lane,
        g.lanes[1]?.strip.lane,
        g.lanes[1]?.shape.lane,
        g.bytes.lane,
        g.surprise.lane,
        ...(g.difference ? [g.difference.lane] : []),
      ];
      let y = 0;
      for (const rect of rects) {
        expect(rect?.y).toBeGreaterThanOrEqual(y);
        expect(rect?.height).toBeGreaterThan(4);
        y = (rect?.y ?? 0) + (rect?.height ?? 0);
      }
      expect(y).toBeLessThanOrEqual(height);
      expect(g.difference !== null).toBe(sameText);
    }
  });

  it('paints an empty page with what it will show', () => {
    const { ctx, drawn } = recordingContext();
    const empty = { ...dataAt(11), upper: null, lower: null, cursor: null };
    paintCompareAxis(ctx, layoutCompareAxis(empty, { width: 1100, height: 420 }), THEME);
    const words = drawn.filter(({ call }) => call === 'fillText').map(({ values }) => values[0]);
    expect(words).toContain('both caches in bytes, at one scale');
  });
});
