import { describe, expect, it } from 'vitest';
import { cellAt, layoutMap, type MapOptions, mapCapacity } from '@/lib/draw/attention-map';
import { paintMap, shortWeight } from '@/lib/draw/attention-paint';
import { globalMapData, localMapData } from '@/lib/draw/from-trace';
import { rampIndex } from '@/lib/draw/theme';
import { DIMS, globalRow, localRow, recorded } from '../trace/synthetic';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

const OPTIONS: MapOptions = { gutter: 60, margin: 10, header: 20, maxCell: 30, numbers: false };
const SIZE = { width: 400, height: 300 };
const PROMPT_BLOCKS = 2;
const { trace } = recorded(PROMPT_BLOCKS, 3);
const LAST = trace.length - 1;

describe('the global map', () => {
  it('draws cell (i, j) from tensor (i, j) for every layer and head', () => {
    for (let layer = 0; layer < DIMS.blockLayers; layer++) {
      for (let head = 0; head < DIMS.heads; head++) {
        const data = globalMapData(trace, LAST, { layer, head }, null, String);
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
    const late = layoutMap(
      globalMapData(trace, LAST, { layer: 1, head: 2 }, null, String),
      SIZE,
      OPTIONS,
    );
    const early = layoutMap(
      globalMapData(trace, 9, { layer: 1, head: 2 }, null, String),
      SIZE,
      OPTIONS,
    );
    expect(early.rows).toBe(2);
    expect(early.current).toBe(1);
    expect(early.cell).toBe(late.cell);
    expect(early.values.slice(0, late.size * 2)).toEqual(late.values.slice(0, late.size * 2));
  });

  it('has no row while block 0 is written', () => {
    const data = globalMapData(trace, 3, { layer: 0, head: 0 }, null, String);
    expect(data.rows).toBe(0);
    expect(data.current).toBeNull();
  });

  it('paints each cell with the colour of its weight and hatches what is masked', () => {
    const data = globalMapData(trace, LAST, { layer: 0, head: 1 }, null, String);
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
        const data = localMapData(trace, LAST, { layer, head }, null, String);
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
    const data = localMapData(trace, 4 * 4 + slot, { layer: 0, head: 0 }, null, String);
    expect(data.rows).toBe(DIMS.prefixLength + slot);
    expect(data.current).toBe(DIMS.prefixLength - 1 + slot);
    expect([0, 1, 2].map((row) => data.rowNote?.(row))).toEqual(['nothing', 'slot 0', 'slot 1']);
  });

  it('is empty for a block of the prompt', () => {
    expect(localMapData(trace, 5, { layer: 0, head: 0 }, null, String).rows).toBe(0);
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
  const data = globalMapData(trace, LAST, { layer: 0, head: 0 }, null, String);
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
