'use client';

import { padsOf, textTokensOf } from '@/lib/compare/text-trace';
import type { LaneId, LaneTrace } from '@/lib/compare/types';
import { localMapData } from '@/lib/draw/attention-data';
import type { MapOptions } from '@/lib/draw/attention-map';
import { placeOf } from '@/lib/model/layout';
import { choiceName, localWeights } from '@/lib/trace/heads';
import { DEFAULT_MAP_VIEW } from '@/lib/trace/map-view';
import { Trace } from '@/lib/trace/trace';
import { useStageType } from '../canvas/stage-type';
import { AttentionFigure } from '../step/attention-figure';
import { inType } from '../step/map-options';
import { useCompare, useCompareMoment, useCompareView } from './compare-context';
import { LANE_MAP, MapPanel } from './map-panel';

const LOCAL: MapOptions = { ...LANE_MAP, maxCell: 34, numbers: true };

interface LocalMapProps {
  lane: LaneId;
  trace: LaneTrace | null;
}

/** What each slot of the block at the cursor looked at. */
export function LocalMap({ lane, trace: any }: LocalMapProps) {
  const { store, view } = useCompare();
  const { cursor } = useCompareMoment();
  const choice = useCompareView((state) => state.heads[lane].local);
  const options = inType(LOCAL, useStageType());
  const trace = any instanceof Trace ? any : null;
  const place = trace && cursor !== null ? placeIn(trace, cursor) : null;
  const map = trace && place ? localWeights(trace, place.block, choice) : null;
  const name = trace ? choiceName(choice, trace.dims.tokenLayers, trace.dims.heads) : '';
  const position = (index: number) => positionName(trace, index);
  return (
    <MapPanel
      lane={lane}
      map="local"
      title="Local"
      trace={trace}
      layers={trace?.dims.tokenLayers ?? 0}
      empty={
        trace === null
          ? 'what the block being written sees: its prefixes and itself'
          : map === null
            ? 'prompt tokens never pass through the token decoder'
            : null
      }
      table={() => {
        const side = trace?.localSide ?? 0;
        const row = place?.localRow ?? 0;
        const weights = map?.subarray(row * side, row * side + row + 1) ?? [];
        return {
          caption: `Local attention of ${position(row)} in block ${place?.block}, ${name}, ${lane} lane`,
          columns: ['position', 'weight'],
          rows: Array.from(weights, (weight, index) => ({
            name: position(index),
            cells: [weight.toFixed(4)],
          })),
        };
      }}
    >
      <AttentionFigure
        label={`Local attention map of block ${place?.block}, ${lane} lane, ${name}.`}
        options={options}
        ramp="localRamp"
        depends={() => {
          const state = store.getState();
          const now = state.lanes[lane].trace;
          return [now, now?.length, state.cursor, view.getState().heads[lane].local];
        }}
        data={() => {
          const state = store.getState();
          const now = state.lanes[lane].trace;
          if (!(now instanceof Trace) || state.cursor === null) return null;
          const at = Math.min(state.cursor, textTokensOf(now) - 1) + padsOf(now);
          const heads = view.getState().heads[lane].local;
          const drawn = localMapData(now, at, heads, DEFAULT_MAP_VIEW, (index) =>
            positionName(now, index),
          );
          const { rowNote: _, ...bare } = drawn;
          return bare;
        }}
        describe={({ row, column }, { weight }) =>
          Number.isNaN(weight)
            ? `${position(row)} cannot see ${position(column)} (masked)`
            : `${position(row)} → ${position(column)}: ${weight.toFixed(3)}`
        }
        onSelect={() => {}}
        caption={() => (place ? `block ${place.block}, slot ${place.slot}` : '')}
      />
    </MapPanel>
  );
}

function placeIn(trace: Trace, cursor: number): ReturnType<typeof placeOf> {
  return placeOf(Math.min(cursor, textTokensOf(trace) - 1) + padsOf(trace), trace.dims);
}

/** A position of the local map: a prefix, or a slot. */
function positionName(trace: Trace | null, position: number): string {
  const prefixes = trace?.dims.prefixLength ?? 0;
  return position < prefixes ? `p${position}` : `s${position - prefixes}`;
}
