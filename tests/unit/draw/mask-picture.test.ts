import { describe, expect, it } from 'vitest';
import {
  layoutMaskPicture,
  type MaskGeometry,
  maskCellAt,
  maskLegend,
  maskMark,
  maskRuns,
  moveMaskCell,
  paintMaskPicture,
  paintMaskSwatch,
} from '@/lib/draw/mask-picture';
import { svgDrawing } from '@/lib/draw/svg-context';
import type { Mark, Panel, Params } from '@/lib/methods/types';
import { byId, panel, SHAPE, variants } from '../methods/masks';
import { picture } from './picture';
import { type Drawn, recordingContext } from './recording-context';
import { DARK, THEME } from './theme';

/** The colour that each mark's swatch is filled with: the last fill that covers its middle of the lower edge. */
function colours(): Map<unknown, Mark> {
  const marks: Mark[] = ['exact', 'recent', 'kept', 'summary', 'memory', 'self', 'rewritten'];
  const found = new Map<unknown, Mark>();
  for (const mark of marks) {
    const { ctx, drawn } = recordingContext();
    paintMaskSwatch(ctx, { x: 0, y: 0, width: 6, height: 6 }, { mark, thickness: 1 }, THEME);
    const ground = drawn.find(({ call }) => call === 'fillRect');
    found.set(ground?.fillStyle, mark);
  }
  expect(found.size).toBe(marks.length);
  return found;
}

/** What was painted last over a point, as a mark; `none` where only hatch is. */
function paintedAt(fills: readonly Drawn[], known: Map<unknown, Mark>, x: number, y: number): Mark {
  let mark: Mark = 'none';
  for (const { values, fillStyle } of fills) {
    const [left = 0, top = 0, width = 0, height = 0] = values as number[];
    if (x < left || x >= left + width || y < top || y >= top + height) continue;
    mark = known.get(fillStyle) ?? mark;
  }
  return mark;
}

function paint(geometry: MaskGeometry): Drawn[] {
  const { ctx, drawn } = recordingContext();
  paintMaskPicture(ctx, geometry, THEME);
  return drawn;
}

/** Fills by the row they begin in, so that a cell is found quickly. */
function byRow(drawn: readonly Drawn[], { square, cell }: MaskGeometry): Drawn[][] {
  const rows: Drawn[][] = [];
  for (const one of drawn) {
    if (one.call !== 'fillRect') continue;
    const row = Math.floor(((one.values[1] as number) - square.y + 0.01) / cell + 0.5);
    for (const at of [row - 1, row]) {
      rows[at] ??= [];
      rows[at]?.push(one);
    }
  }
  return rows;
}

function wrongCells(one: Panel, geometry: MaskGeometry): string[] {
  const known = colours();
  const rows = byRow(paint(geometry), geometry);
  const wrong: string[] = [];
  const { cell, square, beforeRect, before } = geometry;
  for (let row = 0; row < one.size; row++)
    for (let column = -before; column < one.size; column++) {
      // Near the lower left corner: no sign covers it, and thin cells are filled there.
      const left =
        column < 0 ? (beforeRect?.x ?? 0) + (column + before) * cell : square.x + column * cell;
      const apart = cell >= 4;
      const inset = apart ? 0.5 : cell / 2;
      const y = square.y + (row + 1) * cell - (apart ? 1.5 : cell / 2);
      const drawn = paintedAt(rows[row] ?? [], known, left + inset, y);
      const mark = maskMark(one, { row, column });
      if (drawn !== mark) wrong.push(`${row},${column}: ${mark} drawn as ${drawn}`);
    }
  return wrong;
}

const SIZES = [
  [8, 420],
  [24, 300],
  [48, 500],
  [48, 240],
  [64, 140],
] as const;

