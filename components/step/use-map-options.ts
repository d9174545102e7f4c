import { TOKEN_CHARACTER } from '@/lib/draw/shapes';
import { useApp } from '../page-context';
import { GLOBAL_MAP, LOCAL_MAP, type PanelMapOptions } from './map-options';

/** Panels in full screen are laid out for a projector from this width on. */
const PROJECTOR = 900;

/** The options of a map in its place and, while its panel fills the screen, larger: cells with values, longer labels. */
export function useMapOptions(map: 'global' | 'local'): PanelMapOptions {
  const full = useApp((state) => state.fullPanel === map);
  const usual = map === 'global' ? GLOBAL_MAP : LOCAL_MAP;
  if (!full) return usual;
  if (window.innerWidth < PROJECTOR) return { ...usual, maxCell: 72, numbers: true };
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
