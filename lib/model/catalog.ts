/** The models that ship with the app, as folders of `public/models/`. */
export const SHIPPED_MODELS = ['tiny-b4', 'nano-b4'] as const;

export type ShippedModel = (typeof SHIPPED_MODELS)[number];

/** What the page loads when its address names no model. */
export const DEFAULT_MODEL: ShippedModel = 'tiny-b4';

/** Flat models that ship as rivals of those: Compare runs them, the first page does not. */
export const FLAT_MODELS = ['tiny-flat-match', 'tiny-flat-same', 'nano-flat'] as const;

/** Whether `id` can name a model folder: lower-case letters, digits and hyphens, never a path. */
export function isModelId(id: string): boolean {
  return /^[a-z0-9][a-z0-9-]*$/.test(id);
}