describe('a mask’s picture', () => {
  it.each(variants())('$name: every drawn cell is the mask’s', ({ method, params }) => {
    for (const [n, side] of SIZES)
      for (const one of method.panels({ n, shape: SHAPE, params })) {
        if (one.state !== undefined || (one.thickness ?? 1) < 1) continue;
        const geometry = layoutMaskPicture({ panel: one }, { width: side, height: side });
        expect(wrongCells(one, geometry), `${one.id} at ${n}`).toEqual([]);
      }
  });

  it('every run is the mask’s at 256 positions, and nothing else is', () => {
    for (const { method, params } of variants())
      for (const one of method.panels({ n: 256, shape: SHAPE, params })) {
        const cells = new Map<number, Mark>();
        for (const { row, from, to, mark } of maskRuns(one))
          for (let column = from; column < to; column++) cells.set(row * 1000 + column + 100, mark);
        for (let row = 0; row < one.size; row++)
          for (let column = -(one.extra?.count ?? 0); column < one.size; column++) {
            const drawn = cells.get(row * 1000 + column + 100) ?? 'none';
            if (drawn !== maskMark(one, { row, column }))
              throw new Error(`${method.id} ${one.id} ${row} ${column}: ${drawn}`);
          }
      }
  });

  it('256 positions of a triangle are 256 pieces', () => {
    const one = panel('multi-head', 'all', 256);
    const geometry = layoutMaskPicture({ panel: one }, { width: 420, height: 420 });
    expect(geometry.runs).toHaveLength(256);
    expect(
      paint(geometry).filter(({ fillStyle }) => fillStyle === THEME.globalRamp.css[150]),
    ).not.toHaveLength(0);
    const pieces = paint(geometry).filter(
      ({ call, fillStyle }) => call === 'fillRect' && fillStyle === THEME.globalRamp.css[150],
    );
    expect(pieces).toHaveLength(256);
  });

  it('a summary is one piece for each row and span', () => {
    const one = panel('combiner', 'fixed', 20, { pattern: 0, span: 5 });
    const row = maskRuns(one).filter((run) => run.row === 12);
    expect(row).toEqual([
      { row: 12, from: 0, to: 5, mark: 'summary' },
      { row: 12, from: 5, to: 10, mark: 'summary' },
      { row: 12, from: 10, to: 13, mark: 'recent' },
    ]);
  });

  it('hatches the whole square before it paints a cell, and never leaves it white', () => {
    const geometry = layoutMaskPicture(
      { panel: panel('sliding-window', 'all', 24) },
      { width: 300, height: 300 },
    );
    const drawn = paint(geometry);
    const ground = drawn.findIndex(
      ({ fillStyle, call }) => call === 'fillRect' && fillStyle === THEME.hatchGround,
    );
    const { x, y, width, height } = geometry.square;
    expect(drawn[ground]?.values).toEqual([x, y, width, height]);
    const first = drawn.findIndex(({ fillStyle }) => fillStyle === THEME.local);
    expect(first).toBeGreaterThan(ground);
    const white = [THEME.panel, THEME.paper, '#fff', '#ffffff'];
    expect(
      drawn.filter(
        ({ call, fillStyle }) => call === 'fillRect' && white.includes(String(fillStyle)),
      ),
    ).toEqual([]);
  });

  it('a thin cell is as high as its share of the numbers', () => {
    const one = panel('grouped-query', 'all', 16, { groups: 1 });
    expect(one.thickness).toBe(0.25);
    const geometry = layoutMaskPicture({ panel: one }, { width: 420, height: 420 });
    const fills = paint(geometry).filter(
      ({ fillStyle }) => fillStyle === THEME.globalRamp.css[150],
    );
    const heights = new Set(
      fills.filter(({ call }) => call === 'fillRect').map(({ values }) => values[3]),
    );
    expect(geometry.cell).toBe(22);
    expect([...heights]).toEqual([21 / 4]);
    // It stands on the floor of its cell.
    const [, y, , height] = (fills.find(({ call }) => call === 'fillRect')?.values ??
      []) as number[];
    expect((y ?? 0) + (height ?? 0)).toBe(geometry.square.y + 21);
  });

  it('a very thin cell is still seen', () => {
    const one = panel('multi-query', 'all', 48, {}, { heads: 64, headWidth: 1 });
    const fills = paint(layoutMaskPicture({ panel: one }, { width: 420, height: 420 })).filter(
      ({ call, fillStyle }) => call === 'fillRect' && fillStyle === THEME.globalRamp.css[150],
    );
    expect(fills.map(({ values }) => values[3])).toEqual(Array(fills.length).fill(1));
  });

  it('stays inside its room', () => {
    for (const { method, params } of variants())
      for (const n of [8, 100, 256])
        for (const one of method.panels({ n, shape: SHAPE, params }))
          for (const size of [
            { width: 280, height: 280 },
            { width: 500, height: 300 },
          ]) {
            const { square, beforeRect } = layoutMaskPicture({ panel: one }, size);
            expect(square.x + square.width).toBeLessThanOrEqual(size.width);
            expect(square.y + square.height).toBeLessThanOrEqual(size.height);
            expect((beforeRect ?? square).x).toBeGreaterThanOrEqual(30);
            if (beforeRect) expect(beforeRect.x + beforeRect.width).toBeLessThan(square.x);
          }
  });

  it('labels do not run into each other', () => {
    for (const n of [8, 48, 100, 256]) {
      const { columnLabels, rowLabels } = layoutMaskPicture(
        { panel: panel('multi-head', 'all', n) },
        { width: 420, height: 420 },
      );
      const room = 12 * 0.62 * String(n - 1).length;
      for (let k = 1; k < columnLabels.length; k++)
        expect((columnLabels[k]?.x ?? 0) - (columnLabels[k - 1]?.x ?? 0)).toBeGreaterThan(room);
      for (let k = 1; k < rowLabels.length; k++)
        expect((rowLabels[k]?.y ?? 0) - (rowLabels[k - 1]?.y ?? 0)).toBeGreaterThan(11.9);
      expect(columnLabels.length).toBeGreaterThan(3);
    }
  });

  it('finds the cell under a point, columns before the text included', () => {
    const one = panel('recurrent-memory', 'text', 20, { memory: 3, segment: 6 });
    const geometry = layoutMaskPicture({ panel: one }, { width: 420, height: 420 });
    const { square, beforeRect, cell } = geometry;
    expect(maskCellAt(geometry, square.x + 4.5 * cell, square.y + 7.5 * cell)).toEqual({
      row: 7,
      column: 4,
    });
    expect(maskCellAt(geometry, (beforeRect?.x ?? 0) + 2.5 * cell, square.y + 1)).toEqual({
      row: 0,
      column: -1,
    });
    expect(maskCellAt(geometry, (beforeRect?.x ?? 0) + 1, square.y + 1)).toEqual({
      row: 0,
      column: -3,
    });
    expect(maskCellAt(geometry, square.x - 2, square.y + 1)).toBe(null);
    expect(maskCellAt(geometry, 2, square.y + 1)).toBe(null);
    expect(maskCellAt(geometry, square.x + 1, square.y + 20 * cell + 1)).toBe(null);
    expect(maskMark(one, { row: 0, column: -1 })).toBe('memory');
  });

  it('moves from cell to cell and stays inside', () => {
    const shape = { size: 10, before: 2 };
    expect(moveMaskCell(shape, null, 1, 0)).toEqual({ row: 9, column: 9 });
    expect(moveMaskCell(shape, { row: 4, column: 0 }, 0, -1)).toEqual({ row: 4, column: -1 });
    expect(moveMaskCell(shape, { row: 0, column: -2 }, -1, -1)).toEqual({ row: 0, column: -2 });
    expect(moveMaskCell(shape, { row: 9, column: 9 }, 1, 1)).toEqual({ row: 9, column: 9 });
    // The picture has become smaller under the cursor.
    expect(moveMaskCell(shape, { row: 30, column: 3 }, -1, 0)).toEqual({ row: 9, column: 9 });
  });

  it('frames the chosen cell', () => {
    const at = { panel: panel('multi-head', 'all', 12), selected: { row: 5, column: 2 } };
    const geometry = layoutMaskPicture(at, { width: 420, height: 420 });
    const { x, y } = geometry.square;
    const frames = paint(geometry).filter(
      ({ call, strokeStyle }) => call === 'strokeRect' && strokeStyle === THEME.ink,
    );
    expect(frames.at(-1)?.values).toEqual([x + 44, y + 110, 21, 21]);
  });

  it('its key names what is drawn, and what hatching means', () => {
    const words = (id: string, which: string, params = {}) =>
      maskLegend(byId(id), panel(id, which, 48, params)).map(
        ({ mark, label }) => `${mark}: ${label}`,
      );
    expect(words('streaming-llm', 'all')).toEqual([
      'kept: attention sink',
      'recent: inside the window',
      'none: masked',
    ]);
    expect(words('streaming-llm', 'all', { sinks: 0 })).toEqual([
      'recent: inside the window',
      'none: masked',
    ]);
    expect(words('scout', 'mixer', { mixer: 1 })).toEqual([]);
    for (const { method, params } of variants())
      for (const one of method.panels({ n: 48, shape: SHAPE, params })) {
        const named = maskLegend(method, one).map(({ mark }) => mark);
        for (const { mark } of maskRuns(one)) expect(named).toContain(mark);
      }
  });

  it('says what there is where there is no matrix, and paints no cell', () => {
    const one = panel('scout', 'mixer', 24, { mixer: 1 });
    const drawn = paint(layoutMaskPicture({ panel: one }, { width: 300, height: 300 }));
    const said = drawn
      .filter(({ call }) => call === 'fillText')
      .map(({ values }) => values[0])
      .join(' ');
    expect(said).toContain('no attention matrix: a state of fixed size runs along the text');
    expect(drawn.filter(({ call }) => call === 'fillRect')).toHaveLength(1);
  });

  it('can be exported', async () => {
    for (const { method, params } of variants())
      for (const one of method.panels({ n: 24, shape: SHAPE, params })) {
        const { ctx, finish } = svgDrawing(300, 300, (_, text) => text.length * 7);
        const selected = { row: 3, column: 1 };
        paintMaskPicture(
          ctx,
          layoutMaskPicture({ panel: one, selected }, { width: 300, height: 300 }),
          THEME,
        );
        expect(await finish({ title: method.name, description: one.name })).toContain('</svg>');
      }
  });
});

