import { type Context2D, paintHatch, type Rect, type Size, setTokenFont } from './shapes';
import { type Ramp, rampIndex, type Theme } from './theme';

/** A causal attention map: query rows over key columns. */
export interface MapData {
  /** Rows and columns of the full square, written or not. */
  size: number;
  /** Rows written so far (at the cursor); later rows stay empty. */
  rows: number;
  /** Attention of query `row` on key `column`, for `column <= row < rows`. */
  weight(row: number, column: number): number;
  /** The row that belongs to the cursor, or null. */
  current: number | null;
  /** The cell under the pointer or the keyboard cursor. */
  selected: MapCell | null;
  rowLabel(row: number): string;
  columnLabel(column: number): string;
  /** How far the current row has arrived, 0–1; 1 if not said. */
  arrival?: number;
  /** What a row predicts, written to its right. */
  rowNote?(row: number): string;
}

export interface MapCell {
  row: number;
  column: number;
}

export interface MapOptions {
  /** Room for row labels at the left, for notes at the right, and for column labels above. */
  gutter: number;
  margin: number;
  header: number;
  /** Largest side of a cell in pixels. */
  maxCell: number;
  /** Print each weight in its cell. */
  numbers: boolean;
  /** Row labels start together at the left, instead of ending together at the cells. */
  labelsLeft?: boolean;
}

/** Where everything of a map lies. `values[row * size + column]` is the tensor's own number; NaN where masked or not written. */
export interface MapGeometry {
  size: number;
  rows: number;
  cell: number;
  square: Rect;
  values: Float32Array;
  current: number | null;
  arrival: number;
  selected: MapCell | null;
  rowLabels: MapLabel[];
  labelAlign: 'left' | 'right';
  columnLabels: MapLabel[];
  rowNotes: MapLabel[];
  numbers: boolean;
}

export interface MapLabel {
  index: number;
  text: string;
  x: number;
  y: number;
}

/** Cells smaller than this are painted as pixels of an image. */
const SMALL_CELL = 4;
/** Cells at least this high have room for a label of their own. */
const LABEL_PITCH = 15;
/** Column labels stand side by side and need room for three digits. */
const COLUMN_PITCH = 26;

/** Puts a causal map into `size` pixels: the gutter at the left holds row labels, the header column labels. */
export function layoutMap(data: MapData, size: Size, options: MapOptions): MapGeometry {
  const side = Math.max(1, data.size);
  const room = Math.max(
    1,
    Math.min(size.width - options.gutter - options.margin, size.height - options.header - 1),
  );
  const free = Math.min(options.maxCell, room / side);
  // Whole pixels give crisp cells as long as that wastes little room.
  const cell = free >= 4 ? Math.floor(free) : free;
  const square = { x: options.gutter, y: options.header, width: cell * side, height: cell * side };
  const values = new Float32Array(side * side).fill(Number.NaN);
  for (let row = 0; row < data.rows; row++) {
    for (let column = 0; column <= row; column++) {
      values[row * side + column] = data.weight(row, column);
    }
  }
  const every = labelStep(cell, LABEL_PITCH);
  const everyColumn = labelStep(cell, COLUMN_PITCH);
  const rowLabels: MapLabel[] = [];
  const columnLabels: MapLabel[] = [];
  const rowNotes: MapLabel[] = [];
  const labelX = options.labelsLeft ? 1 : square.x - 6;
  for (let i = 0; i < side; i++) {
    const middle = (i + 0.5) * cell;
    const shown = i % every === 0;
    const crowded =
      data.current !== null &&
      i !== data.current &&
      Math.abs(i - data.current) < every &&
      every > 1;
    if (i < data.rows && ((shown && !crowded) || i === data.current)) {
      const y = Math.min(square.y + middle, size.height - 7);
      rowLabels.push({ index: i, text: data.rowLabel(i), x: labelX, y });
    }
    if (data.rowNote && i < data.rows) {
      const x = square.x + square.width + 8;
      rowNotes.push({ index: i, text: data.rowNote(i), x, y: square.y + middle });
    }
    if (i % everyColumn === 0) {
      columnLabels.push({
        index: i,
        text: data.columnLabel(i),
        x: square.x + middle,
        y: square.y - 5,
      });
    }
  }
  return {
    size: side,
    rows: data.rows,
    cell,
    square,
    values,
    current: data.current,
    arrival: data.arrival ?? 1,
    selected: data.selected,
    rowLabels,
    labelAlign: options.labelsLeft ? 'left' : 'right',
    columnLabels,
    rowNotes,
    numbers: options.numbers,
  };
}

function labelStep(cell: number, pitch: number): number {
  for (const step of [1, 2, 4, 8, 16, 32]) if (step * cell >= pitch) return step;
  return 64;
}

/** The side of the global map for `rows` written rows: grows in few steps, so that cells rarely move. */
export function mapCapacity(rows: number): number {
  for (const side of [8, 12, 16, 24, 32, 48, 64, 96, 128, 192]) if (rows <= side) return side;
  return 256;
}

/** The cell at a point, or null outside the written rows. */
export function cellAt(geometry: MapGeometry, x: number, y: number): MapCell | null {
  const column = Math.floor((x - geometry.square.x) / geometry.cell);
  const row = Math.floor((y - geometry.square.y) / geometry.cell);
  if (row < 0 || column < 0 || row >= geometry.rows || column >= geometry.size) return null;
  return { row, column };
}

/** Paints cells, hatch above the diagonal, labels, the cursor's row and the selected cell. */
export function paintMap(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  const { cell } = geometry;
  paintMasked(ctx, geometry, theme);
  if (cell < SMALL_CELL) paintPixels(ctx, geometry, ramp);
  else paintCells(ctx, geometry, theme, ramp);
  if (geometry.numbers) paintNumbers(ctx, geometry, theme, ramp);
  paintFrame(ctx, geometry, theme);
  paintLabels(ctx, geometry, theme);
  paintMarks(ctx, geometry, theme);
}

