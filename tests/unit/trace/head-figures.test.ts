import { describe, expect, it } from 'vitest';
import {
  entropyBits,
  figureText,
  GLOBAL_FIGURES,
  HeadFigures,
  localFigures,
  meanDistance,
} from '@/lib/trace/head-figures';
import { DIMS, globalRow, localRow, recorded } from './synthetic';

const PROMPT_BLOCKS = 2;
const { trace } = recorded(PROMPT_BLOCKS, 3);
const P = DIMS.prefixLength;
const L = DIMS.blockLength;

const figure = (id: string) => {
  const found = [...GLOBAL_FIGURES, ...localFigures(P)].find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
};
const of = (id: string, row: number[]) => figure(id).of(Float32Array.from(row));

describe('the figures of a row', () => {
  it('entropy is 0 bits on one key and log₂ n when spread evenly', () => {
    expect(entropyBits(Float32Array.from([0, 1, 0]))).toBe(0);
    expect(entropyBits(new Float32Array(8).fill(1 / 8))).toBeCloseTo(3, 6);
    expect(entropyBits(Float32Array.from([0.5, 0.25, 0.25]))).toBeCloseTo(1.5, 6);
  });

  it('distance counts back from the row’s own position', () => {
    expect(meanDistance(Float32Array.from([0, 0, 0, 1]))).toBe(0);
    expect(meanDistance(Float32Array.from([1, 0, 0, 0]))).toBe(3);
    expect(meanDistance(Float32Array.from([0.5, 0, 0.5, 0]))).toBeCloseTo(2, 6);
  });

  it('shares are read at the first, the previous and the own position', () => {
    const row = [0.1, 0.2, 0.3, 0.4];
    expect(of('first', row)).toBeCloseTo(0.1, 6);
    expect(of('previous', row)).toBeCloseTo(0.3, 6);
    expect(of('own', row)).toBeCloseTo(0.4, 6);
    expect(of('prefix-0', row)).toBeCloseTo(0.1, 6);
    expect(of('prefix-1', row)).toBeCloseTo(0.2, 6);
  });
});

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the figures of a head', () => {
  it('of the block decoder are means over rows 1 … the cursor’s', () => {
    const figures = new HeadFigures(trace);
    // The token at 18 is in block 4: rows 0 … 3 are known.
    const table = figures.global(18);
    expect(table.rows).toBe(3);
    for (let layer = 0; layer < DIMS.blockLayers; layer++) {
      for (let head = 0; head < DIMS.heads; head++) {
        const rows = [1, 2, 3].map((row) => Float32Array.from(globalRow(row, layer, head)));
        GLOBAL_FIGURES.forEach((one, i) => {
          expect(table.value(layer, head, i)).toBeCloseTo(mean(rows.map(one.of)), 6);
        });
      }
    }
  });

  it('of the token decoder are means over the rows that chose the tokens up to the cursor', () => {
    const figures = new HeadFigures(trace);
    // Block 2 whole, block 3 up to slot 1.
    const table = figures.local(3 * L + 1);
    expect(table.rows).toBe(L + 2);
    const rows = [0, 1, 2, 3, 4, 5].map((i) =>
      Float32Array.from(localRow(2 + Math.floor(i / L), 0, 2, P - 1 + (i % L))),
    );
    expect(rows[0]).toHaveLength(P);
    figures.localFigures.forEach((one, i) => {
      expect(table.value(0, 2, i)).toBeCloseTo(mean(rows.map(one.of)), 6);
    });
  });

  it('are the same whether the cursor came from before or from after', () => {
    const forward = new HeadFigures(trace);
    const early = forward.global(9).value(1, 1, 0);
    forward.global(trace.length - 1);
    expect(forward.global(9).value(1, 1, 0)).toBe(early);
    expect(new HeadFigures(trace).global(9).value(1, 1, 0)).toBe(early);
  });

  it('do not exist before there is a row to measure', () => {
    const figures = new HeadFigures(trace);
    for (const cursor of [0, 3, 4, 7]) {
      expect(figures.global(cursor)).toMatchObject({ rows: 0 });
      expect(figures.global(cursor).value(0, 0, 0)).toBeNull();
      expect(figures.local(cursor).value(0, 0, 0)).toBeNull();
    }
    expect(figures.global(8).value(0, 0, 0)).not.toBeNull();
    expect(figures.local(8).rows).toBe(1);
  });
});

describe('a figure in words', () => {
  it.each([
    [null, 'bits', '–'],
    [2.306, 'bits', '2.31'],
    [12.345, 'blocks', '12.3'],
    [0.374, 'share', '37 %'],
    [0.001, 'share', '<1 %'],
    [0, 'share', '0 %'],
  ] as const)('%s in %s reads %s', (value, unit, text) =>
    expect(figureText(value, unit)).toBe(text),
  );
});
