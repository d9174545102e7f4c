'use client';

import { useRef } from 'react';
import { padsOf, textTokensOf } from '@/lib/compare/text-trace';
import type { LaneId, LaneTrace } from '@/lib/compare/types';
import { mapCapacity } from '@/lib/draw/attention-map';
import { binned, binnedMap, binOf, type Triangle } from '@/lib/draw/binned-map';
import { globalRowsAt } from '@/lib/draw/from-trace';
import { choiceName, globalWeights, type HeadChoice } from '@/lib/trace/heads';
import { Trace } from '@/lib/trace/trace';
import { useStageType } from '../canvas/stage-type';
import { AttentionFigure } from '../step/attention-figure';
import { inType } from '../step/map-options';
import { useCompare, useCompareMoment, useCompareView } from './compare-context';
import { LANE_MAP, MapPanel } from './map-panel';
import { mapRoom } from './map-room';

interface GlobalMapProps {
  lane: LaneId;
  trace: LaneTrace | null;
}

/** Which earlier blocks each block of a lane looked back at. */
export function GlobalMap({ lane, trace: any }: GlobalMapProps) {
  const { store, view } = useCompare();
  const { cursor } = useCompareMoment();
  const choice = useCompareView((state) => state.heads[lane].global);
  const options = inType(LANE_MAP, useStageType());
  const bin = useRef(1);
  const trace = any instanceof Trace ? any : null;
  const at = trace && cursor !== null ? cursorIn(trace, cursor) : 0;
  const rows = trace ? globalRowsAt(trace, at) : 0;
  const name = trace ? choiceName(choice, trace.dims.blockLayers, trace.dims.heads) : '';
  return (
    <MapPanel
      lane={lane}
      map="global"
      title="Global"
      trace={trace}
      layers={trace?.dims.blockLayers ?? 0}
      empty={
        trace === null
          ? 'which earlier blocks each block looks back at'
          : rows === 0
            ? 'block 0 has nothing to look back at'
            : null
      }
      table={() => ({
        caption: `Global attention of block ${rows - 1}, ${name}, ${lane} lane`,
        columns: ['block', 'weight'],
        rows: Array.from(trace ? globalWeights(trace, rows - 1, choice) : [], (weight, block) => ({
          name: String(block),
          cells: [weight.toFixed(4)],
        })),
      })}
    >
      <AttentionFigure
        label={`Global attention map, ${lane} lane, ${name}, ${rows} blocks.`}
        options={options}
        ramp="globalRamp"
        depends={() => {
          const state = store.getState();
          const now = state.lanes[lane].trace;
          const { heads } = view.getState();
          if (!(now instanceof Trace) || state.cursor === null) return [now];
          return [
            now,
            now.blocks,
            globalRowsAt(now, cursorIn(now, state.cursor)),
            heads[lane].global,
          ];
        }}
        data={(size) => {
          const state = store.getState();
          const now = state.lanes[lane].trace;
          if (!(now instanceof Trace) || state.cursor === null) return null;
          const map = triangleOf(
            now,
            cursorIn(now, state.cursor),
            view.getState().heads[lane].global,
          );
          if (size) bin.current = binOf(map.size, mapRoom(size, options));
          return binnedMap(map, bin.current);
        }}
        describe={({ row, column }, { weight }) => {
          const query = binned(row, bin.current, rows);
          const key = binned(column, bin.current, rows);
          if (Number.isNaN(weight)) return `${blocks(query)} cannot see ${blocks(key)} (masked)`;
          return `${blocks(query)} → ${blocks(key)}: ${bin.current > 1 ? 'at most ' : ''}${weight.toFixed(3)}`;
        }}
        onSelect={() => {}}
        caption={() =>
          bin.current > 1
            ? `a cell: the largest of ${bin.current} × ${bin.current}`
            : `row ${rows - 1}: for block ${rows}`
        }
      />
    </MapPanel>
  );
}

/** The cursor in the lane's own padded sequence, at its last token when its text ended before. */
function cursorIn(trace: Trace, cursor: number): number {
  return Math.min(cursor, textTokensOf(trace) - 1) + padsOf(trace);
}

function triangleOf(trace: Trace, cursor: number, choice: HeadChoice): Triangle {
  return {
    owner: trace,
    choice,
    size: mapCapacity(trace.blocks),
    rows: globalRowsAt(trace, cursor),
    row: (block) => globalWeights(trace, block, choice),
    rowLabel: String,
    columnLabel: String,
  };
}

function blocks({ first, last }: { first: number; last: number }): string {
  return first >= last ? `block ${first}` : `blocks ${first}–${last}`;
}
