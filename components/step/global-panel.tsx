'use client';

import { useState } from 'react';
import { globalMapData } from '@/lib/draw/attention-data';
import type { CellValue, MapCell } from '@/lib/draw/attention-map';
import { globalRowsAt } from '@/lib/draw/from-trace';
import { shorten } from '@/lib/draw/shapes';
import { chosenCell } from '@/lib/store/chosen-cell';
import type { AppState } from '@/lib/store/store';
import type { Writer } from '@/lib/store/writer';
import { choiceName, globalWeights, type HeadChoice } from '@/lib/trace/heads';
import { leftOutOfGlobalRow } from '@/lib/trace/map-view';
import type { Trace } from '@/lib/trace/trace';
import { blockLabel } from '../labels';
import { useApp, useMoment, usePage } from '../page-context';
import { Panel } from '../panel/panel';
import { PanelActions } from '../panel/panel-actions';
import { AttentionFigure, type DrawnSpan } from './attention-figure';
import { FullRow } from './full-row';
import { HeadPicker } from './head-picker';
import { keptCell } from './kept-cell';
import { MapFoot } from './map-foot';
import { MapWords } from './map-words';
import { openCell } from './open-cell';
import { StationTitle } from './station-title';
import styles from './step.module.css';
import { TableView } from './table-view';
import { useMapOptions } from './use-map-options';

/** Which earlier blocks each block looked back at: one layer and head of the block decoder. */
export function GlobalPanel() {
  const { store, commands, boundary } = usePage();
  const { trace, cursor } = useMoment();
  const writer = useApp((state) => state.writer);
  const choice = useApp((state) => state.global);
  const [table, setTable] = useState(false);
  const full = useApp((state) => state.fullPanel === 'global');
  const options = useMapOptions('global');
  const rows = trace && cursor !== null ? globalRowsAt(trace, cursor) : 0;
  return (
    <Panel name="global" label="Global attention" className={styles.panel}>
      <div className={styles.head}>
        <StationTitle station="global" className={styles.globalTitle}>
          Global attention
        </StationTitle>
        <HeadPicker map="global" />
        <PanelActions panel="global" part={table ? 'row' : 'all'} />
      </div>
      <MapWords map="global">block decoder: which earlier blocks each block looked at</MapWords>
      {!trace || cursor === null ? (
        <p className={styles.empty}>
          A row for each block, a column for each block it can look back at.
        </p>
      ) : rows === 0 ? (
        <p className={styles.empty}>Block 0 has nothing before it to look back at.</p>
      ) : table ? (
        <GlobalTable trace={trace} row={rows - 1} choice={choice} writer={writer} />
      ) : (
        <AttentionFigure
          label={`Global attention map, ${nameOf(trace, choice)}, ${rows} blocks.`}
          options={options}
          ramp="globalRamp"
          depends={() => {
            const state = store.getState();
            const { trace: now, cursor: at } = state;
            return [
              now,
              now?.blocks,
              now && at !== null && globalRowsAt(now, at),
              state.global,
              state.mapView,
              state.writer,
              litBlock(state),
              boundary.progress,
            ];
          }}
          data={() => {
            const state = store.getState();
            const { trace: now, cursor: at, writer: by } = state;
            if (!now || at === null) return null;
            const digits = String(now.blocks).length;
            const map = globalMapData(now, at, state.global, state.mapView, (block) =>
              shorten(
                `${String(block).padStart(digits)} ${blockLabel(now, by, block)}`,
                options.labelRoom,
              ),
            );
            return { ...map, lit: litBlock(state), arrival: boundary.progress };
          }}
          describe={(cell, value, first) => cellText(trace, writer, cell, value, first)}
          kept={() => keptCell(store.getState(), 'global')}
          onSelect={(cell) =>
            store.getState().chooseCell(
              cell &&
                chosenCell(trace, cursor, {
                  map: 'global',
                  row: cell.row,
                  column: cell.column < 0 ? null : cell.column,
                }),
            )
          }
          onOpen={() => openCell(store, commands, 'global')}
          caption={(span) => (
            <Caption rows={rows} span={span} minCell={options.minCell} full={full} />
          )}
        />
      )}
      {full && trace && rows > 0 && <FullRow trace={trace} row={rows - 1} choice={choice} />}
      {rows > 0 && <MapFoot map="global" table={table} onTable={setTable} />}
    </Panel>
  );
}

function nameOf({ dims }: Trace, choice: HeadChoice): string {
  return choiceName(choice, dims.blockLayers, dims.heads);
}

/** The block under the pointer elsewhere on the page. */
function litBlock({ trace, hovered, cell }: AppState): number | null {
  if (!trace || !hovered || cell?.map === 'global') return null;
  return Math.floor(hovered.from / trace.dims.blockLength);
}

function cellText(
  trace: Trace,
  writer: Writer | null,
  { row, column }: MapCell,
  { weight, leftOut }: CellValue,
  first: number,
): string {
  const named = (block: number) =>
    `block ${block} “${shorten(blockLabel(trace, writer, block), 18)}”`;
  const query = `B${named(row).slice(1)}`;
  if (column < 0) {
    const blocks = first === 1 ? 'block 0' : `blocks 0–${first - 1} together`;
    return `${query} → ${blocks}: ${weight.toFixed(3)}`;
  }
  if (Number.isNaN(weight)) {
    return `Block ${row} cannot see block ${column}: it comes later (masked).`;
  }
  return `${query} → ${named(column)}: ${weight.toFixed(3)}${leftOut ? ', left out of the picture' : ''}`;
}

interface CaptionProps {
  rows: number;
  span: DrawnSpan | null;
  minCell: number;
  full: boolean;
}

function Caption({ rows, span, minCell, full }: CaptionProps) {
  const { commands } = usePage();
  const whole = useApp((state) => state.mapView.whole);
  const command = commands['whole-map'];
  const part = span !== null && span.first > 0;
  const tiny = whole && span !== null && span.cell < minCell;
  return (
    <>
      {full
        ? 'Point at a cell, or use the arrow keys in the map.'
        : `block ${rows} is written from row ${rows - 1}: block ${rows - 1} looking back`}
      {part && `; Σ: blocks 0–${span.first - 1} together`}
      {(part || tiny) && (
        <>
          {' '}
          <button type="button" className={styles.inline} onClick={command.run}>
            {part ? 'show all rows' : 'rows near the cursor'}
          </button>
        </>
      )}
    </>
  );
}

interface GlobalTableProps {
  trace: Trace;
  row: number;
  choice: HeadChoice;
  writer: Writer | null;
}

function GlobalTable({ trace, row, choice, writer }: GlobalTableProps) {
  const view = useApp((state) => state.mapView);
  const weights = globalWeights(trace, row, choice);
  const leftOut = leftOutOfGlobalRow(weights, view);
  return (
    <TableView
      caption={`Global attention of block ${row}, ${nameOf(trace, choice)}`}
      columns={['block', 'tokens', 'weight']}
      rows={Array.from(weights, (weight, block) => ({
        name: String(block),
        cells: [
          blockLabel(trace, writer, block) + (leftOut[block] === 1 ? ' (left out of the map)' : ''),
          weight.toFixed(4),
        ],
      }))}
    />
  );
}
