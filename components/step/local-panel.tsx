'use client';

import { useState } from 'react';
import { localMapData } from '@/lib/draw/attention-data';
import { shorten } from '@/lib/draw/shapes';
import { placeOf } from '@/lib/model/layout';
import { chosenCell } from '@/lib/store/chosen-cell';
import type { AppState } from '@/lib/store/store';
import type { Writer } from '@/lib/store/writer';
import { choiceName, localWeights } from '@/lib/trace/heads';
import { leftOutByMass } from '@/lib/trace/map-view';
import type { Trace } from '@/lib/trace/trace';
import { tokenLabelAt } from '../labels';
import { useApp, useMoment, usePage } from '../page-context';
import { Panel } from '../panel/panel';
import { PanelActions } from '../panel/panel-actions';
import { AttentionFigure } from './attention-figure';
import { HeadPicker } from './head-picker';
import { keptCell } from './kept-cell';
import { MapFoot } from './map-foot';
import { MapWords } from './map-words';
import { openCell } from './open-cell';
import { byWeight, RowBars } from './row-bars';
import { StationTitle } from './station-title';
import styles from './step.module.css';
import { TableView } from './table-view';
import { useMapOptions } from './use-map-options';

/** What each slot of the block at the cursor looked at: one layer and head of the token decoder. */
export function LocalPanel() {
  const { store, commands } = usePage();
  const { trace, cursor } = useMoment();
  const writer = useApp((state) => state.writer);
  const choice = useApp((state) => state.local);
  const [table, setTable] = useState(false);
  const full = useApp((state) => state.fullPanel === 'local');
  const options = useMapOptions('local');
  const place = trace && cursor !== null ? placeOf(cursor, trace.dims) : null;
  const map = trace && place ? localWeights(trace, place.block, choice) : null;
  const name = trace ? choiceName(choice, trace.dims.tokenLayers, trace.dims.heads) : '';
  return (
    <Panel name="local" label="Local attention" className={styles.panel}>
      <div className={styles.head}>
        <StationTitle station="local" className={styles.localTitle}>
          Local attention
        </StationTitle>
        <HeadPicker map="local" />
        <PanelActions panel="local" />
      </div>
      <MapWords map="local">token decoder: only this block is visible</MapWords>
      {!trace || !place ? (
        <p className={styles.empty}>
          A small square for the block being written, replaced at each boundary.
        </p>
      ) : !map ? (
        <p className={styles.empty}>
          Block {place.block} is part of the prompt: its tokens never pass through the token
          decoder.
        </p>
      ) : table ? (
        <LocalTable
          trace={trace}
          block={place.block}
          rows={place.localRow + 1}
          map={map}
          writer={writer}
          name={name}
        />
      ) : (
        <AttentionFigure
          label={`Local attention map of block ${place.block}, ${name}.`}
          options={options}
          ramp="localRamp"
          depends={() => {
            const state = store.getState();
            const { trace: now, cursor: at, local, mapView, writer: by } = state;
            return [now, now?.blocks, at, local, mapView, by, litPosition(state)];
          }}
          data={() => {
            const state = store.getState();
            const { trace: now, cursor: at, writer: by } = state;
            if (!now || at === null) return null;
            const { block } = placeOf(at, now.dims);
            const drawn = localMapData(now, at, state.local, state.mapView, (position) =>
              shorten(positionName(now, block, position, by), options.labelRoom),
            );
            return { ...drawn, lit: litPosition(state) };
          }}
          describe={({ row, column }, { weight, leftOut }) => {
            const query = positionName(trace, place.block, row, writer);
            const key = positionName(trace, place.block, column, writer);
            if (Number.isNaN(weight)) return `${query} cannot see ${key}: it comes later (masked).`;
            const left = leftOut ? ', left out of the picture' : '';
            return `${query} → ${key}: ${weight.toFixed(3)}${left}; ${rowUse(trace, row)}`;
          }}
          kept={() => keptCell(store.getState(), 'local')}
          onSelect={(cell) =>
            store
              .getState()
              .chooseCell(cell && chosenCell(trace, cursor ?? 0, { map: 'local', ...cell }))
          }
          onOpen={() => openCell(store, commands, 'local')}
          caption={() =>
            full ? (
              'Point at a cell, or use the arrow keys in the map.'
            ) : (
              <>
                block {place.block}, slot {place.slot}: row {place.localRow} chose it
              </>
            )
          }
        />
      )}
      {full && trace && place && map && (
        <FullLocalRow trace={trace} cursor={cursor ?? 0} map={map} writer={writer} />
      )}
      {map && <MapFoot map="local" table={table} onTable={setTable} />}
    </Panel>
  );
}

