import { describe, expect, it } from 'vitest';
import { LANE_MAP } from '@/components/compare/map-panel';
import { layoutMap } from '@/lib/draw/attention-map';
import { binned, binnedMap, binOf, LEAST_CELL, type Triangle } from '@/lib/draw/binned-map';
import { flatWeights } from '@/lib/trace/flat-heads';
import { flatRecorded } from '../trace/flat-synthetic';

const trace = flatRecorded(5, 3).trace;
const triangle = (rows: number, read: (row: number) => Float32Array): Triangle => ({
  owner: { rows },
  choice: { layer: 1, head: 2 },
  size: 20,
  rows,
  row: read,
  rowLabel: String,
  columnLabel: String,
});

const weights = (row: number) => flatWeights(trace, row, { layer: 1, head: 2 });

describe('the bin of a long map', () => {
  it('is the smallest power of two whose cells are at least two pixels', () => {
    expect(binOf(50, 100)).toBe(1);
    expect(binOf(51, 100)).toBe(2);
    expect(binOf(1024, 200)).toBe(16);
    for (const size of [1, 7, 100, 333, 1024]) {
      for (const room of [40, 121, 300]) {
        const bin = binOf(size, room);
        expect(room / Math.ceil(size / bin)).toBeGreaterThanOrEqual(LEAST_CELL);
        if (bin > 1) expect(room / Math.ceil(size / (bin / 2))).toBeLessThan(LEAST_CELL);
      }
    }
  });

  it('names the rows that a cell stands for, up to the last one seen', () => {
    expect(binned(2, 4, 20)).toEqual({ first: 8, last: 11 });
    expect(binned(2, 4, 10)).toEqual({ first: 8, last: 9 });
  });
});

describe('a binned map', () => {
  it('draws the trace’s own weights while cells have room', () => {
    const map = layoutMap(
      binnedMap(triangle(14, weights), 1),
      { width: 400, height: 400 },
      LANE_MAP,
    );
    for (let row = 0; row < 14; row++) {
      const drawn = map.values.subarray(row * map.size, row * map.size + row + 1);
      expect(drawn).toEqual(trace.row(row, 1, 2));
    }
    expect(map.values[13 * map.size + 14]).toBeNaN();
    expect(map.current).toBe(13);
  });

  it.each([2, 4])('draws the largest weight of each cell’s rows and columns, bin %i', (bin) => {
    const rows = 14;
    const map = layoutMap(
      binnedMap(triangle(rows, weights), bin),
      { width: 400, height: 400 },
      LANE_MAP,
    );
    expect(map.current).toBe(Math.ceil(rows / bin) - 1);
    for (let i = 0; i < map.written; i++) {
      for (let j = 0; j <= i; j++) {
        let most = 0;
        for (let query = i * bin; query < Math.min(rows, (i + 1) * bin); query++) {
          const row = trace.row(query, 1, 2);
          for (let key = j * bin; key < (j + 1) * bin; key++) most = Math.max(most, row[key] ?? 0);
        }
        expect(map.values[i * map.size + j]).toBe(most);
      }
    }
  });

  it('reads a finished row of cells once, an unfinished one each time', () => {
    const asked: number[] = [];
    const counting = triangle(6, (row) => {
      asked.push(row);
      return weights(row);
    });
    const draw = () => {
      asked.length = 0;
      layoutMap(binnedMap(counting, 4), { width: 400, height: 400 }, LANE_MAP);
      return [...asked];
    };
    expect(draw()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(draw()).toEqual([4, 5]);
  });
});
