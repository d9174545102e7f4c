import { placeOf } from '@/lib/model/layout';
import type { Trace } from '@/lib/trace/trace';
import type { ChosenCell, MapName, TokenRange } from './selection-slice';

/**
 * A cell of a map with its query and its key as places of the text. Of the local map it is a cell of the block at `cursor`; a
 * prefix stands for all text before it and has no place of its own. `column` is null for the column that joins the earlier blocks.
 */
export function chosenCell(
  trace: Pick<Trace, 'dims'>,
  cursor: number,
  cell: { map: MapName; row: number; column: number | null },
): ChosenCell {
  const { blockLength, prefixLength } = trace.dims;
  const { map, row, column } = cell;
  const { block } = placeOf(cursor, trace.dims);
  const rangeOf = (index: number): TokenRange | null => {
    if (map === 'global') return { from: index * blockLength, to: (index + 1) * blockLength };
    if (index < prefixLength) return null;
    const token = block * blockLength + index - prefixLength;
    return { from: token, to: token + 1 };
  };
  return { map, row, column, query: rangeOf(row), key: column === null ? null : rangeOf(column) };
}
