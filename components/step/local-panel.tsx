'use client';

import { useState } from 'react';
import type { MapOptions } from '@/lib/draw/attention-map';
import { shortWeight } from '@/lib/draw/attention-paint';
import { localMapData } from '@/lib/draw/from-trace';
import { shorten } from '@/lib/draw/shapes';
import type { EngineInfo } from '@/lib/engine/types';
import { placeOf } from '@/lib/model/layout';
import type { Trace } from '@/lib/trace/trace';
import { tokenLabelAt } from '../labels';
import { useApp, useMoment, usePage } from '../page-context';
import { AttentionFigure } from './attention-figure';
import { HeadPicker } from './head-picker';
import { HeadsGrid } from './heads-grid';
import { Legend } from './legend';
import styles from './step.module.css';
import { TableView } from './table-view';
import { type MapView, ViewSwitch } from './view-switch';

const OPTIONS: MapOptions = { gutter: 68, margin: 52, header: 20, maxCell: 44, numbers: true };

/** What each slot of the block at the cursor looked at: one layer and head of the token decoder. */
export function LocalPanel() {
  const { store } = usePage();
  const { trace, cursor } = useMoment();
  const writer = useApp((state) => state.writer);
  const choice = useApp((state) => state.local);
  const [view, setView] = useState<MapView>('map');
  const place = trace && cursor !== null ? placeOf(cursor, trace.dims) : null;
  const map = trace && place ? trace.localMap(place.block, choice.layer, choice.head) : null;
  const name = `layer ${choice.layer}, head ${choice.head}`;
  return (
    <section className={styles.panel} aria-label="Local attention">
      <div className={styles.head}>
        <h2 className={styles.localTitle}>Local attention</h2>
        <HeadPicker map="local" />
      </div>
      <p className={styles.sub}>token decoder: nothing outside this block is visible</p>
      {!trace || !place ? (
        <p className={styles.empty}>
          A small square for the block being written, replaced at each boundary.
        </p>
      ) : !map ? (
        <p className={styles.empty}>
          Block {place.block} is part of the prompt: its tokens never pass through the token
          decoder.
        </p>
      ) : view === 'heads' ? (
        <HeadsGrid
          map="local"
          layers={trace.dims.tokenLayers}
          heads={trace.dims.heads}
          depends={() => [trace, cursor]}
          data={(head) => localMapData(trace, cursor ?? 0, head, null, String)}
          onPick={(head) => {
            store.getState().choose('local', head);
            setView('map');
          }}
        />
      ) : view === 'table' ? (
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
          options={OPTIONS}
          ramp="localRamp"
          depends={() => {
            const state = store.getState();
            return [state.trace, state.trace?.blocks, state.cursor, state.local, state.writer];
          }}
          data={(selected) => {
            const state = store.getState();
            if (!state.trace || state.cursor === null) return null;
            const { trace: now, cursor: at, writer: by } = state;
            return localMapData(now, at, state.local, selected, (position) =>
              shorten(positionName(now, placeOf(at, now.dims).block, position, by), 8),
            );
          }}
          describe={({ row, column }, weight) => {
            const query = positionName(trace, place.block, row, writer);
            const key = positionName(trace, place.block, column, writer);
            const use = rowUse(trace, row);
            return Number.isNaN(weight)
              ? `${query} cannot see ${key}: it comes later (masked).`
              : `${query} → ${key}: ${weight.toFixed(3)}; ${use}`;
          }}
          caption={
            <>
              block {place.block}, slot {place.slot}: row {place.localRow} chose it
            </>
          }
        />
      )}
      {map && (
        <div className={styles.foot}>
          <Legend family="local" />
          <ViewSwitch view={view} what="local attention" onChange={setView} />
        </div>
      )}
    </section>
  );
}

/** A position of the local map: a prefix, or a slot with its token. */
function positionName(
  trace: Trace,
  block: number,
  position: number,
  writer: EngineInfo | null,
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

interface LocalTableProps {
  trace: Trace;
  block: number;
  rows: number;
  map: Float32Array;
  writer: EngineInfo | null;
  name: string;
}

function LocalTable({ trace, block, rows, map, writer, name }: LocalTableProps) {
  const side = trace.localSide;
  const names = Array.from({ length: side }, (_, i) => positionName(trace, block, i, writer));
  return (
    <TableView
      caption={`Local attention of block ${block}, ${name}; – is masked`}
      columns={['query', ...names.map((text) => shorten(text, 9))]}
      rows={names.slice(0, rows).map((text, row) => ({
        name: text,
        cells: names.map((_, column) =>
          column > row ? '–' : shortWeight(map[row * side + column] ?? Number.NaN),
        ),
      }))}
    />
  );
}
