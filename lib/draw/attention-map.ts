import type { Rect, Size } from './shapes';

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
