import type { FlatShape, Setting } from './scaling';

/** Pythia's vocabulary, padded, as in the paper's models. */
export const PAPER_VOCABULARY = 50_304;

/** A model that the paper trained (Ho et al., arXiv 2406.02657: tables 1 and 3). */
interface PaperSize {
  id: string;
  /** As the paper calls it: total parameters and, in brackets, those without tables. */
  name: string;
  width: number;
  heads: number;
  /** Parameters without tables ("N-emb"), in millions, as printed. */
  millions: number;
  /** Total parameters in millions, as printed. */
  totalMillions: number;
  /** Training loss in nats a token. */
  loss: number;
  /** MB a sequence, measured on an H100: 128 tokens in, 2,048 out. */
  decodeMegabytes: number;
}

export interface PaperBlockSize extends PaperSize {
  blockLayers: number;
  tokenLayers: number;
}

export interface PaperFlatSize extends PaperSize {
  layers: number;
}

/** Block length 4 and prefix length 2 in all of them. */
export const PAPER_BLOCK: readonly PaperBlockSize[] = [
  {
    id: 'block-5m',
    name: 'block 33M (5M)',
    blockLayers: 3,
    tokenLayers: 3,
    width: 256,
    heads: 8,
    millions: 5,
    totalMillions: 33,
    loss: 3.578,
    decodeMegabytes: 5.0,
  },
  {
    id: 'block-19m',
    name: 'block 77M (19M)',
    blockLayers: 3,
    tokenLayers: 3,
    width: 512,
    heads: 8,
    millions: 19,
    totalMillions: 77,
    loss: 3.181,
    decodeMegabytes: 9.9,
  },
  {
    id: 'block-85m',
    name: 'block 170M (85M)',
    blockLayers: 6,
    tokenLayers: 6,
    width: 768,
    heads: 12,
    millions: 85,
    totalMillions: 170,
    loss: 2.753,
    decodeMegabytes: 29.1,
  },
  {
    id: 'block-302m',
    name: 'block 420M (302M)',
    blockLayers: 12,
    tokenLayers: 12,
    width: 1024,
    heads: 16,
    millions: 302,
    totalMillions: 420,
    loss: 2.445,
    decodeMegabytes: 77.2,
  },
  {
    id: 'block-805m',
    name: 'block 1.0B (805M)',
    blockLayers: 8,
    tokenLayers: 8,
    width: 2048,
    heads: 16,
    millions: 805,
    totalMillions: 1000,
    loss: 2.268,
    decodeMegabytes: 102.8,
  },
  {
    id: 'block-1200m',
    name: 'block 1.4B (1.2B)',
    blockLayers: 12,
    tokenLayers: 12,
    width: 2048,
    heads: 16,
    millions: 1200,
    totalMillions: 1400,
    loss: 2.188,
    decodeMegabytes: 153.9,
  },
];

export const PAPER_FLAT: readonly PaperFlatSize[] = [
  {
    id: 'flat-5m',
    name: 'flat 31M (5M)',
    layers: 6,
    width: 256,
    heads: 8,
    millions: 5,
    totalMillions: 31,
    loss: 3.002,
    decodeMegabytes: 38.5,
  },
  {
    id: 'flat-19m',
    name: 'flat 70M (19M)',
    layers: 6,
    width: 512,
    heads: 8,
    millions: 19,
    totalMillions: 70,
    loss: 2.82,
    decodeMegabytes: 76.8,
  },
  {
    id: 'flat-85m',
    name: 'flat 160M (85M)',
    layers: 12,
    width: 768,
    heads: 12,
    millions: 85,
    totalMillions: 160,
    loss: 2.476,
    decodeMegabytes: 229.6,
  },
  {
    id: 'flat-302m',
    name: 'flat 410M (302M)',
    layers: 24,
    width: 1024,
    heads: 16,
    millions: 302,
    totalMillions: 410,
    loss: 2.224,
    decodeMegabytes: 608.2,
  },
];

/** A starting point of the calculator. */
export interface Preset {
  id: string;
  name: string;
  /** Where its sizes stand. */
  source: string;
  group: 'paper' | 'here';
  setting: Setting;
  /** The training loss that the paper states. */
  loss?: number;
}

/** The paper's decode-heavy work at 16 bit. The memory is that of a large GPU, and no number of the paper. */
const USE = {
  context: 2176,
  prompt: 128,
  batch: 1,
  bytesPerNumber: 2,
  memoryGiB: 80,
  countWeights: true,
};

