import { describe, expect, it } from 'vitest';
import { globalMapData, localMapData } from '@/lib/draw/attention-data';
import {
  cellAt,
  cellValue,
  layoutMap,
  type MapData,
  type MapOptions,
  mapCapacity,
  mapSpan,
  moveCell,
} from '@/lib/draw/attention-map';
import { fillPixels, paintMap, shortWeight } from '@/lib/draw/attention-paint';
import { rampIndex } from '@/lib/draw/theme';
import { DEFAULT_MAP_VIEW, type MapView } from '@/lib/trace/map-view';
import { DIMS, globalRow, localRow, recorded } from '../trace/synthetic';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const OPTIONS: MapOptions = {
  gutter: 60,
  margin: 10,
  header: 20,
  minCell: 7,
  maxCell: 30,
  numbers: false,
};
const SIZE = { width: 400, height: 300 };
const PROMPT_BLOCKS = 2;
const VIEW = DEFAULT_MAP_VIEW;
const { trace } = recorded(PROMPT_BLOCKS, 3);
const LAST = trace.length - 1;

describe('the global map', () => {
  it('draws cell (i, j) from tensor (i, j) for every layer and head', () => {
    for (let layer = 0; layer < DIMS.blockLayers; layer++) {
      for (let head = 0; head < DIMS.heads; head++) {
        const data = globalMapData(trace, LAST, { layer, head }, VIEW);
        const { values, size, rows } = layoutMap(data, SIZE, OPTIONS);
        expect(rows).toBe(4);
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < size; j++) {
            const expected = i < rows && j <= i ? globalRow(i, layer, head)[j] : Number.NaN;
            expect(values[i * size + j]).toBe(expected);
          }
        }
      }
    }
  });

  it('clips rows when the cursor goes back, and keeps its cells where they are', () => {
    const late = layoutMap(globalMapData(trace, LAST, { layer: 1, head: 2 }, VIEW), SIZE, OPTIONS);
    const early = layoutMap(globalMapData(trace, 9, { layer: 1, head: 2 }, VIEW), SIZE, OPTIONS);
    expect(early.rows).toBe(2);
    expect(early.current).toBe(1);
    expect(early.cell).toBe(late.cell);
    expect(early.values.slice(0, late.size * 2)).toEqual(late.values.slice(0, late.size * 2));
  });

  it('has no row while block 0 is written', () => {
    const data = globalMapData(trace, 3, { layer: 0, head: 0 }, VIEW);
    expect(data.rows).toBe(0);
    expect(data.current).toBeNull();
  });

  it('paints each cell with the colour of its weight and hatches what is masked', () => {
    const data = globalMapData(trace, LAST, { layer: 0, head: 1 }, VIEW);
    const geometry = layoutMap(data, SIZE, OPTIONS);
    const { ctx, drawn } = recordingContext();
    paintMap(ctx, geometry, THEME, THEME.globalRamp);
    const cells = drawn.filter(
      ({ call, values }) => call === 'fillRect' && values[2] === geometry.cell - 1,
    );
    expect(cells).toHaveLength(10);
    const weights = [0, 1, 2, 3].flatMap((row) => globalRow(row, 0, 1));
    expect(cells.map((cell) => cell.fillStyle)).toEqual(
      weights.map((weight) => THEME.globalRamp.css[rampIndex(weight)]),
    );
    expect(drawn.some(({ fillStyle }) => fillStyle === THEME.hatchGround)).toBe(true);
  });
});

describe('the local map', () => {
  it('draws cell (i, j) from tensor (i, j) for every layer and head', () => {
    for (let layer = 0; layer < DIMS.tokenLayers; layer++) {
      for (let head = 0; head < DIMS.heads; head++) {
        const data = localMapData(trace, LAST, { layer, head }, VIEW);
        const { values, size, rows } = layoutMap(data, SIZE, OPTIONS);
        expect([size, rows]).toEqual([5, 5]);
        for (let i = 0; i < 5; i++) {
          for (let j = 0; j < 5; j++) {
            const expected = j <= i ? localRow(4, layer, head, i)[j] : Number.NaN;
            expect(values[i * 5 + j]).toBe(expected);
          }
        }
      }
    }
  });

  it('ends at the query row of the slot, and says that the first row predicts nothing', () => {
    const slot = 1;
    const data = localMapData(trace, 4 * 4 + slot, { layer: 0, head: 0 }, VIEW);
    expect(data.rows).toBe(DIMS.prefixLength + slot);
    expect(data.current).toBe(DIMS.prefixLength - 1 + slot);
    expect([0, 1, 2].map((row) => data.rowNote?.(row))).toEqual(['unused', '→ slot 0', '→ slot 1']);
  });

  it('is empty for a block of the prompt', () => {
    expect(localMapData(trace, 5, { layer: 0, head: 0 }, VIEW).rows).toBe(0);
  });
});

