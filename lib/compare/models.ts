import { ALL_MODELS } from '@/lib/model/catalog';
import type { LaneId } from './types';

/** The models that a lane can have. */
export const COMPARED_MODELS: readonly string[] = ALL_MODELS;

/** What the lanes begin with: a block model and the flat one of the same held-out loss. */
export const DEFAULT_PAIR: Readonly<Record<LaneId, string>> = {
  upper: 'tiny-b4',
  lower: 'tiny-flat-match',
};
