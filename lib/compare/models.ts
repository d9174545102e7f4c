import { FLAT_MODELS, SHIPPED_MODELS } from '@/lib/model/catalog';
import type { LaneId } from './types';

/** The models that a lane can have. */
export const COMPARED_MODELS: readonly string[] = [...SHIPPED_MODELS, ...FLAT_MODELS];

/** What the lanes begin with: a block model and the flat one that it is measured by, of one tokenizer. */
export const DEFAULT_PAIR: Readonly<Record<LaneId, string>> = {
  upper: 'nano-b4',
  lower: 'nano-flat',
};
