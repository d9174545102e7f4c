import type { EngineInfo, EngineProblem, EngineStatus } from '@/lib/engine/types';
import type { Slice } from './store';

/** What the page knows of the engine. */
export interface EngineSlice {
  status: EngineStatus;
  /** The engine as it was last ready; kept when it fails, so that what was generated can still be read. */
  info: EngineInfo | null;
  /** Why the last request did not run; shown at the prompt. */
  problem: EngineProblem | null;
  /** What was wrong with the page's address; shown until dismissed. */
  notices: readonly string[];
  setStatus(status: EngineStatus): void;
  setProblem(problem: EngineProblem | null): void;
  setNotices(notices: readonly string[]): void;
}

export const engineSlice: Slice<EngineSlice> = (set) => ({
  status: { state: 'idle' },
  info: null,
  problem: null,
  notices: [],
  setStatus: (status) =>
    set(
      status.state === 'ready' || status.state === 'running'
        ? { status, info: status.info }
        : { status },
    ),
  setProblem: (problem) => set({ problem }),
  setNotices: (notices) => set({ notices }),
});
