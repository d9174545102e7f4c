import type { Slice } from './store';

export type ThemeName = 'light' | 'dark';

/** How the page looks. */
export interface ViewSlice {
  /** Null follows the system. */
  theme: ThemeName | null;
  helpOpen: boolean;
  setTheme(theme: ThemeName | null): void;
  setHelpOpen(open: boolean): void;
}

export const viewSlice: Slice<ViewSlice> = (set) => ({
  theme: null,
  helpOpen: false,
  setTheme: (theme) => set({ theme }),
  setHelpOpen: (helpOpen) => set({ helpOpen }),
});
