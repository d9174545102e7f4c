import type { ScaleName } from '@/lib/trace/map-view';
import type { Rect, Size } from './shapes';

/** A causal attention map: query rows over key columns. */
export interface MapData {
  /** Rows and columns of the full square, written or not. */
  size: number;
  /** Rows written so far (at the cursor); later rows stay empty. */
  rows: number;
  /** Show the full square, however small its cells; else those around the current row when cells would get too small. */
  whole: boolean;
  scale: ScaleName;
  row(row: number): MapRow;
  /** How the keys before the first column become one cell. */
  join: 'sum' | 'max';
  /** The row that belongs to the cursor, or null. */
  current: number | null;
  /** The cell under the pointer or the keyboard cursor. */
  selected?: MapCell | null;
  /** Row and column of what is under the pointer elsewhere on the page. */
  lit?: number | null;
  rowLabel(row: number): string;
  columnLabel(column: number): string;
  /** How far the current row has arrived, 0–1; 1 if not said. */
  arrival?: number;
  /** What a row predicts, written to its right. */
  rowNote?(row: number): string;
}

/** A query's weights on keys 0 … row, and which of them are not to be shown (1 where left out). */
export interface MapRow {
  weights: Float32Array;
  leftOut: Uint8Array;
}

export interface MapCell {
  row: number;
  /** −1 is the column that joins the keys before the first one drawn. */
  column: number;
}

export interface MapOptions {
  /** Room for row labels at the left, for notes at the right, and for column labels above. */
  gutter: number;
  margin: number;
  header: number;
  /** Smallest side of a cell in pixels before the map shows a part of its rows, and the largest. */
  minCell: number;
  maxCell: number;
  /** Size of the type; 12 if not said. */
  type?: number;
  /** Print each weight in its cell. */
  numbers: boolean;
  /** A part of a long map moves on row by row, so that the newest row is the last; else in larger steps. */
  slide?: boolean;
  /** Row labels start together at the left, instead of ending together at the cells. */
  labelsLeft?: boolean;
}

/** Which rows and columns a map shows: `first` … `first + size − 1`. */
export interface MapSpan {
  first: number;
  size: number;
}

/**
 * Where everything of a map lies. Row and column i of the square are row and column `first + i` of the tensor;
 * `values[i * size + j]` is the tensor's own number, NaN where masked or not written.
 */
export interface MapGeometry extends MapSpan {
  /** Rows known of the tensor. */
  rows: number;
  /** Rows of the square that are known. */
  written: number;
  cell: number;
  square: Rect;
  values: Float32Array;
  /** 1 where a known weight is not to be shown. */
  leftOut: Uint8Array;
  /** The keys before the first column, joined, one cell a row; null when there are none. */
  earlier: EarlierKeys | null;
  scale: ScaleName;
  current: number | null;
  arrival: number;
  selected: MapCell | null;
  lit: number | null;
  rowLabels: MapLabel[];
  /** Size of the type. */
  type: number;
  labelAlign: 'left' | 'right';
  columnLabels: MapLabel[];
  rowNotes: MapLabel[];
  numbers: boolean;
}

/** One cell a row for all keys before the first column: what is shown of them, joined. 1 where nothing of them is shown. */
export interface EarlierKeys {
  x: number;
  values: Float32Array;
  leftOut: Uint8Array;
}

export interface MapLabel {
  /** Row or column of the tensor. */
  index: number;
  text: string;
  x: number;
  y: number;
}

/** Of the type's size: cells at least this high have room for a label of their own. */
const LABEL_PITCH = 1.25;
/** Of the type's size: column labels stand side by side and need room for three digits. */
const COLUMN_PITCH = 2.16;