describe('masked and zero', () => {
  it('differ: no colour of a scale is the hatch’s ground', () => {
    for (const ramp of [THEME.globalRamp, THEME.localRamp]) {
      expect(ramp.css).not.toContain('rgb(240, 237, 229)');
      expect(ramp.css[0]).not.toBe(ramp.css[1]);
    }
  });
});

describe('a cell under the pointer', () => {
  const data = globalMapData(trace, LAST, { layer: 0, head: 0 }, VIEW);
  const geometry = layoutMap(data, SIZE, OPTIONS);

  it('is the one that is drawn there', () => {
    const { square, cell } = geometry;
    expect(cellAt(geometry, square.x + 1, square.y + 1)).toEqual({ row: 0, column: 0 });
    expect(cellAt(geometry, square.x + 2.5 * cell, square.y + 3.5 * cell)).toEqual({
      row: 3,
      column: 2,
    });
  });

  it('is none outside the written rows', () => {
    const { square, cell } = geometry;
    expect(cellAt(geometry, square.x + 1, square.y + 4.5 * cell)).toBeNull();
    expect(cellAt(geometry, square.x - 1, square.y + 1)).toBeNull();
  });
});

describe('weights in cells', () => {
  it.each([
    [0, '0'],
    [0.004, '<.01'],
    [0.37, '.37'],
    [0.999, '1'],
    [1, '1'],
  ])('%f reads %s', (weight, text) => expect(shortWeight(weight)).toBe(text));
});

describe('the side of the map', () => {
  it('always has room and never exceeds a full context of 256 blocks', () => {
    for (let rows = 0; rows <= 256; rows++) {
      expect(mapCapacity(rows)).toBeGreaterThanOrEqual(rows);
      expect(mapCapacity(rows)).toBeLessThanOrEqual(256);
    }
  });
});

/** A map of `rows` rows in which the weight of key k in row i is its share of 1 + 2 + … + (i + 1), so that all differ. */
function ladder(rows: number, view: Partial<MapData> = {}): MapData {
  return {
    size: rows,
    rows,
    whole: false,
    scale: 'sqrt',
    row: (row) => ({ weights: ladderRow(row), leftOut: new Uint8Array(row + 1) }),
    join: 'sum',
    current: rows - 1,
    rowLabel: String,
    columnLabel: String,
    ...view,
  };
}

function ladderRow(row: number): Float32Array {
  const sum = ((row + 1) * (row + 2)) / 2;
  return Float32Array.from({ length: row + 1 }, (_, key) => (key + 1) / sum);
}

