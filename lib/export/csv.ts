/** One value of a table that leaves the page; null where nothing was measured. */
export type Cell = string | number | boolean | null;

/** What a spreadsheet would run as a formula, after any white space, and control characters that would hide one. */
const FORMULA = /^[\t\r]|^\s*[=+\-@]/;

/**
 * A table as CSV by RFC 4180: one header row, lines end with CRLF, a field with a comma, quote or line break is quoted, quotes
 * are doubled. Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers never do. Null is empty.
 */
export function toCsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `${cells.map(field).join(',')}\r\n`;
  return line(columns) + rows.map(line).join('');
}

function field(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A float32 as the shortest decimal number that reads back as the same float32. */
export function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
