import { createStore, type StoreApi } from 'zustand/vanilla';
import { clampCursor, DEFAULT_PACE } from '@/lib/store/playback';
import { DEFAULT_LENGTH, DEFAULT_PROMPT, DEFAULT_SAMPLING } from '@/lib/store/request-slice';
import { type CacheChoice, FULL_CACHE } from './caches';
import { compareExtent, tracesOf } from './extent';
import { DEFAULT_PAIR } from './models';
import type { CompareState, LaneId, LaneState } from './types';

export type CompareStore = StoreApi<CompareState>;

/** A fresh store; a page has one, each test its own. Step data stays in the traces' typed arrays. */
export function createCompareStore(
  models: Readonly<Record<LaneId, string>> = DEFAULT_PAIR,
  caches: Readonly<Record<LaneId, CacheChoice>> = { upper: FULL_CACHE, lower: FULL_CACHE },
): CompareStore {
  return createStore<CompareState>()((set) => ({
    prompt: DEFAULT_PROMPT,
    maxTokens: DEFAULT_LENGTH,
    sampling: DEFAULT_SAMPLING,
    lanes: {
      upper: emptyLane(models.upper, caches.upper),
      lower: emptyLane(models.lower, caches.lower),
    },
    unrolled: true,
    running: false,
    cursor: null,
    playing: false,
    pace: DEFAULT_PACE,
    steadyPace: DEFAULT_PACE,
    progress: 0,
    setPrompt: (prompt) => set({ prompt }),
    setMaxTokens: (maxTokens) => set({ maxTokens }),
    setSampling: (change) => set((state) => ({ sampling: { ...state.sampling, ...change } })),
    setUnrolled: (unrolled) => set({ unrolled }),
    seek: (cursor) =>
      set((state) => {
        const extent = compareExtent(tracesOf(state));
        return extent ? { cursor: clampCursor(cursor, { ...extent, blockLength: 1 }) } : {};
      }),
    setPlaying: (playing) => set({ playing }),
    setPace: (pace) => set(pace === 'max' ? { pace } : { pace, steadyPace: pace }),
  }));
}

function emptyLane(model: string, cache: CacheChoice): LaneState {
  return {
    model,
    cache,
    status: { state: 'idle' },
    info: null,
    trace: null,
    givenBy: null,
    problem: null,
  };
}
