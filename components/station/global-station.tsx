'use client';

import {
  layoutTiles,
  moveTile,
  paintTiles,
  type TileCell,
  tileAt,
  tileValue,
} from '@/lib/draw/flow-tiles';
import { globalRowsAt } from '@/lib/draw/from-trace';
import { blockLabel } from '../labels';
import { useApp, useMoment, usePage } from '../page-context';
import { Legend } from '../step/legend';
import { ArithmeticPanel } from './arithmetic-panel';
import { CursorFigure } from './cursor-figure';
import styles from './station.module.css';

/** The row at the cursor in every layer and head of the block decoder, and the arithmetic of a cell of it. */
export function GlobalStation() {
  const { store } = usePage();
  const { trace, cursor } = useMoment();
  const writer = useApp((state) => state.writer);
  const shown = useApp((state) => state.arithmetic);
  const rows = trace && cursor !== null ? globalRowsAt(trace, cursor) : 0;
  if (!trace || rows === 0) {
    return <p className={styles.empty}>Block 0 has nothing before it to look back at.</p>;
  }
  const { blockLayers, heads } = trace.dims;
  const row = rows - 1;
  const named = (block: number) => `block ${block} “${blockLabel(trace, writer, block)}”`;
  const cellOf = (cell: TileCell) => ({ map: 'global' as const, ...cell, row });
  return (
    <div className={styles.attention}>
      <section aria-label={`Row ${row} in all heads`}>
        <h3>
          Row {row}, all {blockLayers * heads} heads
          <small>columns: blocks 0–{row}</small>
        </h3>
        <CursorFigure<ReturnType<typeof layoutTiles>, TileCell>
          label={`Global row ${row} in ${blockLayers} layers of ${heads} heads, over blocks 0 to ${row}.`}
          className={styles.rows}
          depends={() => {
            const { trace: now, cursor: at, mapView, arithmetic } = store.getState();
            return [now, now && at !== null && globalRowsAt(now, at), mapView.scale, arithmetic];
          }}
          layout={(size, { type }) => {
            const { trace: now, cursor: at, mapView } = store.getState();
            const current = now && at !== null ? globalRowsAt(now, at) - 1 : -1;
            if (!now || current < 0) return null;
            return layoutTiles(
              {
                layers: now.dims.blockLayers,
                heads: now.dims.heads,
                rows: 1,
                columns: current + 1,
                known: 1,
                values: (layer, head) => now.globalRow(current, layer, head),
                visible: () => true,
                scale: mapView.scale,
                current: null,
              },
              size,
              { perLine: 1, maxCell: 48, square: false, type },
            );
          }}
          paint={(ctx, geometry, selected, theme) => {
            const { arithmetic } = store.getState();
            const marked =
              arithmetic?.map === 'global' && arithmetic.row === geometry.data.columns - 1;
            const marks = { selected, shown: marked ? { ...arithmetic, row: 0 } : null };
            paintTiles(ctx, geometry, marks, theme, theme.globalRamp);
          }}
          at={tileAt}
          move={moveTile}
          describe={(geometry, cell) =>
            `layer ${cell.layer}, head ${cell.head}: ${named(row)} → ${named(cell.column)}: ${tileValue(geometry, cell).toFixed(4)}`
          }
          onOpen={(cell) => {
            store.getState().choose('global', { layer: cell.layer, head: cell.head });
            store.getState().openArithmetic(cellOf(cell));
          }}
        >
          Point at a weight to read it; a click or Enter opens its arithmetic.
        </CursorFigure>
        <Legend family="global" />
      </section>
      <ArithmeticPanel
        cell={shown?.map === 'global' ? shown : null}
        nameOf={(position) => `block ${position}`}
      />
    </div>
  );
}
