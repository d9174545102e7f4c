import { describe, expect, it } from 'vitest';
import {
  layoutTiles,
  moveTile,
  paintTiles,
  type TileCell,
  type TilesData,
  tileAt,
  tileValue,
} from '@/lib/draw/flow-tiles';
import { rampIndex } from '@/lib/draw/theme';
import { recorded } from '../trace/synthetic';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const { trace } = recorded(2, 3);
const SIZE = { width: 500, height: 300 };

/** Row 3 of the global map in 2 layers of 3 heads, one under the other. */
const ROWS: TilesData = {
  layers: 2,
  heads: 3,
  rows: 1,
  columns: 4,
  known: 1,
  values: (layer, head) => trace.globalRow(3, layer, head),
  visible: () => true,
  scale: 'sqrt',
  current: null,
};

/** The local maps of block 3 while slot 1 is chosen. */
const MAPS: TilesData = {
  layers: 1,
  heads: 3,
  rows: 5,
  columns: 5,
  known: 3,
  values: (layer, head) => trace.localMap(3, layer, head) ?? new Float32Array(0),
  visible: (row, column) => column <= row,
  scale: 'sqrt',
  current: 2,
};

const rows = layoutTiles(ROWS, SIZE, { perLine: 1, maxCell: 30, square: false });
const maps = layoutTiles(MAPS, SIZE, { perLine: 3, maxCell: 20, square: true });

describe('the weights of all heads', () => {
  it('lie inside the drawing, no tile on another', () => {
    for (const { tiles } of [rows, maps]) {
      const boxes = tiles.map(({ rect }) => rect);
      boxes.forEach((a, i) => {
        expect(a.x + a.width).toBeLessThanOrEqual(SIZE.width);
        expect(a.y + a.height).toBeLessThanOrEqual(SIZE.height);
        for (const b of boxes.slice(i + 1)) {
          const apart =
            a.x + a.width <= b.x ||
            b.x + b.width <= a.x ||
            a.y + a.height <= b.y ||
            b.y + b.height <= a.y;
          expect(apart).toBe(true);
        }
      });
    }
  });

  it('are painted in the colour of the tensor’s own numbers', () => {
    const { ctx, drawn } = recordingContext();
    paintTiles(ctx, rows, { selected: null, shown: null }, THEME, THEME.globalRamp);
    const cells = drawn.filter(({ call }) => call === 'fillRect').map((one) => one.fillStyle);
    const expected = [0, 1].flatMap((layer) =>
      [0, 1, 2].flatMap((head) =>
        Array.from(
          trace.globalRow(3, layer, head),
          (weight) => THEME.globalRamp.css[rampIndex(weight)],
        ),
      ),
    );
    expect(cells).toEqual(expected);
  });

  it('give the value under a point, and none for a row that the cursor has not reached', () => {
    for (const geometry of [rows, maps]) {
      for (const { rect, layer, head } of geometry.tiles) {
        const x = rect.x + 0.5 * geometry.cellWidth;
        const cell = tileAt(geometry, x, rect.y + 0.5 * geometry.cellHeight);
        expect(cell).toEqual({ layer, head, row: 0, column: 0 });
      }
    }
    const first = maps.tiles[0]?.rect ?? { x: 0, y: 0, width: 0, height: 0 };
    expect(tileAt(maps, first.x + 2, first.y + 3.5 * maps.cellHeight)).toBeNull();
    const cell = { layer: 0, head: 1, row: 2, column: 1 };
    expect(tileValue(maps, cell)).toBe(trace.localMap(3, 0, 1)?.[11]);
    expect(tileValue(maps, { ...cell, column: 3 })).toBeNaN();
  });

  it('are walked by arrow keys, over the border of one head into the next', () => {
    const walk = (geometry: typeof rows, ...steps: [number, number][]) =>
      steps.reduce<TileCell | null>((at, step) => moveTile(geometry, at, ...step), null);
    expect(walk(rows, [0, 1])).toEqual({ layer: 0, head: 0, row: 0, column: 0 });
    const down: [number, number] = [1, 0];
    expect(walk(rows, down, down, down, down)).toEqual({ layer: 1, head: 0, row: 0, column: 0 });
    const right: [number, number] = [0, 1];
    expect(walk(maps, right, right, right, right, right, right)).toEqual({
      layer: 0,
      head: 1,
      row: 2,
      column: 0,
    });
    // At the edge it stays.
    expect(walk(maps, down, down, down)?.row).toBe(2);
  });
});
