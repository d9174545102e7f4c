import type { Dims } from '@/lib/model/manifest';

/** The shipped small model's dimensions. */
export const NANO: Dims = {
  vocabulary: 512,
  width: 48,
  heads: 3,
  headWidth: 16,
  rotaryDims: 4,
  blockLayers: 2,
  tokenLayers: 2,
  blockLength: 4,
  prefixLength: 2,
  contextLength: 256,
};

/** The shipped default model's dimensions. */
export const TINY: Dims = {
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