const PAPER_PRESETS: readonly Preset[] = PAPER_BLOCK.map((size) => ({
  id: size.id,
  name: size.name,
  group: 'paper',
  source:
    'Layers, width and heads: paper, table 3. 128 tokens in and 2,048 out: its decode-heavy work.',
  loss: size.loss,
  setting: {
    ...USE,
    blockLayers: size.blockLayers,
    tokenLayers: size.tokenLayers,
    width: size.width,
    heads: size.heads,
    blockLength: 4,
    prefixLength: 2,
    vocabulary: PAPER_VOCABULARY,
  },
}));

const SMALL_USE = { prompt: 64, batch: 1, bytesPerNumber: 4, memoryGiB: 1, countWeights: true };

/** Start with a model of the paper, with its example of a long flat cache, or with a model that runs here. */
export const PRESETS: readonly Preset[] = [
  ...PAPER_PRESETS,
  {
    id: 'llama-7b',
    name: 'Llama 7B, split in two',
    group: 'paper',
    source:
      'The paper’s example of a flat cache: Llama 7B, which has 32 layers of width 4,096, at 16 bit, 16 sequences of 2,048 tokens. That it is cut into two decoders, its vocabulary and the memory are ours, and its layers are counted as if they were Pythia’s.',
    setting: {
      blockLayers: 16,
      tokenLayers: 16,
      width: 4096,
      heads: 32,
      blockLength: 4,
      prefixLength: 2,
      vocabulary: 32_000,
      context: 2048,
      prompt: 1024,
      batch: 16,
      bytesPerNumber: 2,
      memoryGiB: 80,
      countWeights: true,
    },
  },
  {
    id: 'tiny-b4',
    name: 'tiny-b4',
    group: 'here',
    source: 'The model’s own manifest; numbers are float32 here.',
    setting: {
      ...SMALL_USE,
      blockLayers: 3,
      tokenLayers: 3,
      width: 256,
      heads: 8,
      blockLength: 4,
      prefixLength: 2,
      vocabulary: 4096,
      context: 1024,
    },
  },
  {
    id: 'nano-b4',
    name: 'nano-b4',
    group: 'here',
    source: 'The model’s own manifest; numbers are float32 here.',
    setting: {
      ...SMALL_USE,
      blockLayers: 2,
      tokenLayers: 2,
      width: 48,
      heads: 3,
      blockLength: 4,
      prefixLength: 2,
      vocabulary: 512,
      context: 256,
    },
  },
];

/** What the calculator opens with: the middle of the paper's sizes. */
export const DEFAULT_PRESET = 'block-302m';

/** A flat transformer that a block model is compared with, and what the two have in common. */
export interface RivalChoice {
  id: string;
  name: string;
  shape: FlatShape;
  loss?: number;
}

/** The paper's flat models, as rivals beside the one of the same size. */
export const PAPER_RIVALS: readonly RivalChoice[] = PAPER_FLAT.map(
  ({ id, name, layers, width, loss }) => ({
    id,
    name,
    loss,
    shape: { layers, width, vocabulary: PAPER_VOCABULARY },
  }),
);

/**
 * What the paper itself says of a figure of a preset, in words; null where it says nothing. Only for the preset as it is, beside
 * the flat transformer of the same size.
 */
export function statedByPaper(preset: string, figure: string): string | null {
  if (preset === 'llama-7b') {
    if (figure === 'perToken') return 'paper: 512 KB, flat';
    return figure === 'batch' ? 'paper: 16 GB, flat' : null;
  }
  const block = PAPER_BLOCK.find(({ id }) => id === preset);
  const flat = block && PAPER_FLAT.find(({ millions }) => millions === block.millions);
  if (!block) return null;
  if (figure === 'weightBytes') {
    const sizes = [block, ...(flat ? [flat] : [])].map(({ name }) => name);
    return `paper, table 3, parameters in all (without tables): ${sizes.join(', ')}`;
  }
  if (figure !== 'held' || !flat) return null;
  const ratio = flat.decodeMegabytes / block.decodeMegabytes;
  return `paper, table 1, measured with all that is allocated: ${block.decodeMegabytes.toFixed(1)} MB against ${flat.decodeMegabytes.toFixed(1)} MB, ${ratio.toFixed(1)} ×`;
}