/** Paints cells and hatch alone: a map among many. */
export function paintThumbnail(
  ctx: Context2D,
  geometry: MapGeometry,
  theme: Theme,
  ramp: Ramp,
): void {
  paintMasked(ctx, geometry, theme);
  if (geometry.cell < SMALL_CELL) paintPixels(ctx, geometry, ramp);
  else paintCells(ctx, geometry, theme, ramp);
}

function paintCells(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  const { square, cell, size, rows } = geometry;
  const side = cell >= 8 ? cell - 1 : cell;
  for (let row = 0; row < rows; row++) {
    ctx.globalAlpha = row === geometry.current ? geometry.arrival : 1;
    for (let column = 0; column <= row; column++) {
      const value = geometry.values[row * size + column] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      ctx.fillStyle = ramp.css[rampIndex(value)] ?? theme.panel;
      ctx.fillRect(square.x + column * cell, square.y + row * cell, side, side);
    }
  }
  ctx.globalAlpha = 1;
}

/** Many small cells: one pixel each, scaled up without smoothing. */
function paintPixels(ctx: Context2D, geometry: MapGeometry, ramp: Ramp): void {
  const { square, cell, size, rows } = geometry;
  const image = new ImageData(size, size);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column <= row; column++) {
      const at = row * size + column;
      const colour = rampIndex(geometry.values[at] ?? 0) * 3;
      image.data[at * 4] = ramp.rgb[colour] ?? 0;
      image.data[at * 4 + 1] = ramp.rgb[colour + 1] ?? 0;
      image.data[at * 4 + 2] = ramp.rgb[colour + 2] ?? 0;
      image.data[at * 4 + 3] = 255;
    }
  }
  const pixels = new OffscreenCanvas(size, size);
  pixels.getContext('2d')?.putImageData(image, 0, 0);
  // Cells under a pixel are averaged: none may be left out.
  ctx.imageSmoothingEnabled = cell < 1;
  ctx.drawImage(pixels, square.x, square.y, square.width, square.height);
}

function paintMasked(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  const { square, cell, rows } = geometry;
  if (rows === 0) return;
  ctx.save();
  ctx.beginPath();
  ctx.moveTo(square.x + square.width, square.y);
  for (let row = 0; row < rows; row++) {
    const x = square.x + (row + 1) * cell;
    ctx.lineTo(x, square.y + row * cell);
    ctx.lineTo(x, square.y + (row + 1) * cell);
  }
  ctx.lineTo(square.x + square.width, square.y + rows * cell);
  ctx.clip();
  paintHatch(ctx, { ...square, height: rows * cell }, theme);
  ctx.restore();
}

function paintNumbers(ctx: Context2D, geometry: MapGeometry, theme: Theme, ramp: Ramp): void {
  const { square, cell, size, rows } = geometry;
  if (cell < 27) return;
  ctx.font = `500 12px ${theme.sans}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column <= row; column++) {
      const value = geometry.values[row * size + column] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      ctx.fillStyle = ramp.ink[rampIndex(value)] ?? theme.ink;
      const x = square.x + (column + 0.5) * cell - 0.5;
      ctx.fillText(shortWeight(value), x, square.y + (row + 0.5) * cell + 0.5);
    }
  }
}

/** `.37`, `1`, `0`: two decimals without the leading zero, as cells have room for. */
export function shortWeight(value: number): string {
  const text = value.toFixed(2);
  if (text === '0.00') return value > 0 ? '<.01' : '0';
  return text.startsWith('0') ? text.slice(1) : text === '1.00' ? '1' : text;
}

function paintFrame(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  const { square } = geometry;
  ctx.strokeStyle = theme.line;
  ctx.lineWidth = 1;
  ctx.strokeRect(square.x - 0.5, square.y - 0.5, square.width + 1, square.height + 1);
}

function paintLabels(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  ctx.textBaseline = 'middle';
  ctx.textAlign = geometry.labelAlign;
  for (const label of geometry.rowLabels) {
    const strong = label.index === geometry.current;
    ctx.fillStyle = strong ? theme.ink : theme.mute;
    setTokenFont(ctx, theme, strong ? 600 : 400);
    ctx.fillText(label.text, label.x, label.y);
  }
  ctx.textAlign = 'left';
  for (const note of geometry.rowNotes) {
    const strong = note.index === geometry.current;
    ctx.fillStyle = strong ? theme.now : theme.mute;
    ctx.font = `${strong ? 600 : 400} 12px ${theme.sans}`;
    ctx.fillText(note.text, note.x, note.y);
  }
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'center';
  ctx.font = `400 12px ${theme.mono}`;
  ctx.fillStyle = theme.mute;
  for (const label of geometry.columnLabels) ctx.fillText(label.text, label.x, label.y);
}

function paintMarks(ctx: Context2D, geometry: MapGeometry, theme: Theme): void {
  const { square, cell, current, selected } = geometry;
  if (current !== null && current < geometry.rows) {
    ctx.strokeStyle = theme.now;
    ctx.lineWidth = 2;
    const height = Math.max(cell, 3);
    ctx.strokeRect(
      square.x - 1,
      square.y + current * cell - 1,
      (current + 1) * cell + 1,
      height + 1,
    );
  }
  if (selected && selected.row < geometry.rows) {
    ctx.strokeStyle = theme.ink;
    ctx.lineWidth = 2;
    const side = Math.max(cell - 1, 5);
    ctx.strokeRect(square.x + selected.column * cell, square.y + selected.row * cell, side, side);
  }
}
