import { blockTransformer } from './block-transformer';
import { multiHead } from './multi-head';
import { slidingWindow } from './sliding-window';
import type { Method } from './types';

/** Every method that the page lists, in its order. A new one is a file of its own and a line here. */
export const METHODS: readonly Method[] = [multiHead, blockTransformer, slidingWindow];

/** The method that others are measured against. */
export const YARDSTICK: Method = multiHead;
