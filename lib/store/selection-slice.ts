import type { PanelName } from '@/lib/export/shown';
import { existingHead, type HeadChoice } from '@/lib/trace/heads';
import { DEFAULT_MAP_VIEW, type MapView } from '@/lib/trace/map-view';
import type { Slice } from './store';

export { existingHead, type HeadChoice };

/** The attention map of the block decoder or of the token decoder. */
export type MapName = 'global' | 'local';

/** Tokens `from` … `to − 1`. */
export interface TokenRange {
  from: number;
  to: number;
}

/** The cell under the pointer or the keyboard cursor of a map: what its query and its key are in the text. */
export interface ChosenCell {
  map: MapName;
  /** Query row: a block of the global map, a position of the local one. */
  row: number;
  /** Key column, counted as rows are; null for the column that joins the earlier blocks. */
  column: number | null;
  query: TokenRange | null;
  key: TokenRange | null;
}

/** What the reader looks at. */
export interface SelectionSlice {
  global: HeadChoice;
  local: HeadChoice;
  mapView: MapView;
  /** The map whose heads are spread out to choose from. */
  headsOpen: MapName | null;
  /** The map whose view settings are open. */
  mapViewOpen: MapName | null;
  /** The panel that fills the screen. */
  fullPanel: PanelName | null;
  /** The token or block under the pointer, lit up in every view; for a cell of a map its key. Null when there is none. */
  hovered: TokenRange | null;
  /** The cell whose query and key are lit up; null while the pointer is elsewhere. */
  cell: ChosenCell | null;
  choose(map: MapName, choice: HeadChoice): void;
  setMapView(change: Partial<MapView>): void;
  openHeads(map: MapName | null): void;
  openMapView(map: MapName | null): void;
  /** Lets a panel fill the screen, or all be in their places again; what is open over the panels closes. */
  openFull(panel: PanelName | null): void;
  hover(range: TokenRange | null): void;
  /** Lights up a cell; its key becomes `hovered`. */
  chooseCell(cell: ChosenCell | null): void;
}

export const selectionSlice: Slice<SelectionSlice> = (set) => ({
  global: { layer: 0, head: 0 },
  local: { layer: 0, head: 0 },
  mapView: DEFAULT_MAP_VIEW,
  headsOpen: null,
  mapViewOpen: null,
  fullPanel: null,
  hovered: null,
  cell: null,
  choose: (map, choice) => set({ [map]: choice }),
  setMapView: (change) => set((state) => ({ mapView: { ...state.mapView, ...change } })),
  openHeads: (headsOpen) => set({ headsOpen }),
  openMapView: (mapViewOpen) => set({ mapViewOpen }),
  openFull: (fullPanel) => set({ fullPanel, headsOpen: null, mapViewOpen: null }),
  hover: (hovered) =>
    set((state) =>
      sameRange(state.hovered, hovered) && state.cell === null ? state : { hovered, cell: null },
    ),
  chooseCell: (cell) =>
    set((state) => {
      const before = state.cell;
      const same =
        before?.map === cell?.map && before?.row === cell?.row && before?.column === cell?.column;
      return same && sameRange(before?.key ?? null, cell?.key ?? null)
        ? state
        : { cell, hovered: cell?.key ?? null };
    }),
});

function sameRange(a: TokenRange | null, b: TokenRange | null): boolean {
  return a?.from === b?.from && a?.to === b?.to;
}
