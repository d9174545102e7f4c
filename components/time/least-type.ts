import type { AppState } from '@/lib/store/store';
import { PROJECTOR, stageType } from '../canvas/stage-type';

/** The smallest type of the axis: it is read from afar on a stage, and while it fills the screen. */
export function leastType({ fullPanel }: Pick<AppState, 'fullPanel'>): number {
  return fullPanel === 'axis' && window.matchMedia(PROJECTOR).matches ? 18 : stageType();
}
