import type { Slice } from './store';

/** One attention head: which layer, which head in it. */
export interface HeadChoice {
  layer: number;
  head: number;
}

/** The nearest choice that exists in a model with `layers` layers of `heads` heads. */
export function existingHead(choice: HeadChoice, layers: number, heads: number): HeadChoice {
  return { layer: Math.min(choice.layer, layers - 1), head: Math.min(choice.head, heads - 1) };
}

/** Tokens `from` … `to − 1`. */
export interface TokenRange {
  from: number;
  to: number;
}

/** What the reader looks at. */
export interface SelectionSlice {
  global: HeadChoice;
  local: HeadChoice;
  /** The token or block under the pointer, lit up in every view, or null. */
  hovered: TokenRange | null;
  choose(map: 'global' | 'local', choice: Partial<HeadChoice>): void;
  hover(range: TokenRange | null): void;
}

export const selectionSlice: Slice<SelectionSlice> = (set) => ({
  global: { layer: 0, head: 0 },
  local: { layer: 0, head: 0 },
  hovered: null,
  choose: (map, choice) => set((state) => ({ [map]: { ...state[map], ...choice } })),
  hover: (hovered) =>
    set((state) =>
      state.hovered?.from === hovered?.from && state.hovered?.to === hovered?.to
        ? state
        : { hovered },
    ),
});
