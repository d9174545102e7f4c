import { flatBytes, globalHeldBytes, localHeldBytes, localPeakBytes } from '@/lib/model/cost';
import { placeOf } from '@/lib/model/layout';
import type { Trace } from '@/lib/trace/trace';
import type { ArcsData } from './arcs';
import { type MapCell, type MapData, mapCapacity } from './attention-map';
import type { CacheData } from './cache-lane';

/** One layer and head of a map. */
export interface Head {
  layer: number;
  head: number;
}

/** Rows of the global map that exist while the token at `cursor` is chosen: 0 … block − 1. */
export function globalRowsAt(trace: Trace, cursor: number): number {
  return Math.min(trace.rows, placeOf(cursor, trace.dims).block);
}

/** The global map at a cursor; its side follows the whole trace, so that scrubbing only clips rows. */
export function globalMapData(
  trace: Trace,
  cursor: number,
  { layer, head }: Head,
  selected: MapCell | null,
  rowLabel: (block: number) => string,
): MapData {
  const rows = globalRowsAt(trace, cursor);
  let from = -1;
  let values: Float32Array = new Float32Array(0);
  return {
    size: mapCapacity(trace.blocks),
    rows,
    weight: (row, column) => {
      if (row !== from) {
        from = row;
        values = trace.globalRow(row, layer, head);
      }
      return values[column] ?? Number.NaN;
    },
    current: rows > 0 ? rows - 1 : null,
    selected,
    rowLabel,
    columnLabel: String,
  };
}

/** Rows of the local map that exist while the token at `cursor` is chosen: the query of its slot is the last. */
export function localMapData(
  trace: Trace,
  cursor: number,
  { layer, head }: Head,
  selected: MapCell | null,
  label: (position: number) => string,
): MapData {
  const place = placeOf(cursor, trace.dims);
  const side = trace.localSide;
  const P = trace.dims.prefixLength;
  const values = trace.localMap(place.block, layer, head);
  return {
    size: side,
    rows: values ? place.localRow + 1 : 0,
    weight: (row, column) => values?.[row * side + column] ?? Number.NaN,
    current: values ? place.localRow : null,
    selected,
    rowLabel: label,
    columnLabel: (column) => (column < P ? `p${column}` : `s${column - P}`),
    rowNote: (row) => (row < P - 1 ? 'nothing' : `slot ${row - P + 1}`),
  };
}

/** Global row b − 1: what served the block at the cursor. Null in block 0, which nothing precedes. */
export function arcsData(trace: Trace, cursor: number, { layer, head }: Head): ArcsData | null {
  const rows = globalRowsAt(trace, cursor);
  return rows === 0 ? null : { from: rows - 1, weights: trace.globalRow(rows - 1, layer, head) };
}

/** What the caches hold, token by token, up to the cursor. `allocated` is null when the buffers are not known. */
export function cacheData(trace: Trace, cursor: number, allocated: number | null): CacheData {
  const { dims, pads, promptBlocks } = trace;
  const promptTokens = promptBlocks * dims.blockLength;
  return {
    upTo: cursor,
    promptBlocks,
    globalHeld: (token) => globalHeldBytes(token, dims),
    allocated,
    localHeld: (token) => (token < promptTokens ? 0 : localHeldBytes(token, dims)),
    localPeak: localPeakBytes(dims),
    // A flat model needs no pads.
    flatHeld: (token) => flatBytes(Math.max(0, token - pads), dims),
  };
}

/** The cache numbers at one token. */
export interface CacheCount {
  global: number;
  local: number;
  flat: number;
  globalPositions: number;
  localPositions: number;
  flatLayers: number;
  /** flat ÷ (global + local); null while there is nothing to divide. */
  timesLess: number | null;
  promptTokens: number;
}

/** What is held while the token at `cursor` is chosen. */
export function cacheCount(trace: Trace, cursor: number): CacheCount {
  const { dims } = trace;
  const data = cacheData(trace, cursor, null);
  const place = placeOf(cursor, dims);
  const global = data.globalHeld(cursor);
  const local = data.localHeld(cursor);
  const flat = data.flatHeld(cursor);
  return {
    global,
    local,
    flat,
    globalPositions: place.globalHeld,
    localPositions: local > 0 ? place.localHeld : 0,
    flatLayers: dims.blockLayers + dims.tokenLayers,
    timesLess: global + local > 0 && flat > 0 ? flat / (global + local) : null,
    promptTokens: trace.promptBlocks * dims.blockLength - trace.pads,
  };
}
