import type { Mark, Method, Panel } from '@/lib/methods/types';
import { type Context2D, paintHatch, type Rect, type Size, textWidth } from './shapes';
import type { Theme } from './theme';

/** A method's matrix, and the cell under the pointer or the keyboard cursor. */
export interface MaskPictureData {
  panel: Panel;
  selected?: MaskCell | null;
}

export interface MaskCell {
  row: number;
  /** −1, −2 … are the columns before the text, from right to left. */
  column: number;
}

export interface MaskPictureOptions {
  /** Room for row labels at the left and for column labels above. */
  gutter: number;
  header: number;
  /** Largest side of a cell in pixels. */
  maxCell: number;
  /** Size of the type. */
  type: number;
}

export const MASK_PICTURE: MaskPictureOptions = { gutter: 30, header: 20, maxCell: 22, type: 12 };

/** The usual picture in type of size `type`: all else grows with it. */
export function maskPictureIn(type: number): MaskPictureOptions {
  const by = type / MASK_PICTURE.type;
  const { gutter, header, maxCell } = MASK_PICTURE;
  return { gutter: gutter * by, header: header * by, maxCell: maxCell * by, type };
}

/** Neighbouring cells of a row with one mark, from `from` to before `to`; a summary’s cells of one entry. */
export interface MaskRun {
  row: number;
  from: number;
  to: number;
  mark: Mark;
}

/** Where everything of a mask’s picture lies. */
export interface MaskGeometry {
  /** Rows and columns of the text, and the columns before it. */
  size: number;
  before: number;
  cell: number;
  /** Share of its height that a cell fills. */
  thickness: number;
  /** The text’s square, and the columns before it, or null. */
  square: Rect;
  beforeRect: Rect | null;
  /** All visible cells, row by row. */
  runs: readonly MaskRun[];
  rowLabels: readonly MaskLabel[];
  columnLabels: readonly MaskLabel[];
  type: number;
  state: string | null;
  selected: MaskCell | null;
}

export interface MaskLabel {
  text: string;
  x: number;
  y: number;
}

/** Cells at least this large stand apart, and have room for the sign of their mark. */
const APART = 4;
/** Frames and dots would cover smaller cells. */
const ROOMY = 6;
/** Of the type's size: signs of kinds of columns stand above every column, or nowhere. */
const KIND_PITCH = 0.8;
/** Of the type's size: labels of rows need this much. */
const ROW_PITCH = 1.25;
/** In lower cells a part of the height cannot be seen: there a thin cell is pale as a whole. */
const FLAT = 4;

/** Puts a mask into `size` pixels. */
export function layoutMaskPicture(
  { panel, selected }: MaskPictureData,
  size: Size,
  { gutter, header, maxCell, type }: MaskPictureOptions = MASK_PICTURE,
): MaskGeometry {
  const before = panel.extra?.count ?? 0;
  const gap = before > 0 ? 4 : 0;
  const columns = Math.max(1, panel.size + before);
  const free = Math.min(
    maxCell,
    (size.width - gutter - gap - 1) / columns,
    (size.height - header - 1) / Math.max(1, panel.size),
  );
  // Whole pixels give crisp cells as long as that wastes little room.
  const cell = free >= 4 ? Math.floor(free) : Math.max(0.1, free);
  const side = cell * panel.size;
  const x = gutter + before * cell + gap;
  const square = { x, y: header, width: side, height: side };
  const beforeRect =
    before > 0 ? { x: gutter, y: header, width: before * cell, height: side } : null;
  const geometry = {
    size: panel.size,
    before,
    cell,
    thickness: Math.min(1, panel.thickness ?? 1),
    square,
    beforeRect,
    type,
    state: panel.state ?? null,
    selected: selected ?? null,
  };
  return { ...geometry, runs: maskRuns(panel, cell >= APART), ...labelsOf(panel, geometry) };
}

/**
 * The visible cells of a panel as runs, row by row; what is masked is left out. Summaries are parted by their entries, unless
 * cells are too small for that to be seen.
 */
export function maskRuns(panel: Panel, parted = true): MaskRun[] {
  const runs: MaskRun[] = [];
  for (let row = 0; row < panel.size; row++) {
    // Column −1 is the last before the text: the first declared stands furthest left.
    const count = panel.extra?.count ?? 0;
    addRuns(runs, row, -count, 0, (column) => panel.extra?.mark(row, column + count) ?? 'none');
    const entry = parted ? panel.entry : undefined;
    addRuns(
      runs,
      row,
      0,
      panel.size,
      (column) => panel.mark(row, column),
      entry && ((column) => entry(row, column)),
    );
  }
  return runs;
}

