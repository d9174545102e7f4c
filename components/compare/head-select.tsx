'use client';

import type { LaneId } from '@/lib/compare/types';
import type { LaneMap } from '@/lib/store/compare-view';
import type { HeadChoice } from '@/lib/trace/heads';
import step from '../step/step.module.css';
import { useCompareView } from './compare-context';

interface HeadSelectProps {
  lane: LaneId;
  map: LaneMap;
  layers: number;
  heads: number;
}

/** Chooses the head that a map shows, or the mean or maximum of a layer's heads or of all. */
export function HeadSelect({ lane, map, layers, heads }: HeadSelectProps) {
  const choice = useCompareView((state) => state.heads[lane][map]);
  const choose = useCompareView((state) => state.choose);
  const value = `${choice.layer} ${choice.head}`;
  return (
    <select
      className={step.select}
      aria-label={`Head of ${MAP_WORDS[map]}, ${lane} lane`}
      value={value}
      onChange={(event) => choose(lane, map, choiceOf(event.target.value))}
    >
      {Array.from({ length: layers }, (_, layer) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: layers never move
        <optgroup key={layer} label={`layer ${layer}`}>
          {Array.from({ length: heads }, (_, head) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: heads never move
            <option key={head} value={`${layer} ${head}`}>
              L{layer} · head {head}
            </option>
          ))}
          <option value={`${layer} mean`}>L{layer} · mean</option>
          <option value={`${layer} max`}>L{layer} · maximum</option>
        </optgroup>
      ))}
      <optgroup label="all layers">
        <option value="all mean">all · mean</option>
        <option value="all max">all · maximum</option>
      </optgroup>
    </select>
  );
}

/** The maps in words. */
export const MAP_WORDS: Record<LaneMap, string> = {
  global: 'global attention',
  local: 'local attention',
  flat: 'attention',
};

function choiceOf(value: string): HeadChoice {
  const [layer, head] = value.split(' ');
  const combined = head === 'mean' || head === 'max' ? head : null;
  if (layer === 'all') return { layer, head: combined ?? 'mean' };
  return { layer: Number(layer), head: combined ?? Number(head) };
}