/** A change of these files is a change of what the reader sees: open them, and store them again with `vitest -u` if it is meant. */
describe('a mask’s picture looks as it did', () => {
  const stored: [name: string, id: string, which: string, params?: Params, theme?: typeof THEME][] =
    [
      ['block-transformer', 'block-transformer', 'both'],
      ['block-transformer-dark', 'block-transformer', 'both', {}, DARK],
      ['streaming-llm', 'streaming-llm', 'all'],
      ['keyformer', 'keyformer', 'layer-0-head-0'],
      ['lorc-last-layer', 'lorc', 'layer-5'],
      ['scout-checkpoints', 'scout', 'checkpoints'],
      ['scout-mamba', 'scout', 'mixer', { mixer: 1 }],
      ['sentinel-tokens', 'sentinel-tokens', 'all'],
      ['recurrent-memory', 'recurrent-memory', 'text'],
      ['bottlenecked', 'bottlenecked', 'all'],
      ['bottlenecked-dark', 'bottlenecked', 'all', {}, DARK],
      ['combiner-axial', 'combiner', 'axial', { pattern: 1 }],
    ];
  it.each(stored)('%s', async (name, id, which, params = {}, theme = THEME) => {
    const one = panel(id, which, 32, params, { promptLength: 16 });
    const size = { width: 420, height: 410 };
    const geometry = layoutMaskPicture({ panel: one }, size);
    const title = `${byId(id).name}, ${one.name}: 32 positions`;
    const drawn = picture(title, size, theme.paper, (ctx) =>
      paintMaskPicture(ctx, geometry, theme),
    );
    await expect(drawn).toMatchFileSnapshot(`pictures/mask-${name}.svg`);
  });
});
