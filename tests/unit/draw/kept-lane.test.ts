import { describe, expect, test } from 'vitest';
import { tokenFigures } from '@/lib/compare/figures';
import { layoutMap } from '@/lib/draw/attention-map';
import { fillPixels, paintMap } from '@/lib/draw/attention-paint';
import { axisScale } from '@/lib/draw/axis-scale';
import { binnedMap, type Triangle } from '@/lib/draw/binned-map';
import { layoutBytes } from '@/lib/draw/compare-bytes';
import { bytesAt, compareLane, SurpriseReader, shapeAt } from '@/lib/draw/compare-lane';
import { layoutShape, paintShape, shapeUnit } from '@/lib/draw/compare-shape';
import type { LiveMethod } from '@/lib/methods-live/types';
import { flatWeights } from '@/lib/trace/flat-heads';
import { FlatRecorder } from '@/lib/trace/flat-recorder';
import { hideUnseen } from '@/lib/trace/flat-seen';
import type { FlatTrace } from '@/lib/trace/flat-trace';
import { FLAT_DIMS, flatHeader, flatPrefill, flatPrompt, flatStep } from '../trace/flat-synthetic';
import { held, keptRow } from '../trace/kept-synthetic';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const LANE = { x: 100, y: 0, width: 600, height: 90 };
const SCALE = axisScale(0, 20, 1, 600, 100);

/** A prompt of four tokens, then a row that saw all of it, one that saw less, one whose heads differ. */
function kept(
  cache: LiveMethod = { id: 'keyformer', cache: 0.5, recent: 0.3, seed: 1, steps: 3 },
): FlatTrace {
  const recorder = new FlatRecorder({ ...flatHeader(), cache }, flatPrompt(4));
  recorder.appendPrefill(flatPrefill(3));
  const all = held(0, 1, 2, 3);
  const heads = { count: 2, positions: Int32Array.of(0, 5, 1, 5, 1, 5), perHead: true };
  const rows = [
    [all, all],
    [held(0, 3, 4), held(1, 2, 4)],
    [held(3, 4, 5), heads],
  ];
  rows.forEach((layers, i) => {
    const row = 3 + i;
    recorder.appendStep({ ...flatStep(row, [2]), kept: keptRow(row, layers, FLAT_DIMS) });
  });
  return recorder.trace;
}

describe('the cells of a changed cache', () => {
  const trace = kept();
  const areaOf = (token: number, of = trace) => {
    const shape = shapeAt(of, token);
    const unit = shapeUnit([shape], 60);
    const { bands } = layoutShape(shape, SCALE, LANE, unit, 12);
    const area = bands.reduce(
      (sum, { xs, layers, rowHeight, shares }) =>
        sum +
        rowHeight *
          (shares ? shares.reduce((total, share) => total + share, 0) : xs.length * layers),
      0,
    );
    return area / unit;
  };

  test('have as much area as the row had bytes, at every token', () => {
    for (let token = 0; token < 7; token++)
      expect(areaOf(token)).toBeCloseTo(tokenFigures(trace, token).heldBytes, 9);
    const lorc = kept({ id: 'lorc', ranks: { keys: [2, 3], values: [4, 3] } });
    // Codes of ranks 2 + 4 and 3 + 3 of twice 6: half of each cell.
    expect(areaOf(3, lorc)).toBeCloseTo(3 * (2 * 4 * 6), 9);
  });

  test('lie at the positions that each layer kept, in part where some heads did', () => {
    const [band] = shapeAt(trace, 6).bands;
    const shares = [0, 1].map((layer) => [0, 1, 2, 3, 4, 5].map((i) => band?.share?.(layer, i)));
    expect(shares).toEqual([
      [0, 0, 0, 1, 1, 1],
      [1 / 3, 2 / 3, 0, 0, 0, 1],
    ]);
    expect(band).toMatchObject({ name: 'Keyformer', passed: 6, read: true });
  });

  test('are painted where something is kept; all else that was there is hatched', () => {
    const { ctx, drawn } = recordingContext();
    const shape = shapeAt(trace, 6);
    paintShape(ctx, layoutShape(shape, SCALE, LANE, shapeUnit([shape], 60), 12), THEME);
    const fills = drawn.filter(({ call }) => call === 'fill').map(({ fillStyle }) => fillStyle);
    expect(fills).toEqual([THEME.panel, THEME.flat]);
    // Six cells, each on its ground, and the clip of the hatch.
    expect(drawn.filter(({ call }) => call === 'rect')).toHaveLength(1 + 2 * 6);
  });

  test('are named by the cache, which is what bytes are called by', () => {
    const lane = compareLane(
      { model: 'flat-test', trace, givenBy: null },
      6,
      String,
      new SurpriseReader(),
    );
    expect(lane.cache).toBe('Keyformer');
    const bytes = { name: 'one', kind: 'flat', dashed: false, ...lane.bytes } as const;
    const geometry = layoutBytes([bytes], 6, SCALE, LANE, 12);
    // What is drawn is what was held, and the scale has room for the most of it.
    const most = Math.max(...[0, 1, 2, 3, 4, 5, 6].map((token) => bytesAt(trace, token).held));
    expect(lane.bytes.peak?.(20)).toBe(most);
    expect(lane.bytes.peak?.(2)).toBe(bytesAt(trace, 1).held);
    expect(geometry.top).toBeGreaterThanOrEqual(most);
    const drawn = [...(geometry.lines[0]?.held ?? [])].map(
      (y) => (1 - (y - geometry.plot.y) / geometry.plot.height) * geometry.top,
    );
    drawn.forEach((value, token) => {
      expect(value).toBeCloseTo(tokenFigures(trace, token).heldBytes, 6);
    });
  });
});

