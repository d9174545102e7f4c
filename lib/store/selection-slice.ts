import type { Slice } from './store';

/** One attention head: which layer, which head in it. */
export interface HeadChoice {
  layer: number;
  head: number;
}

/** What the reader looks at. */
export interface SelectionSlice {
  global: HeadChoice;
  local: HeadChoice;
  /** The token under the pointer, lit up in every view, or null. */
  hovered: number | null;
  choose(map: 'global' | 'local', choice: Partial<HeadChoice>): void;
  hover(token: number | null): void;
}

export const selectionSlice: Slice<SelectionSlice> = (set) => ({
  global: { layer: 0, head: 0 },
  local: { layer: 0, head: 0 },
  hovered: null,
  choose: (map, choice) => set((state) => ({ [map]: { ...state[map], ...choice } })),
  hover: (hovered) => set({ hovered }),
});