describe('a map too long for its room', () => {
  const rows = 200;

  it('shows the rows near the cursor, and one cell a row for all keys before them', () => {
    const { first, size, values, earlier, written } = layoutMap(ladder(rows), SIZE, OPTIONS);
    expect([first, size, written]).toEqual([171, 36, 29]);
    for (let i = 0; i < written; i++) {
      let sum = earlier?.values[i] ?? Number.NaN;
      for (let j = 0; j <= i; j++) {
        expect(values[i * size + j]).toBe(ladderRow(first + i)[first + j]);
        sum += values[i * size + j] ?? Number.NaN;
      }
      // Nothing is lost: what is drawn of a row still covers all of it.
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  it('shows all rows on request, however small', () => {
    const whole = layoutMap(ladder(rows, { whole: true }), SIZE, OPTIONS);
    expect([whole.first, whole.size, whole.earlier]).toEqual([0, rows, null]);
    expect(whole.cell * rows).toBeLessThanOrEqual(SIZE.height - OPTIONS.header);
    const labels = whole.rowLabels.map(({ y }) => y);
    for (let i = 1; i < labels.length; i++)
      expect((labels[i] ?? 0) - (labels[i - 1] ?? 0)).toBeGreaterThanOrEqual(12);
  });

  it('paints a pixel for each small cell, and none above the diagonal', () => {
    const whole = layoutMap(ladder(rows, { whole: true }), SIZE, OPTIONS);
    const pixels = new Uint8ClampedArray(rows * rows * 4);
    fillPixels(pixels, whole, THEME.globalRamp, [1, 2, 3]);
    const at = (row: number, column: number) => [
      ...pixels.slice((row * rows + column) * 4, (row * rows + column) * 4 + 4),
    ];
    for (const [row, column] of [
      [0, 0],
      [150, 3],
      [199, 199],
    ] as const) {
      const place = rampIndex(ladderRow(row)[column] ?? 0) * 3;
      expect(at(row, column)).toEqual([...THEME.globalRamp.rgb.slice(place, place + 3), 255]);
    }
    expect(at(3, 4)).toEqual([0, 0, 0, 0]);
  });

  it('moves its rows on in quarters and always holds the newest', () => {
    for (let now = 1; now <= 256; now++) {
      const { first, size } = mapSpan(now, 256, 24);
      expect(size).toBe(24);
      expect(first % 6).toBe(0);
      expect(now).toBeLessThanOrEqual(first + size);
      expect(now).toBeGreaterThan(first + (first > 0 ? 18 : 0));
    }
  });

  it('has a cell cursor that reaches the earlier keys and stays in what is drawn', () => {
    const data = ladder(rows);
    const map = layoutMap(data, SIZE, OPTIONS);
    const start = moveCell(map, null, 0, 1);
    expect(start).toEqual({ row: 199, column: -1 });
    expect(cellValue(data, { row: 199, column: -1 }, map.first)?.weight).toBeCloseTo(
      ladderRow(199)
        .slice(0, map.first)
        .reduce((sum, weight) => sum + weight, 0),
      6,
    );
    expect(moveCell(map, start, 0, 1)).toEqual({ row: 199, column: map.first });
    expect(moveCell(map, start, 0, -1)).toEqual(start);
    expect(moveCell(map, start, 1, 0)).toEqual(start);
    expect(moveCell(map, { row: map.first, column: 180 }, -1, 0)).toEqual({
      row: map.first,
      column: 180,
    });
    const x = (map.earlier?.x ?? 0) + 1;
    expect(cellAt(map, x, map.square.y + 1)).toEqual({ row: map.first, column: -1 });
  });
});

describe('what is left out', () => {
  const painted = (view: Partial<MapView>) => {
    const data = globalMapData(trace, LAST, { layer: 0, head: 1 }, { ...VIEW, ...view });
    const geometry = layoutMap(data, SIZE, OPTIONS);
    const { ctx, drawn } = recordingContext();
    paintMap(ctx, geometry, THEME, THEME.globalRamp);
    const cells = drawn.filter(
      ({ call, values }) => call === 'fillRect' && values[2] === geometry.cell - 1,
    );
    return { geometry, colours: cells.map((cell) => cell.fillStyle) };
  };

  it('has a colour that is neither of the scale nor of the hatch', () => {
    const { geometry, colours } = painted({ mass: 0.5 });
    const left = geometry.leftOut.reduce((sum, flag) => sum + flag, 0);
    expect(left).toBeGreaterThan(0);
    expect(colours.filter((colour) => colour === THEME.line)).toHaveLength(left);
    for (const ramp of [THEME.globalRamp, THEME.localRamp])
      expect(ramp.css).not.toContain('rgb(229, 226, 218)');
    expect([THEME.hatchGround, THEME.hatchLine, THEME.paper]).not.toContain(THEME.line);
  });

  it('may be the first block alone; every other colour stays', () => {
    const all = painted({}).colours;
    const hidden = painted({ hideFirst: true }).colours;
    // Rows of 1, 2, 3 and 4 cells, one after another.
    const firsts = [0, 1, 3, 6];
    hidden.forEach((colour, i) => {
      expect(colour).toBe(firsts.includes(i) ? THEME.line : all[i]);
    });
  });

  it('can be read all the same', () => {
    const data = globalMapData(trace, LAST, { layer: 0, head: 1 }, { ...VIEW, hideFirst: true });
    expect(cellValue(data, { row: 2, column: 0 }, 0)).toEqual({
      weight: globalRow(2, 0, 1)[0],
      leftOut: true,
    });
    expect(cellValue(data, { row: 4, column: 0 }, 0)).toBeNull();
    expect(cellValue(data, { row: 2, column: 3 }, 0)?.weight).toBeNaN();
  });
});

describe('a map of several heads', () => {
  it('draws their mean or maximum', () => {
    const rowsOf = [0, 1, 2].map((head) => globalRow(2, 1, head));
    const cell = (head: 'mean' | 'max') =>
      layoutMap(globalMapData(trace, LAST, { layer: 1, head }, VIEW), SIZE, OPTIONS);
    const mean = cell('mean');
    const max = cell('max');
    for (let key = 0; key <= 2; key++) {
      const weights = rowsOf.map((row) => row[key] ?? Number.NaN);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      expect(mean.values[2 * mean.size + key]).toBeCloseTo(sum / 3, 6);
      expect(max.values[2 * max.size + key]).toBe(Math.max(...weights));
    }
  });
});
