import type { Sampling } from '@/lib/trace/types';

/** How every row writes: the likeliest token, and on past the end of a text. */
export const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
