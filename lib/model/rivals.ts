import { cacheBytes } from './cost';

/** A flat model that writes as well as a block model: its held-out loss on the same targets is the same within 0.05 nats. */
export interface SameLossRival {
  id: string;
  layers: number;
  width: number;
}

/**
 * By the block model's id. Tests hold the shapes to the shipped manifests and the losses to the committed report; other weights
 * of a model may need another rival.
 */
const SAME_LOSS: Record<string, SameLossRival> = {
  'tiny-b4': { id: 'tiny-flat-match', layers: 2, width: 96 },
  'tiny-b8': { id: 'tiny-flat-match', layers: 2, width: 96 },
};

/** The flat model of the same loss as model `id`, or null where none is known. */
export function sameLossRival(id: string): SameLossRival | null {
  return SAME_LOSS[id] ?? null;
}

/** Bytes that one token takes in the rival's cache. */
export function bytesPerRivalPosition({ layers, width }: SameLossRival): number {
  return cacheBytes(layers, width, 1);
}

/** Block models whose flat model of the same size ships and has the lower held-out loss; a test holds them to the report. */
const SAME_SIZE_WRITES_BETTER: readonly string[] = ['tiny-b4', 'tiny-b8'];

/** What is known of how a flat model of the size of model `id` writes: measured, or else what the paper finds (table 1). */
export function sameSizeWords(id: string): string {
  return SAME_SIZE_WRITES_BETTER.includes(id) ? 'writes better' : 'in the paper it writes better';
}
