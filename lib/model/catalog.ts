/** The block models that every page offers, as folders of `public/models/`. */
export const SHIPPED_MODELS = ['tiny-b4', 'nano-b4'] as const;

export type ShippedModel = (typeof SHIPPED_MODELS)[number];

/** What the page loads when its address names no model. */
export const DEFAULT_MODEL: ShippedModel = 'tiny-b4';

/** Block models that differ from one of those in their block length: Compare turns a dial through them. */
export const LENGTH_MODELS: readonly string[] = ['nano-b1', 'nano-b2', 'nano-b8', 'tiny-b8'];

/** Flat models that ship as rivals of those: Compare runs them, the first page does not. */
export const FLAT_MODELS = ['tiny-flat-match', 'tiny-flat-same', 'nano-flat'] as const;

/** Every block model that ships. */
export const BLOCK_MODELS: readonly string[] = [...SHIPPED_MODELS, ...LENGTH_MODELS];

/** Every model that ships. */
export const ALL_MODELS: readonly string[] = [...BLOCK_MODELS, ...FLAT_MODELS];

/** Whether `id` can name a model folder: lower-case letters, digits and hyphens, never a path. */
export function isModelId(id: string): boolean {
  return /^[a-z0-9][a-z0-9-]*$/.test(id);
}
