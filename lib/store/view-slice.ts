import type { Slice } from './store';

export type ThemeName = 'light' | 'dark';

/** How the page looks. */
export interface ViewSlice {
  /** Null follows the system. */
  theme: ThemeName | null;
  helpOpen: boolean;
  /** The axis shows the whole run instead of its last blocks. */
  wholeRun: boolean;
  setTheme(theme: ThemeName | null): void;
  setHelpOpen(open: boolean): void;
  setWholeRun(whole: boolean): void;
}

export const viewSlice: Slice<ViewSlice> = (set) => ({
  theme: null,
  helpOpen: false,
  wholeRun: false,
  setTheme: (theme) => set({ theme }),
  setHelpOpen: (helpOpen) => set({ helpOpen }),
  setWholeRun: (wholeRun) => set({ wholeRun }),
});
