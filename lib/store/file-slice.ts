import type { Slice } from './store';

/** The file that the reader opened last. */
export interface FileSlice {
  /** The one that is being read now. */
  opening: Blob | null;
  /** Why the last one was not opened, in one sentence; shown until dismissed or another one is opened. */
  fileProblem: string | null;
  setOpening(file: Blob | null): void;
  setFileProblem(problem: string | null): void;
}

export const fileSlice: Slice<FileSlice> = (set) => ({
  opening: null,
  fileProblem: null,
  setOpening: (opening) => set({ opening }),
  setFileProblem: (fileProblem) => set({ fileProblem }),
});