/** Puts a causal map into `size` pixels: the gutter at the left holds row labels, the header column labels. */
export function layoutMap(data: MapData, size: Size, options: MapOptions): MapGeometry {
  const { span, cell } = fitMap(data, size, options);
  const { first, size: side } = span;
  const left = options.gutter + (first > 0 ? earlierWidth(cell) : 0);
  const square = { x: left, y: options.header, width: cell * side, height: cell * side };
  const geometry: MapGeometry = {
    ...span,
    rows: data.rows,
    written: Math.max(0, Math.min(side, data.rows - first)),
    cell,
    square,
    ...cellsOf(data, span, options.gutter),
    scale: data.scale,
    current: data.current,
    arrival: data.arrival ?? 1,
    selected: data.selected ?? null,
    lit: data.lit ?? null,
    rowLabels: [],
    type: options.type ?? 12,
    labelAlign: options.labelsLeft ? 'left' : 'right',
    columnLabels: [],
    rowNotes: [],
    numbers: options.numbers,
  };
  placeLabels(geometry, data, size, options);
  return geometry;
}

function fitMap(
  data: MapData,
  size: Size,
  { gutter, margin, header, minCell, maxCell, slide }: MapOptions,
): { span: MapSpan; cell: number } {
  const width = size.width - gutter - margin;
  const room = Math.max(1, Math.min(width, size.height - header - 1));
  const fit = data.whole ? Number.POSITIVE_INFINITY : Math.floor(room / minCell);
  const span = mapSpan(data.rows, Math.max(1, data.size), fit, slide);
  const free = Math.min(maxCell, room / span.size);
  // Whole pixels give crisp cells as long as that wastes little room.
  let cell = free >= 4 ? Math.floor(free) : free;
  if (span.first > 0 && cell * span.size + earlierWidth(cell) > width) {
    cell = Math.max(1, Math.floor((width - earlierGap(cell)) / (span.size + 1)));
  }
  return { span, cell };
}

/** Room for the joined keys, which are as wide as one key, and the gap after them. */
function earlierWidth(cell: number): number {
  return Math.max(cell, 2) + earlierGap(cell);
}

/** Between the joined earlier keys and the square. */
function earlierGap(cell: number): number {
  return cell < 4 ? 2 : 4;
}

function cellsOf(
  data: MapData,
  { first, size }: MapSpan,
  earlierX: number,
): Pick<MapGeometry, 'values' | 'leftOut' | 'earlier'> {
  const values = new Float32Array(size * size).fill(Number.NaN);
  const leftOut = new Uint8Array(size * size);
  const earlier: EarlierKeys = {
    x: earlierX,
    values: new Float32Array(size).fill(Number.NaN),
    leftOut: new Uint8Array(size),
  };
  for (let row = first; row < Math.min(data.rows, first + size); row++) {
    const known = data.row(row);
    const i = row - first;
    values.set(known.weights.subarray(first, row + 1), i * size);
    leftOut.set(known.leftOut.subarray(first, row + 1), i * size);
    const joined = joinKeys(known, first, data.join);
    earlier.values[i] = joined.weight;
    earlier.leftOut[i] = Number(joined.leftOut);
  }
  return { values, leftOut, earlier: first > 0 ? earlier : null };
}

/** The keys before `first` that are shown, joined; left out when none of them is. */
function joinKeys({ weights, leftOut }: MapRow, first: number, join: MapData['join']): CellValue {
  let joined = 0;
  let shown = 0;
  for (let key = 0; key < first; key++) {
    if (leftOut[key] === 1) continue;
    const weight = weights[key] ?? 0;
    joined = join === 'max' ? Math.max(joined, weight) : joined + weight;
    shown++;
  }
  return { weight: joined, leftOut: shown === 0 };
}

