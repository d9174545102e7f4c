'use client';

import { useState } from 'react';
import type { MapOptions } from '@/lib/draw/attention-map';
import { globalMapData, globalRowsAt } from '@/lib/draw/from-trace';
import { shorten } from '@/lib/draw/shapes';
import { blockLabel } from '../labels';
import { useApp, useMoment, usePage } from '../page-context';
import { AttentionFigure } from './attention-figure';
import { HeadPicker } from './head-picker';
import { HeadsGrid } from './heads-grid';
import { Legend } from './legend';
import styles from './step.module.css';
import { TableView } from './table-view';
import { type MapView, ViewSwitch } from './view-switch';

const OPTIONS: MapOptions = {
  gutter: 88,
  margin: 2,
  header: 20,
  maxCell: 24,
  numbers: false,
  labelsLeft: true,
};

/** Which earlier blocks each block looked back at: one layer and head of the block decoder. */
export function GlobalPanel() {
  const { store, boundary } = usePage();
  const { trace, cursor } = useMoment();
  const writer = useApp((state) => state.writer);
  const choice = useApp((state) => state.global);
  const [view, setView] = useState<MapView>('map');
  const rows = trace && cursor !== null ? globalRowsAt(trace, cursor) : 0;
  const name = `layer ${choice.layer}, head ${choice.head}`;
  const label = (block: number) => (trace ? blockLabel(trace, writer, block) : '');
  return (
    <section className={styles.panel} aria-label="Global attention">
      <div className={styles.head}>
        <h2 className={styles.globalTitle}>Global attention</h2>
        <HeadPicker map="global" />
      </div>
      <p className={styles.sub}>block decoder: which earlier blocks each block looked at</p>
      {!trace || cursor === null ? (
        <p className={styles.empty}>
          A row for each block, a column for each block it can look back at.
        </p>
      ) : rows === 0 ? (
        <p className={styles.empty}>Block 0 has nothing before it to look back at.</p>
      ) : view === 'heads' ? (
        <HeadsGrid
          map="global"
          layers={trace.dims.blockLayers}
          heads={trace.dims.heads}
          depends={() => [trace, rows]}
          data={(head) => globalMapData(trace, cursor, head, null, String)}
          onPick={(head) => {
            store.getState().choose('global', head);
            setView('map');
          }}
        />
      ) : view === 'table' ? (
        <TableView
          caption={`Global attention of block ${rows - 1}, ${name}`}
          columns={['block', 'tokens', 'weight']}
          rows={Array.from(
            trace.globalRow(rows - 1, choice.layer, choice.head),
            (weight, block) => ({
              name: String(block),
              cells: [label(block), weight.toFixed(4)],
            }),
          )}
        />
      ) : (
        <AttentionFigure
          label={`Global attention map, ${name}, ${rows} blocks.`}
          options={OPTIONS}
          ramp="globalRamp"
          depends={() => {
            const state = store.getState();
            return [
              state.trace?.rows,
              state.trace,
              state.cursor,
              state.global,
              state.writer,
              boundary.progress,
            ];
          }}
          data={(selected) => {
            const state = store.getState();
            if (!state.trace || state.cursor === null) return null;
            const { trace: now, writer: by } = state;
            const digits = String(now.blocks).length;
            const map = globalMapData(now, state.cursor, state.global, selected, (block) =>
              shorten(`${String(block).padStart(digits)} ${blockLabel(now, by, block)}`, 11),
            );
            return { ...map, arrival: boundary.progress };
          }}
          describe={({ row, column }, weight) =>
            Number.isNaN(weight)
              ? `Block ${row} cannot see block ${column}: it comes later (masked).`
              : `Block ${row} “${shorten(label(row), 18)}” → block ${column} “${shorten(label(column), 18)}”: ${weight.toFixed(3)}`
          }
          onSelect={(cell) => {
            const L = trace.dims.blockLength;
            store.getState().hover(cell && { from: cell.column * L, to: (cell.column + 1) * L });
          }}
          caption={
            <>
              block {rows - 1} looked back, for block {rows}
            </>
          }
        />
      )}
      {rows > 0 && (
        <div className={styles.foot}>
          <Legend family="global" />
          <ViewSwitch view={view} what="global attention" onChange={setView} />
        </div>
      )}
    </section>
  );
}
