import type { MapCell } from '@/lib/draw/attention-map';
import type { MapName } from '@/lib/store/selection-slice';
import type { AppState } from '@/lib/store/store';

/** The lit cell of a map, which a view that was opened may bring along; null for none and for keys that are joined. */
export function keptCell({ cell }: AppState, map: MapName): MapCell | null {
  return cell?.map === map && cell.column !== null ? { row: cell.row, column: cell.column } : null;
}
