import type { AppState } from '@/lib/store/store';

/** Narrower windows are no projectors. */
const PROJECTOR = 900;

/** The smallest type of the axis: it is read from afar while it fills the screen. */
export function leastType({ fullPanel }: AppState): number {
  return fullPanel === 'axis' && window.innerWidth >= PROJECTOR ? 18 : 12;
}
