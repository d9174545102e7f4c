'use client';

import {
  layoutTiles,
  moveTile,
  paintTiles,
  type TileCell,
  tileAt,
  tileValue,
} from '@/lib/draw/flow-tiles';
import { placeOf } from '@/lib/model/layout';
import { tokenLabelAt } from '../labels';
import { useApp, useMoment, usePage } from '../page-context';
import { Legend } from '../step/legend';
import { ArithmeticPanel } from './arithmetic-panel';
import { CursorFigure } from './cursor-figure';
import styles from './station.module.css';

/** Narrower drawings show half of a layer's heads a line. */
const ONE_LINE = 520;

/** The local maps of every layer and head of the token decoder, and the arithmetic of a cell. */
export function LocalStation() {
  const { store } = usePage();
  const { trace, cursor } = useMoment();
  const writer = useApp((state) => state.writer);
  const shown = useApp((state) => state.arithmetic);
  const place = trace && cursor !== null ? placeOf(cursor, trace.dims) : null;
  if (!trace || !place || trace.localMap(place.block, 0, 0) === null) {
    return (
      <p className={styles.empty}>
        {place ? `Block ${place.block} is part of the prompt: its` : 'Prompt'} tokens never pass
        through the token decoder.
      </p>
    );
  }
  const { dims, localSide: side } = trace;
  const nameOf = (position: number) => {
    const slot = position - dims.prefixLength;
    if (slot < 0) return `prefix ${position}`;
    return `slot ${slot} “${tokenLabelAt(trace, writer, place.block * dims.blockLength + slot)}”`;
  };
  return (
    <div className={styles.attention}>
      <section aria-label="Local maps of all heads">
        <h3>
          Block {place.block}, all {dims.tokenLayers * dims.heads} heads
          <small>
            {side} × {side}: prefixes, then slots; row {place.localRow} chose the token
          </small>
        </h3>
        <CursorFigure<ReturnType<typeof layoutTiles>, TileCell>
          label={`Local maps of block ${place.block} in ${dims.tokenLayers} layers of ${dims.heads} heads.`}
          className={styles.maps}
          depends={() => {
            const { trace: now, cursor: at, mapView, arithmetic } = store.getState();
            return [now, at, mapView.scale, arithmetic];
          }}
          layout={(size, { type }) => {
            const { trace: now, cursor: at, mapView } = store.getState();
            const here = now && at !== null ? placeOf(at, now.dims) : null;
            if (!now || !here || now.localMap(here.block, 0, 0) === null) return null;
            const { tokenLayers, heads } = now.dims;
            return layoutTiles(
              {
                layers: tokenLayers,
                heads,
                rows: now.localSide,
                columns: now.localSide,
                known: here.localRow + 1,
                values: (layer, head) =>
                  now.localMap(here.block, layer, head) ?? new Float32Array(0),
                visible: (row, column) => column <= row,
                scale: mapView.scale,
                current: here.localRow,
              },
              size,
              {
                perLine: size.width < ONE_LINE ? Math.ceil(heads / 2) : heads,
                maxCell: 20,
                square: true,
                type,
              },
            );
          }}
          paint={(ctx, geometry, selected, theme) => {
            const { arithmetic } = store.getState();
            const marks = { selected, shown: arithmetic?.map === 'local' ? arithmetic : null };
            paintTiles(ctx, geometry, marks, theme, theme.localRamp);
          }}
          at={tileAt}
          move={moveTile}
          describe={(geometry, cell) => {
            const value = tileValue(geometry, cell);
            const where = `layer ${cell.layer}, head ${cell.head}: ${nameOf(cell.row)} `;
            return Number.isNaN(value)
              ? `${where} cannot see ${nameOf(cell.column)}: it comes later (masked).`
              : `${where} → ${nameOf(cell.column)}: ${value.toFixed(4)}`;
          }}
          onOpen={(cell) => {
            if (cell.column > cell.row) return;
            store.getState().choose('local', { layer: cell.layer, head: cell.head });
            store.getState().openArithmetic({ map: 'local', ...cell });
          }}
        >
          Point at a weight to read it; a click or Enter opens its arithmetic.
        </CursorFigure>
        <Legend family="local" />
      </section>
      <ArithmeticPanel cell={shown?.map === 'local' ? shown : null} nameOf={nameOf} />
    </div>
  );
}
