import { globalRowsAt } from '@/lib/draw/from-trace';
import type { PanelName } from '@/lib/export/shown';
import { placeOf } from '@/lib/model/layout';
import type { AxisView } from '@/lib/store/axis-view';
import { chosenCell } from '@/lib/store/chosen-cell';
import { existingHead, type MapName } from '@/lib/store/selection-slice';
import type { ArithmeticCell, Station } from '@/lib/store/station-slice';
import type { AppState, AppStore } from '@/lib/store/store';
import type { HeadChoice } from '@/lib/trace/heads';
import type { MapView } from '@/lib/trace/map-view';
import type { Trace } from '@/lib/trace/trace';

/** A cell of a map: query row and key column. */
export interface ShownCell {
  map: MapName;
  row: number;
  column: number;
}

/** What of the page's state makes the picture of a run: all of it can be sent to somebody or kept. */
export interface ShownView {
  /** Token of the padded sequence. */
  cursor: number;
  global: HeadChoice;
  local: HeadChoice;
  mapView: MapView;
  /** The lit cell of a map; null when there is none, or when it joins several keys, as many as that screen made it. */
  cell: ShownCell | null;
  station: Station | null;
  arithmetic: ArithmeticCell | null;
  /** The panel that fills the screen; then no station is open. */
  fullPanel: PanelName | null;
  /** The part of the run on the time axis, in blocks. Only of a chosen zoom do place and width mean anything elsewhere. */
  axis: Pick<AxisView, 'zoom' | 'from' | 'span'>;
}

/** The view on the screen. Before a run its cursor is 0. */
export function readView(state: AppState): ShownView {
  const { global, local, mapView, cell, station, arithmetic, fullPanel, axis } = state;
  return {
    cursor: state.cursor ?? 0,
    global,
    local,
    mapView,
    cell: cell && cell.column !== null ? shownCell(cell.map, cell.row, cell.column) : null,
    station,
    arithmetic,
    fullPanel,
    axis: { zoom: axis.zoom, from: axis.from, span: axis.span },
  };
}

const shownCell = (map: MapName, row: number, column: number): ShownCell => ({ map, row, column });

/**
 * Shows a view, or what is given of one, of the run on the screen, at rest. What that run does not have is moved to the nearest
 * that it has, or left out if there is no such thing (a cell, its arithmetic). Without a run nothing changes.
 */
export function applyView(store: AppStore, view: Partial<ShownView>): void {
  const { trace } = store.getState();
  if (!trace) return;
  const act = store.getState();
  const { blockLayers, tokenLayers, heads } = trace.dims;
  act.setPlaying(false);
  if (view.global) act.choose('global', existingHead(view.global, blockLayers, heads));
  if (view.local) act.choose('local', existingHead(view.local, tokenLayers, heads));
  if (view.mapView) act.setMapView(view.mapView);
  if (view.cursor !== undefined) act.seek(view.cursor);
  if (view.axis) act.placeAxis(view.axis);
  // Closes what lies over the panels, too.
  if (view.fullPanel !== undefined) act.openFull(view.fullPanel);
  if (view.station !== undefined) act.openStation(view.fullPanel ? null : view.station);
  const at = store.getState().cursor ?? 0;
  const { arithmetic, cell } = view;
  if (arithmetic && !view.fullPanel && hasWeight(trace, at, arithmetic))
    act.openArithmetic(arithmetic);
  if (cell !== undefined)
    act.chooseCell(cell && isDrawn(trace, at, cell) ? chosenCell(trace, at, cell) : null);
}

/** Whether the map at `cursor` has the cell, masked or not. */
function isDrawn(trace: Trace, cursor: number, { map, row, column }: ShownCell): boolean {
  if (map === 'global') return row < globalRowsAt(trace, cursor) && column < trace.blocks;
  const { block, localRow } = placeOf(cursor, trace.dims);
  return trace.localMap(block, 0, 0) !== null && row <= localRow && column < trace.localSide;
}

/** Whether the weight that the arithmetic is of was computed for the token at `cursor`. */
function hasWeight(trace: Trace, cursor: number, cell: ArithmeticCell): boolean {
  const { blockLayers, tokenLayers, heads } = trace.dims;
  const layers = cell.map === 'global' ? blockLayers : tokenLayers;
  const exists = cell.layer < layers && cell.head < heads && cell.column <= cell.row;
  return exists && isDrawn(trace, cursor, cell);
}
