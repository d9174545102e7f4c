import type { Dims } from '@/lib/model/manifest';

const b4: Dims = {
  vocabulary: 4096,
  width: 256,
  heads: 8,
  headWidth: 32,
  rotaryDims: 8,
  blockLayers: 3,
  tokenLayers: 3,
  blockLength: 4,
  prefixLength: 2,
  contextLength: 1024,
};
const flat = { tokenLayers: 0, blockLength: 1, prefixLength: 0 };

/** Shapes of the models that the bench compares. */
export const tinyDims = {
  b4,
  same: { ...b4, ...flat, blockLayers: 6 } satisfies Dims,
  match: { ...b4, ...flat, width: 128, heads: 4, blockLayers: 4 } satisfies Dims,
};
