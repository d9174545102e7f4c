import { placeOf } from '@/lib/model/layout';
import { globalWeights, type HeadChoice, localWeights } from '@/lib/trace/heads';
import { leftOutByMass, leftOutOfGlobalRow, type MapView } from '@/lib/trace/map-view';
import type { Trace } from '@/lib/trace/trace';
import { type MapData, mapCapacity } from './attention-map';
import { globalRowsAt } from './from-trace';

/** The global map at a cursor; its side follows the whole trace, so that scrubbing only clips rows. */
export function globalMapData(
  trace: Trace,
  cursor: number,
  choice: HeadChoice,
  view: MapView,
  rowLabel: (block: number) => string = String,
): MapData {
  const rows = globalRowsAt(trace, cursor);
  return {
    size: mapCapacity(trace.blocks),
    rows,
    whole: view.whole,
    scale: view.scale,
    row: (block) => {
      const weights = globalWeights(trace, block, choice);
      return { weights, leftOut: leftOutOfGlobalRow(weights, view) };
    },
    // A maximum over keys goes with a maximum over heads.
    join: choice.head === 'max' ? 'max' : 'sum',
    current: rows > 0 ? rows - 1 : null,
    rowLabel,
    columnLabel: String,
  };
}

/** Rows of the local map that exist while the token at `cursor` is chosen: the query of its slot is the last. */
export function localMapData(
  trace: Trace,
  cursor: number,
  choice: HeadChoice,
  view: MapView,
  rowLabel: (position: number) => string = String,
): MapData {
  const place = placeOf(cursor, trace.dims);
  const side = trace.localSide;
  const P = trace.dims.prefixLength;
  const values = localWeights(trace, place.block, choice);
  return {
    size: side,
    rows: values ? place.localRow + 1 : 0,
    whole: true,
    scale: view.scale,
    row: (position) => {
      const start = position * side;
      const weights = values?.subarray(start, start + position + 1) ?? new Float32Array(0);
      return { weights, leftOut: leftOutByMass(weights, view.mass) };
    },
    join: choice.head === 'max' ? 'max' : 'sum',
    current: values ? place.localRow : null,
    rowLabel,
    columnLabel: (column) => (column < P ? `p${column}` : `s${column - P}`),
    rowNote: (row) => (row < P - 1 ? 'unused' : `→ slot ${row - P + 1}`),
  };
}