/** The position of the token under the pointer elsewhere on the page, if the block at the cursor has it in its map. */
function litPosition({ trace, cursor, hovered, cell }: AppState): number | null {
  if (!trace || cursor === null || !hovered || cell || hovered.to !== hovered.from + 1) return null;
  const { prefixLength, blockLength } = trace.dims;
  const slot = hovered.from - placeOf(cursor, trace.dims).block * blockLength;
  return slot >= 0 && slot < blockLength - 1 ? prefixLength + slot : null;
}

/** A position of the local map: a prefix, or a slot with its token. */
function positionName(
  trace: Trace,
  block: number,
  position: number,
  writer: Writer | null,
): string {
  const { prefixLength, blockLength } = trace.dims;
  if (position < prefixLength) return `prefix ${position}`;
  const slot = position - prefixLength;
  return `s${slot} ${tokenLabelAt(trace, writer, block * blockLength + slot)}`;
}

function rowUse(trace: Trace, row: number): string {
  const slot = row - trace.dims.prefixLength + 1;
  return slot < 0 ? 'this row predicts nothing' : `this row predicts slot ${slot}`;
}

interface FullLocalRowProps {
  trace: Trace;
  cursor: number;
  map: Float32Array;
  writer: Writer | null;
}

/** Beside the map that fills the screen: what the row that chose the token looked at. */
function FullLocalRow({ trace, cursor, map, writer }: FullLocalRowProps) {
  const { block, slot, localRow } = placeOf(cursor, trace.dims);
  const start = localRow * trace.localSide;
  const weights = map.subarray(start, start + localRow + 1);
  return (
    <RowBars
      family="local"
      bars={byWeight(weights).map((position) => ({
        key: position,
        number: '',
        text: positionName(trace, block, position, writer),
        weight: weights[position] ?? 0,
      }))}
    >
      Row {localRow} chose <q>{tokenLabelAt(trace, writer, cursor)}</q> for slot {slot} of block{' '}
      {block}. It looked at
    </RowBars>
  );
}

interface LocalTableProps {
  trace: Trace;
  block: number;
  rows: number;
  map: Float32Array;
  writer: Writer | null;
  name: string;
}

function LocalTable({ trace, block, rows, map, writer, name }: LocalTableProps) {
  const { mass } = useApp((state) => state.mapView);
  const side = trace.localSide;
  const names = Array.from({ length: side }, (_, i) => positionName(trace, block, i, writer));
  return (
    <TableView
      caption={`Local attention of block ${block}, ${name}; – is masked${mass < 1 ? ', (…) is left out of the map' : ''}`}
      columns={['query', ...names.map((text) => shorten(text, 9))]}
      rows={names.slice(0, rows).map((text, row) => {
        const weights = map.subarray(row * side, row * side + row + 1);
        const leftOut = leftOutByMass(weights, mass);
        return {
          name: text,
          cells: names.map((_, column) => {
            const weight = weights[column];
            if (weight === undefined) return '–';
            return leftOut[column] === 1 ? `(${weight.toFixed(3)})` : weight.toFixed(3);
          }),
        };
      })}
    />
  );
}
