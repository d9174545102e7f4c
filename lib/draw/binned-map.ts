import type { HeadChoice } from '@/lib/trace/heads';
import type { MapData } from './attention-map';

/** Causal rows of attention, as many as the cursor lets be seen. */
export interface Triangle {
  /** What the rows belong to: joined rows are kept for it and `choice`. A known row never changes. */
  owner: object;
  choice: HeadChoice;
  /** Rows and columns of the full square, known or not. */
  size: number;
  /** Rows 0 … rows − 1 are seen. */
  rows: number;
  /** Row `row` over keys 0 … `row`; NaN for a key that it could not see. */
  row(row: number): Float32Array;
  rowLabel(row: number): string;
  columnLabel(column: number): string;
}

/** Smaller cells than this many pixels cannot be told apart. */
export const LEAST_CELL = 2;

/**
 * How many rows and columns one cell stands for: the smallest of 1, 2, 4, 8 … that leaves cells of `LEAST_CELL` pixels when
 * `size` of them share `room` pixels.
 */
export function binOf(size: number, room: number): number {
  let bin = 1;
  while (Math.ceil(size / bin) * LEAST_CELL > Math.max(LEAST_CELL, room)) bin *= 2;
  return bin;
}

/** Rows joined so far, by choice and bin: a row of joined cells is complete once all its rows are seen. */
const joined = new WeakMap<object, Map<string, Float32Array[]>>();

/** The map of a triangle with `bin` × `bin` weights a cell; a cell has the largest of them, whatever its neighbours have. */
export function binnedMap(triangle: Triangle, bin: number): MapData {
  const rows = Math.ceil(triangle.rows / bin);
  return {
    size: Math.ceil(triangle.size / bin),
    rows,
    whole: true,
    scale: 'sqrt',
    row: (row) => {
      const weights = bin === 1 ? triangle.row(row) : joinedRow(triangle, row, bin);
      return { weights, leftOut: new Uint8Array(weights.length) };
    },
    join: 'max',
    current: rows > 0 ? rows - 1 : null,
    rowLabel: (row) => triangle.rowLabel(Math.min(triangle.rows - 1, row * bin)),
    columnLabel: (column) => triangle.columnLabel(column * bin),
  };
}

function joinedRow(triangle: Triangle, row: number, bin: number): Float32Array {
  const kept = keptRows(triangle, bin);
  const known = kept[row];
  if (known) return known;
  const cells = new Float32Array(row + 1).fill(Number.NaN);
  const end = Math.min(triangle.rows, (row + 1) * bin);
  for (let query = row * bin; query < end; query++) {
    const weights = triangle.row(query);
    for (let key = 0; key <= query; key++) {
      const cell = Math.floor(key / bin);
      const weight = weights[key] ?? Number.NaN;
      const most = cells[cell] ?? Number.NaN;
      if (weight > most || Number.isNaN(most)) cells[cell] = weight;
    }
  }
  if (end === (row + 1) * bin) kept[row] = cells;
  return cells;
}

function keptRows({ owner, choice }: Triangle, bin: number): Float32Array[] {
  let choices = joined.get(owner);
  if (!choices) {
    choices = new Map();
    joined.set(owner, choices);
  }
  const key = `${choice.layer} ${choice.head} ${bin}`;
  let rows = choices.get(key);
  if (!rows) {
    rows = [];
    choices.set(key, rows);
  }
  return rows;
}

/** The rows or columns that a cell stands for, `first` … `last`. */
export function binned(index: number, bin: number, end: number): { first: number; last: number } {
  return { first: index * bin, last: Math.min(end, (index + 1) * bin) - 1 };
}
