import { type MaskCell, maskMark } from '@/lib/draw/mask-picture';
import type { Method, Panel } from '@/lib/methods/types';

/** A row or a column of a panel, by its name. */
export function positionName(panel: Panel, index: number): string {
  if (index < 0) {
    const extra = panel.extra;
    return extra ? `${extra.name} ${index + extra.count}` : '';
  }
  const kind = panel.kind?.(index);
  const name = panel.label?.(index) ?? String(index);
  return kind === undefined ? name : `${name} (${kind})`;
}

/** A cell as a sentence. */
export function maskWords(method: Method, panel: Panel, cell: MaskCell): string {
  const mark = maskMark(panel, cell);
  const row = positionName(panel, cell.row);
  const column = positionName(panel, cell.column);
  if (mark === 'none') return `Position ${row} has nothing of ${column}: masked`;
  const entry = cell.column >= 0 ? panel.entry?.(cell.row, cell.column) : undefined;
  const shared = mark === 'summary' && entry !== undefined ? ', shared with its neighbours' : '';
  return `Position ${row} sees ${column}: ${method.marks[mark] ?? mark}${shared}`;
}
