import type { MapName } from './selection-slice';
import type { Slice } from './store';

/** The stations of a step, in the order in which the model works. */
export const STATIONS = ['block', 'global', 'context', 'local', 'next'] as const;

/** A part of the page that opens large, in place: a station of the step, or the cache as slots. */
export type Station = (typeof STATIONS)[number] | 'cache';

/** The stations in words; titles, commands and names are made from them. */
export const STATION_NAMES: Record<Station, string> = {
  block: 'Block',
  global: 'Global attention',
  context: 'Context and prefixes',
  local: 'Local attention',
  next: 'Next token',
  cache: 'KV cache',
};

/** A cell whose arithmetic is written out: the weight of one head, for the query at the cursor or an earlier one. */
export interface ArithmeticCell {
  map: MapName;
  layer: number;
  head: number;
  /** Query row: a block of the global map, a position of the local one. */
  row: number;
  /** Key column, counted as rows are. */
  column: number;
}

/** What is open over the page. */
export interface StationSlice {
  station: Station | null;
  /** Shown in the station of its map; null while no cell is asked about. */
  arithmetic: ArithmeticCell | null;
  /** Opens a station, or closes the open one. */
  openStation(station: Station | null): void;
  /** Opens the arithmetic of a cell in the station of its map. */
  openArithmetic(cell: ArithmeticCell): void;
}

export const stationSlice: Slice<StationSlice> = (set) => ({
  station: null,
  arithmetic: null,
  openStation: (station) =>
    set((state) => (state.station === station ? state : { station, arithmetic: null })),
  openArithmetic: (arithmetic) => set({ station: arithmetic.map, arithmetic }),
});
