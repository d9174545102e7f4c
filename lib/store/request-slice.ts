import type { Sampling } from '@/lib/trace/types';
import type { Slice } from './store';

/** What the next run is asked for. */
export interface RequestSlice {
  prompt: string;
  maxTokens: number;
  sampling: Sampling;
  setPrompt(prompt: string): void;
  setMaxTokens(count: number): void;
  setSampling(change: Partial<Sampling>): void;
}

export const DEFAULT_PROMPT = 'One day a little rabbit found a red ball.';
export const DEFAULT_LENGTH = 64;

export const DEFAULT_SAMPLING: Sampling = {
  seed: 42,
  temperature: 0.8,
  topK: 40,
  topP: 0.95,
  ignoreEnd: false,
};

export const requestSlice: Slice<RequestSlice> = (set) => ({
  prompt: DEFAULT_PROMPT,
  maxTokens: DEFAULT_LENGTH,
  sampling: DEFAULT_SAMPLING,
  setPrompt: (prompt) => set({ prompt }),
  setMaxTokens: (maxTokens) => set({ maxTokens }),
  setSampling: (change) => set((state) => ({ sampling: { ...state.sampling, ...change } })),
});
