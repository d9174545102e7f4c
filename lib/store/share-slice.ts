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
  /** What to paste into a page is shown. */
  embedOpen: boolean;
  /** Ids of the traces whose text came with a link. */
  linked: ReadonlySet<string>;
  setShareOpen(open: boolean): void;
  setHandedOn(outcome: HandedOn | null): void;
  setEmbedOpen(open: boolean): void;
  markLinked(trace: string): void;
}

export const shareSlice: Slice<ShareSlice> = (set) => ({
  shareOpen: false,
  handedOn: null,
  embedOpen: false,
  linked: new Set(),
  setShareOpen: (shareOpen) => set({ shareOpen }),
  setHandedOn: (handedOn) => set({ handedOn }),
  setEmbedOpen: (embedOpen) => set({ embedOpen }),
  markLinked: (trace) => set(({ linked }) => ({ linked: new Set(linked).add(trace) })),
});