function addRuns(
  runs: MaskRun[],
  row: number,
  from: number,
  to: number,
  markAt: (column: number) => Mark,
  entryAt?: (column: number) => number,
): void {
  let open: MaskRun | null = null;
  let openEntry: number | undefined;
  for (let column = from; column < to; column++) {
    const mark = markAt(column);
    if (mark === 'none') {
      open = null;
      continue;
    }
    const entry = mark === 'summary' ? entryAt?.(column) : undefined;
    if (open && open.mark === mark && openEntry === entry) {
      open.to = column + 1;
      continue;
    }
    open = { row, from: column, to: column + 1, mark };
    openEntry = entry;
    runs.push(open);
  }
}

type Placed = Pick<MaskGeometry, 'size' | 'cell' | 'square' | 'type' | 'before' | 'beforeRect'>;

/** Numbers of rows and columns, or the signs of columns of several kinds, as many as have room. */
function labelsOf(
  panel: Panel,
  { size, cell, square, type, beforeRect }: Placed,
): Pick<MaskGeometry, 'rowLabels' | 'columnLabels'> {
  const name = (index: number) => panel.label?.(index) ?? String(index);
  const digits = String(Math.max(0, size - 1)).length;
  const kinds = cell >= type * KIND_PITCH ? panel.kind : undefined;
  const everyColumn = kinds ? 1 : labelStep(cell, type * (0.62 * digits + 0.4));
  const rowKinds = cell >= type * ROW_PITCH ? panel.kind : undefined;
  const everyRow = labelStep(cell, type * ROW_PITCH);
  const left = (beforeRect ?? square).x - 6;
  const rowLabels: MaskLabel[] = [];
  const columnLabels: MaskLabel[] = [];
  for (let index = 0; index < size; index++) {
    const middle = (index + 0.5) * cell;
    const row = (rowKinds ?? name)(index);
    if (index % everyRow === 0) rowLabels.push({ text: row, x: left, y: square.y + middle });
    const column = (kinds ?? name)(index);
    if (index % everyColumn === 0)
      columnLabels.push({ text: column, x: square.x + middle, y: square.y - 5 });
  }
  return { rowLabels, columnLabels };
}

function labelStep(cell: number, pitch: number): number {
  for (const step of [1, 2, 4, 8, 16, 32, 64]) if (step * cell >= pitch) return step;
  return 128;
}

/** Left edge of a column; −1, −2 … lie before the text. Edges lie on whole pixels unless cells are smaller than these. */
function columnX({ square, beforeRect, before, cell }: MaskGeometry, column: number): number {
  if (column >= 0) return square.x + snap(column * cell, cell);
  return (beforeRect ?? square).x + snap((column + before) * cell, cell);
}

function rowY({ square, cell }: MaskGeometry, row: number): number {
  return square.y + snap(row * cell, cell);
}

function snap(at: number, cell: number): number {
  return cell >= 1 ? Math.round(at) : at;
}

/** Right edge of the columns up to before `to`. */
function endX(geometry: MaskGeometry, to: number): number {
  const { square, beforeRect, before, cell } = geometry;
  if (to > 0) return square.x + snap(to * cell, cell);
  return (beforeRect ?? square).x + snap((to + before) * cell, cell);
}

/** How a mark looks: blue reaches far, orange is near; a sign tells apart what has one hue. */
interface Look {
  fill(theme: Theme): string;
  sign: 'none' | 'across' | 'down' | 'frame' | 'dot';
  ink(theme: Theme): string;
}

const ramp = (index: number) => (theme: Theme) => theme.globalRamp.css[index] ?? theme.global;
const blue = (theme: Theme) => theme.global;
const orange = (theme: Theme) => theme.local;

const LOOKS: Record<Exclude<Mark, 'none'>, Look> = {
  exact: { fill: ramp(150), sign: 'none', ink: blue },
  kept: { fill: blue, sign: 'none', ink: blue },
  recent: { fill: orange, sign: 'none', ink: orange },
  summary: { fill: ramp(64), sign: 'across', ink: blue },
  memory: { fill: ramp(40), sign: 'down', ink: blue },
  self: { fill: (theme) => theme.localRamp.css[90] ?? theme.localPale, sign: 'frame', ink: orange },
  rewritten: { fill: ramp(235), sign: 'dot', ink: (theme) => theme.panel },
};

