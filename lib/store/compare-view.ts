import { createStore, type StoreApi } from 'zustand/vanilla';
import type { LaneId } from '@/lib/compare/types';
import type { HeadChoice } from '@/lib/trace/heads';
import { type PresentSlice, presentSlice } from './present-slice';
import type { ThemeName } from './view-slice';

/** The maps of a lane: a block model has a global and a local one, a flat model one of all its tokens. */
export type LaneMap = 'global' | 'local' | 'flat';

/** How the page Compare looks. */
export interface CompareViewState extends PresentSlice {
  /** Null follows the system. */
  theme: ThemeName | null;
  helpOpen: boolean;
  singleKeys: boolean;
  /** The axis shows the whole text, or as much around the cursor as is legible. */
  zoom: 'whole' | 'near';
  /** What each lane's maps show. */
  heads: Readonly<Record<LaneId, Readonly<Record<LaneMap, HeadChoice>>>>;
  /** The text token under the pointer, lit up in every view. */
  pointed: number | null;
  /** What was wrong with the page's address, or with what was chosen. */
  notices: readonly string[];
  setTheme(theme: ThemeName | null): void;
  setHelpOpen(open: boolean): void;
  setSingleKeys(on: boolean): void;
  setZoom(zoom: 'whole' | 'near'): void;
  choose(lane: LaneId, map: LaneMap, choice: HeadChoice): void;
  point(token: number | null): void;
  setNotices(notices: readonly string[]): void;
}

export type CompareViewStore = StoreApi<CompareViewState>;

const FIRST: Readonly<Record<LaneMap, HeadChoice>> = {
  global: { layer: 0, head: 0 },
  local: { layer: 0, head: 0 },
  flat: { layer: 0, head: 0 },
};

/** A fresh view; a page has one. */
export function createCompareView(notices: readonly string[] = []): CompareViewStore {
  return createStore<CompareViewState>()((set) => ({
    ...presentSlice(set),
    theme: null,
    helpOpen: false,
    singleKeys: true,
    zoom: 'whole',
    heads: { upper: FIRST, lower: FIRST },
    pointed: null,
    notices,
    setTheme: (theme) => set({ theme }),
    setHelpOpen: (helpOpen) => set({ helpOpen }),
    setSingleKeys: (singleKeys) => set({ singleKeys }),
    setZoom: (zoom) => set({ zoom }),
    choose: (lane, map, choice) =>
      set(({ heads }) => ({ heads: { ...heads, [lane]: { ...heads[lane], [map]: choice } } })),
    point: (pointed) => set((state) => (state.pointed === pointed ? state : { pointed })),
    setNotices: (notices) => set({ notices }),
  }));
}