function placeLabels(
  geometry: MapGeometry,
  data: MapData,
  size: Size,
  { labelsLeft }: MapOptions,
): void {
  const { first, cell, square, written, type } = geometry;
  const every = labelStep(cell, LABEL_PITCH * type);
  const everyColumn = labelStep(cell, COLUMN_PITCH * type);
  const labelX = labelsLeft ? 1 : (geometry.earlier?.x ?? square.x) - 6;
  for (let i = 0; i < geometry.size; i++) {
    const index = first + i;
    const middle = (i + 0.5) * cell;
    const isCurrent = index === data.current;
    const crowded =
      data.current !== null && !isCurrent && Math.abs(index - data.current) < every && every > 1;
    if (i < written && ((index % every === 0 && !crowded) || isCurrent)) {
      const y = Math.min(square.y + middle, size.height - type * 0.6);
      geometry.rowLabels.push({ index, text: data.rowLabel(index), x: labelX, y });
    }
    if (data.rowNote && i < written) {
      const x = square.x + square.width + 8;
      geometry.rowNotes.push({ index, text: data.rowNote(index), x, y: square.y + middle });
    }
    // The sign over the joined keys needs room of its own.
    const free = geometry.earlier === null || middle >= COLUMN_PITCH * type;
    if (index % everyColumn === 0 && free) {
      geometry.columnLabels.push({
        index,
        text: data.columnLabel(index),
        x: square.x + middle,
        y: square.y - 5,
      });
    }
  }
}

function labelStep(cell: number, pitch: number): number {
  for (const step of [1, 2, 4, 8, 16, 32]) if (step * cell >= pitch) return step;
  return 64;
}

/** The side of the global map for `rows` written rows: grows in few steps, so that cells rarely move. */
export function mapCapacity(rows: number): number {
  for (const side of [8, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 192])
    if (rows <= side) return side;
  return Math.ceil(rows / 256) * 256;
}

/**
 * The rows to show of `rows` when at most `fit` have room: all `size` of them, or the last ones. A part moves on by a quarter
 * of itself, so that cells seldom move, or by single rows when it slides.
 */
export function mapSpan(rows: number, size: number, fit: number, slide = false): MapSpan {
  if (size <= fit) return { first: 0, size };
  const part = Math.max(8, Math.floor(fit / 4) * 4);
  const move = slide ? 1 : part / 4;
  return { first: Math.max(0, Math.ceil((rows - part) / move) * move), size: part };
}

/** The cell at a point, or null outside the written rows. */
export function cellAt(geometry: MapGeometry, x: number, y: number): MapCell | null {
  const { square, cell, first, size, written, earlier } = geometry;
  const i = Math.floor((y - square.y) / cell);
  if (i < 0 || i >= written) return null;
  const row = first + i;
  const j = Math.floor((x - square.x) / cell);
  if (j >= 0) return j < size ? { row, column: first + j } : null;
  return earlier && x >= earlier.x && x < square.x ? { row, column: -1 } : null;
}

/** What a cell holds: the tensor's number, NaN where masked. */
export interface CellValue {
  weight: number;
  leftOut: boolean;
}

/** What a cell of a map that starts at row and column `first` holds; null for a row that is not known. */
export function cellValue(
  data: MapData,
  { row, column }: MapCell,
  first: number,
): CellValue | null {
  if (row < 0 || row >= data.rows) return null;
  const known = data.row(row);
  if (column < 0) return joinKeys(known, first, data.join);
  return {
    weight: known.weights[column] ?? Number.NaN,
    leftOut: known.leftOut[column] === 1,
  };
}

/** Where an arrow key leads from a cell; the first one starts at the cursor's row. Null when there is no cell to go to. */
export function moveCell(
  geometry: MapGeometry,
  cell: MapCell | null,
  down: number,
  right: number,
): MapCell | null {
  const { first, size, written, earlier } = geometry;
  if (written === 0) return null;
  const leftmost = earlier ? -1 : first;
  const last = first + written - 1;
  if (!cell || cell.row < first || cell.row > last) {
    return { row: Math.min(last, Math.max(first, geometry.current ?? first)), column: leftmost };
  }
  // The joined column lies one step left of the first.
  const columns = [...(earlier ? [-1] : []), ...Array.from({ length: size }, (_, j) => first + j)];
  const place = Math.max(0, columns.indexOf(cell.column)) + right;
  return {
    row: Math.min(last, Math.max(first, cell.row + down)),
    column: columns[Math.min(columns.length - 1, Math.max(0, place))] ?? leftmost,
  };
}
