import { TOKEN_CHARACTER } from '@/lib/draw/shapes';
import { PROJECTOR, useStageType } from '../canvas/stage-type';
import { useApp } from '../page-context';
import { GLOBAL_MAP, inType, LOCAL_MAP, type PanelMapOptions } from './map-options';

/**
 * The options of a map in its place, in the type of a stage, and while its panel fills the screen larger still: cells with values,
 * longer labels.
 */
export function useMapOptions(map: 'global' | 'local'): PanelMapOptions {
  const full = useApp((state) => state.fullPanel === map);
  const usual = map === 'global' ? GLOBAL_MAP : LOCAL_MAP;
  const stage = useStageType();
  if (!full) return inType(usual, stage);
  if (!window.matchMedia(PROJECTOR).matches) return { ...usual, maxCell: 72, numbers: true };
  // No smaller than 18; no larger where many numbers must fit their cells.
  const type = map === 'global' ? 18 : 22;
  const labelRoom = map === 'global' ? 24 : 14;
  return {
    ...usual,
    type,
    labelRoom,
    gutter: Math.round(labelRoom * type * TOKEN_CHARACTER) + 8,
    margin: map === 'global' ? 4 : 118,
    header: 30,
    minCell: map === 'global' ? 12 : 1,
    maxCell: 168,
    numbers: true,
  };
}
