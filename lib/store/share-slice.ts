import type { Outcome } from '@/lib/export/hand-over';
import type { Slice } from './store';

/** How handing a run on went. */
export interface HandedOn extends Outcome {
  /** It does not fit a link: the way on is a file. */
  tooLong?: boolean;
}

/** What leaves the page as a whole: a run and its view. */
export interface ShareSlice {
  shareOpen: boolean;
  /** How the last of it went; null once that has been seen. */
  handedOn: HandedOn | null;
  setShareOpen(open: boolean): void;
  setHandedOn(outcome: HandedOn | null): void;
}

export const shareSlice: Slice<ShareSlice> = (set) => ({
  shareOpen: false,
  handedOn: null,
  setShareOpen: (shareOpen) => set({ shareOpen }),
  setHandedOn: (handedOn) => set({ handedOn }),
});