describe('the map of a changed cache', () => {
  const trace = kept();
  const choice = { layer: 1, head: 0 } as const;
  const triangle: Triangle = {
    owner: trace,
    choice,
    size: 6,
    rows: 6,
    row: (row) => hideUnseen(trace, row, choice, flatWeights(trace, row, choice)),
    rowLabel: String,
    columnLabel: String,
  };
  const options = { gutter: 30, margin: 2, header: 16, minCell: 1, maxCell: 26, numbers: false };
  const layout = (bin: number, side: number) =>
    layoutMap(binnedMap(triangle, bin), { width: side, height: side }, options);

  test('has no weight where the row saw nothing, and the weights themselves elsewhere', () => {
    expect([...triangle.row(5)].map(Number.isNaN)).toEqual([false, true, true, true, true, false]);
    expect(triangle.row(5)[0]).toBe(trace.row(5, 1, 0)[0]);
    expect(triangle.row(2)).toEqual(trace.row(2, 1, 0));
  });

  test('hatches what was dropped, cell by cell, neighbours as one', () => {
    const { ctx, drawn } = recordingContext();
    const geometry = layout(1, 200);
    paintMap(ctx, geometry, THEME, THEME.flatRamp);
    const { cell, square } = geometry;
    const hatched = drawn
      .slice(
        0,
        drawn.findIndex(({ call }) => call === 'clip'),
      )
      .filter(({ call }) => call === 'rect');
    // Row 4 saw 1, 2 and 4; row 5 in this head 0 and 5.
    expect(hatched.map(({ values }) => values)).toEqual(
      [
        [0, 4, 1],
        [3, 4, 1],
        [1, 5, 4],
      ].map(([from = 0, row = 0, count = 0]) => [
        square.x + from * cell,
        square.y + row * cell,
        count * cell,
        cell,
      ]),
    );
  });

  test('leaves small cells of it empty, so that hatch is seen through', () => {
    const geometry = layout(1, 48);
    const pixels = new Uint8ClampedArray(6 * 6 * 4);
    fillPixels(pixels, geometry, THEME.flatRamp, [0, 0, 0]);
    const alpha = (row: number) => [0, 1, 2, 3, 4, 5].map((i) => pixels[(row * 6 + i) * 4 + 3]);
    expect(alpha(5)).toEqual([255, 0, 0, 0, 0, 255]);
    expect(alpha(2)).toEqual([255, 255, 255, 0, 0, 0]);
  });

  test('joins cells by what was seen: dropped only where all of it was', () => {
    const { weights } = binnedMap(triangle, 2).row(2);
    // Rows 4 and 5 over pairs of keys: 1 of the first pair was seen by row 4, 2 of the second.
    expect(weights[0]).toBe(Math.max(trace.row(4, 1, 0)[1] ?? 0, trace.row(5, 1, 0)[0] ?? 0));
    expect(weights[1]).toBe(trace.row(4, 1, 0)[2]);
    const last = trace.row(5, 1, 0)[5] ?? 0;
    expect(weights[2]).toBe(Math.max(trace.row(4, 1, 0)[4] ?? 0, last));
    const alone = {
      ...triangle,
      owner: {},
      rows: 6,
      row: (row: number) => new Float32Array(row + 1).fill(Number.NaN),
    };
    expect([...binnedMap(alone, 2).row(2).weights].every(Number.isNaN)).toBe(true);
  });
});