/** Paints hatch where nothing is visible, the visible cells, labels, and the chosen cell. */
export function paintMaskPicture(ctx: Context2D, geometry: MaskGeometry, theme: Theme): void {
  const { square, beforeRect, state } = geometry;
  if (state !== null) paintState(ctx, geometry, state, theme);
  else {
    paintHatch(ctx, square, theme, geometry.cell < 4 ? 4 : 5);
    if (beforeRect) paintHatch(ctx, beforeRect, theme, 5);
    paintRuns(ctx, geometry, theme);
  }
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  for (const rect of [square, beforeRect]) {
    if (rect) ctx.strokeRect(rect.x - 0.5, rect.y - 0.5, rect.width + 1, rect.height + 1);
  }
  paintLabels(ctx, geometry, theme);
  if (geometry.selected) paintSelected(ctx, geometry, geometry.selected, theme);
}

function paintRuns(ctx: Context2D, geometry: MaskGeometry, theme: Theme): void {
  const { runs, cell } = geometry;
  // Mark by mark: a change of colour costs more than a cell.
  for (const [mark, look] of Object.entries(LOOKS)) {
    for (const run of runs) {
      if (run.mark !== mark) continue;
      const whole = cell < APART || mark === 'summary';
      if (whole) paintPart(ctx, geometry, run, run.from, run.to, look, theme);
      else
        for (let column = run.from; column < run.to; column++)
          paintPart(ctx, geometry, run, column, column + 1, look, theme);
    }
  }
}

/** Some cells of a row as one piece. */
function paintPart(
  ctx: Context2D,
  geometry: MaskGeometry,
  { row }: MaskRun,
  from: number,
  to: number,
  look: Look,
  theme: Theme,
): void {
  const x = columnX(geometry, from);
  const y = rowY(geometry, row);
  const gap = geometry.cell >= APART ? 1 : 0;
  const width = endX(geometry, to) - x - gap;
  const height = rowY(geometry, row + 1) - y - gap;
  paintLook(ctx, { x, y, width, height }, look, geometry.thickness, theme, geometry.cell >= APART);
}

function paintLook(
  ctx: Context2D,
  { x, y, width, height }: Rect,
  look: Look,
  thickness: number,
  theme: Theme,
  signed: boolean,
): void {
  ctx.fillStyle = look.fill(theme);
  if (thickness < 1) {
    // A thin cell is visible all over, but only its part is stored.
    ctx.fillStyle = theme.globalPale;
    ctx.fillRect(x, y, width, height);
    ctx.fillStyle = look.fill(theme);
    const part = height < FLAT - 1 ? height : Math.max(1, height * thickness);
    ctx.globalAlpha = height < FLAT - 1 ? Math.max(0.15, thickness) : 1;
    ctx.fillRect(x, y + height - part, width, part);
    ctx.globalAlpha = 1;
  } else ctx.fillRect(x, y, width, height);
  if (!signed || look.sign === 'none') return;
  if (height < ROOMY && (look.sign === 'frame' || look.sign === 'dot')) return;
  const thin = Math.max(1, Math.round(height / 8));
  if (look.sign === 'frame') {
    ctx.strokeStyle = look.ink(theme);
    ctx.lineWidth = 1.5;
    ctx.strokeRect(x + 0.75, y + 0.75, width - 1.5, height - 1.5);
    return;
  }
  ctx.fillStyle = look.ink(theme);
  const middle = y + Math.floor((height - thin) / 2);
  if (look.sign === 'across') ctx.fillRect(x + 1, middle, width - 2, thin);
  if (look.sign === 'down')
    ctx.fillRect(x + Math.floor((width - thin) / 2), y + 1, thin, height - 2);
  if (look.sign === 'dot') {
    const dot = thin + 1;
    ctx.fillRect(x + (width - dot) / 2, y + (height - dot) / 2, dot, dot);
  }
}

/** An arrow along the text, and what there is instead of a matrix. */
function paintState(
  ctx: Context2D,
  { square, type }: MaskGeometry,
  text: string,
  theme: Theme,
): void {
  const { x, y, width, height } = square;
  ctx.fillStyle = theme.localPale;
  ctx.fillRect(x, y, width, height);
  const font = `400 ${type}px ${theme.sans}`;
  const lines = wrap(ctx, theme, font, text, width - 16);
  const floor = y + height - 10 - lines.length * type * 1.35;
  const from = { x: x + width * 0.15, y: y + 14 };
  const to = { x: x + width * 0.85, y: Math.max(from.y + 10, floor - 10) };
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const along = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  ctx.strokeStyle = theme.local;
  ctx.lineWidth = 3;
  ctx.beginPath();
  ctx.moveTo(from.x, from.y);
  ctx.lineTo(to.x, to.y);
  for (const side of [-1, 1]) {
    ctx.moveTo(to.x, to.y);
    ctx.lineTo(to.x - 12 * along.x - side * 7 * along.y, to.y - 12 * along.y + side * 7 * along.x);
  }
  ctx.stroke();
  ctx.fillStyle = theme.ink;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  lines.forEach((line, at) => {
    ctx.fillText(line, x + 8, floor + (at + 0.5) * type * 1.35);
  });
}

