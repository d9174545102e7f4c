import { createStore, type StoreApi } from 'zustand/vanilla';

/** Whether a page is being presented: it fills the screen, in large type and without its controls. */
export interface PresentSlice {
  /** The page has a stage: it can be presented. */
  hasStage: boolean;
  presenting: boolean;
  /** The screen is black, until the speaker goes on. */
  blank: boolean;
  /** Begins or ends presenting; either way the screen is not blank. */
  present(on: boolean): void;
  setBlank(blank: boolean): void;
  setHasStage(has: boolean): void;
}

/** Sets this part of a state that may hold more. */
type SetPresent = (
  change: Partial<PresentSlice> | ((state: PresentSlice) => Partial<PresentSlice>),
) => void;

export const presentSlice = (set: SetPresent): PresentSlice => ({
  hasStage: false,
  presenting: false,
  blank: false,
  present: (presenting) => set({ presenting, blank: false }),
  setBlank: (blank) => set(({ presenting }) => ({ blank: blank && presenting })),
  setHasStage: (hasStage) => set({ hasStage }),
});

/** What a stage needs of a page's store; its state may hold more. */
export type PresentStore = Pick<
  StoreApi<PresentSlice>,
  'getState' | 'getInitialState' | 'subscribe'
>;

/** A store of this alone, for a page that has no other. */
export function createPresentStore(): StoreApi<PresentSlice> {
  return createStore<PresentSlice>()((set) => presentSlice(set));
}
