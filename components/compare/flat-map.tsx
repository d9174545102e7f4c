'use client';

import { useRef } from 'react';
import { kindOf } from '@/lib/compare/caches';
import { textTokensOf } from '@/lib/compare/text-trace';
import type { LaneId } from '@/lib/compare/types';
import { mapCapacity } from '@/lib/draw/attention-map';
import { binned, binnedMap, binOf, type Triangle } from '@/lib/draw/binned-map';
import { flatWeights } from '@/lib/trace/flat-heads';
import { hideUnseen } from '@/lib/trace/flat-seen';
import { FlatTrace } from '@/lib/trace/flat-trace';
import { choiceName, type HeadChoice } from '@/lib/trace/heads';
import { useStageType } from '../canvas/stage-type';
import { AttentionFigure } from '../step/attention-figure';
import { inType } from '../step/map-options';
import styles from './compare.module.css';
import { useCompare, useCompareMoment, useCompareState, useCompareView } from './compare-context';
import { LANE_MAP, MapPanel } from './map-panel';
import { mapRoom } from './map-room';

interface FlatMapProps {
  lane: LaneId;
  trace: FlatTrace | null;
}

/** Which earlier tokens each token of a flat lane looked back at; long texts share cells, which is said. */
export function FlatMap({ lane, trace }: FlatMapProps) {
  const { store, view } = useCompare();
  const { cursor } = useCompareMoment();
  const choice = useCompareView((state) => state.heads[lane].flat);
  const info = useCompareState((state) => state.lanes[lane].info);
  const cache = trace?.header.cache;
  const options = inType(LANE_MAP, useStageType());
  const bin = useRef(1);
  const rows = trace && cursor !== null ? rowsAt(trace, cursor) : 0;
  const layers = trace?.dims.blockLayers ?? 0;
  const name = trace ? choiceName(choice, layers, trace.dims.heads) : '';
  return (
    <>
      <MapPanel
        lane={lane}
        map="flat"
        title="Attention"
        trace={trace}
        layers={layers}
        empty={
          trace === null
            ? 'which earlier tokens each token looks back at'
            : rows === 0
              ? 'token 0 has nothing to look back at'
              : null
        }
        table={() => ({
          caption: `Attention of token ${rows - 1}, ${name}, ${lane} lane`,
          columns: ['token', 'weight'],
          rows: Array.from(trace ? weightsOf(trace, rows - 1, choice) : [], (weight, token) => ({
            name: String(token),
            cells: [Number.isNaN(weight) ? 'dropped' : weight.toFixed(4)],
          })),
        })}
      >
        <AttentionFigure
          label={`Attention map, ${lane} lane, ${name}, ${rows} tokens.`}
          options={options}
          ramp="flatRamp"
          depends={() => {
            const state = store.getState();
            const now = state.lanes[lane].trace;
            if (!(now instanceof FlatTrace) || state.cursor === null) return [now];
            return [
              now,
              mapCapacity(textTokensOf(now)),
              rowsAt(now, state.cursor),
              view.getState().heads[lane].flat,
            ];
          }}
          data={(size) => {
            const state = store.getState();
            const now = state.lanes[lane].trace;
            if (!(now instanceof FlatTrace) || state.cursor === null) return null;
            const map = triangleOf(now, state.cursor, view.getState().heads[lane].flat);
            if (size) bin.current = binOf(map.size, mapRoom(size, options));
            return binnedMap(map, bin.current);
          }}
          describe={({ row, column }, { weight }) => {
            const query = binned(row, bin.current, rows);
            const key = binned(column, bin.current, rows);
            if (Number.isNaN(weight)) {
              return key.first > query.last
                ? `${tokens(query)} cannot see ${tokens(key)} (masked)`
                : `${tokens(query)} no longer sees ${tokens(key)} (dropped)`;
            }
            return `${tokens(query)} → ${tokens(key)}: ${bin.current > 1 ? 'at most ' : ''}${weight.toFixed(3)}`;
          }}
          onSelect={() => {}}
          caption={() =>
            bin.current > 1
              ? `a cell: the largest of ${bin.current} × ${bin.current}`
              : `row ${rows - 1}: for token ${rows}`
          }
        />
      </MapPanel>
      {cache ? (
        <p className={styles.noLocal}>
          {kindOf(cache).name}: {lowered(kindOf(cache).keeps)}
          {cache.id === 'lorc' ? '' : ' Hatched below the diagonal: dropped.'}
          {info?.changedCache && ` On WASM: ${info.reason}.`}
        </p>
      ) : (
        <p className={styles.noLocal}>
          No blocks, no second decoder: each token looks back at every token before it, in every
          layer.
        </p>
      )}
    </>
  );
}

/** Rows that exist while the token at the cursor is chosen. */
function rowsAt(trace: FlatTrace, cursor: number): number {
  return Math.min(trace.rows, cursor, textTokensOf(trace) - 1);
}

function triangleOf(trace: FlatTrace, cursor: number, choice: HeadChoice): Triangle {
  return {
    owner: trace,
    choice,
    size: mapCapacity(textTokensOf(trace)),
    rows: rowsAt(trace, cursor),
    row: (token) => weightsOf(trace, token, choice),
    rowLabel: String,
    columnLabel: String,
  };
}

/** A row's weights, NaN for what it no longer saw. */
function weightsOf(trace: FlatTrace, token: number, choice: HeadChoice): Float32Array {
  return hideUnseen(trace, token, choice, flatWeights(trace, token, choice));
}

function lowered(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function tokens({ first, last }: { first: number; last: number }): string {
  return first >= last ? `token ${first}` : `tokens ${first}–${last}`;
}