function wrap(ctx: Context2D, theme: Theme, font: string, text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(ctx, theme, font, longer) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  ctx.font = font;
  return [...lines, line];
}

function paintLabels(
  ctx: Context2D,
  { rowLabels, columnLabels, type }: MaskGeometry,
  theme: Theme,
): void {
  ctx.font = `400 ${type}px ${theme.sans}`;
  ctx.fillStyle = theme.mute;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  for (const { text, x, y } of rowLabels) ctx.fillText(text, x, y);
  ctx.textAlign = 'center';
  ctx.textBaseline = 'alphabetic';
  for (const { text, x, y } of columnLabels) ctx.fillText(text, x, y);
}

/** A frame around the chosen cell, and thin ones around its row and its column. */
function paintSelected(
  ctx: Context2D,
  geometry: MaskGeometry,
  { row, column }: MaskCell,
  theme: Theme,
): void {
  const { square, beforeRect, cell } = geometry;
  const x = columnX(geometry, column);
  const y = rowY(geometry, row);
  const left = (beforeRect ?? square).x;
  ctx.strokeStyle = theme.ink;
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = 1;
  ctx.strokeRect(left - 0.5, y - 0.5, square.x + square.width - left, Math.max(cell, 3));
  ctx.strokeRect(x - 0.5, square.y - 0.5, Math.max(cell, 3), square.height);
  ctx.globalAlpha = 1;
  ctx.lineWidth = 2;
  const side = Math.max(cell - 1, 5);
  ctx.strokeRect(x, y, side, side);
}

/** The cell at a point, or null outside the picture’s cells. */
export function maskCellAt(geometry: MaskGeometry, x: number, y: number): MaskCell | null {
  const { square, beforeRect, before, cell, size, state } = geometry;
  const row = Math.floor((y - square.y) / cell);
  if (state !== null || row < 0 || row >= size) return null;
  const column = Math.floor((x - square.x) / cell);
  if (x >= square.x) return column < size ? { row, column } : null;
  if (!beforeRect || x < beforeRect.x || x >= beforeRect.x + beforeRect.width) return null;
  return { row, column: Math.floor((x - beforeRect.x) / cell) - before };
}

/** Where an arrow key leads from a cell, within the picture; the first one starts in the last row at its own column. */
export function moveMaskCell(
  { size, before }: Pick<MaskGeometry, 'size' | 'before'>,
  cell: MaskCell | null,
  down: number,
  right: number,
): MaskCell {
  const last = size - 1;
  if (!cell || cell.row > last || cell.column > last || cell.column < -before)
    return { row: last, column: last };
  return {
    row: Math.min(last, Math.max(0, cell.row + down)),
    column: Math.min(last, Math.max(-before, cell.column + right)),
  };
}

/** What a cell is in a panel. */
export function maskMark(panel: Panel, { row, column }: MaskCell): Mark {
  if (column >= 0) return panel.mark(row, column);
  return panel.extra?.mark(row, column + panel.extra.count) ?? 'none';
}

/** A line of the key. */
export interface MaskLegendEntry {
  mark: Mark;
  /** What the mark means for this method. */
  label: string;
  /** Share of its height that the swatch fills. */
  thickness: number;
}

/** The key of a panel: the marks that are drawn in it, then what hatching means. */
export function maskLegend(method: Pick<Method, 'marks'>, panel: Panel): MaskLegendEntry[] {
  if (panel.state !== undefined) return [];
  const drawn = new Set(maskRuns(panel).map(({ mark }) => mark));
  const thickness = Math.min(1, panel.thickness ?? 1);
  const entries: MaskLegendEntry[] = [];
  for (const mark of Object.keys(LOOKS) as Mark[]) {
    const label = method.marks[mark];
    if (drawn.has(mark) && label !== undefined) entries.push({ mark, label, thickness });
  }
  return [...entries, { mark: 'none', label: 'masked', thickness: 1 }];
}

/** Paints the sample of a mark for a key. */
export function paintMaskSwatch(
  ctx: Context2D,
  rect: Rect,
  { mark, thickness }: Pick<MaskLegendEntry, 'mark' | 'thickness'>,
  theme: Theme,
): void {
  if (mark === 'none') paintHatch(ctx, rect, theme, 4);
  else paintLook(ctx, rect, LOOKS[mark], thickness, theme, true);
}
