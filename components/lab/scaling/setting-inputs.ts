import type { Setting } from '@/lib/model/scaling';

export type NumberKey = Exclude<keyof Setting, 'countWeights'>;

/** A number that the reader sets, its name in the address, and what it may be. */
export interface SettingInput {
  key: NumberKey;
  parameter: string;
  label: string;
  unit?: string;
  min: number;
  max: number;
  /** Where the slider stops; the field beside it takes any number between. */
  stops: readonly number[];
}

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);

/** Powers of two from `from` to `to`, and half-way between them. */
const doubling = (from: number, to: number) => {
  const stops: number[] = [];
  for (let stop = from; stop <= to; stop *= 2) stops.push(stop, 1.5 * stop);
  return stops.filter((stop) => stop <= to);
};

export const MODEL_INPUTS: readonly SettingInput[] = [
  {
    key: 'blockLayers',
    parameter: 'nb',
    label: 'Block-decoder layers',
    min: 1,
    max: 128,
    stops: range(1, 48),
  },
  {
    key: 'tokenLayers',
    parameter: 'nt',
    label: 'Token-decoder layers',
    min: 1,
    max: 128,
    stops: range(1, 48),
  },
  {
    key: 'width',
    parameter: 'd',
    label: 'Width',
    min: 16,
    max: 32_768,
    stops: doubling(32, 16_384),
  },
  {
    key: 'heads',
    parameter: 'h',
    label: 'Heads',
    min: 1,
    max: 256,
    stops: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128],
  },
  {
    key: 'blockLength',
    parameter: 'lb',
    label: 'Block length',
    unit: 'tokens',
    min: 1,
    max: 64,
    stops: range(1, 32),
  },
  {
    key: 'prefixLength',
    parameter: 'p',
    label: 'Prefix length',
    min: 1,
    max: 32,
    stops: range(1, 16),
  },
  {
    key: 'vocabulary',
    parameter: 'v',
    label: 'Vocabulary',
    min: 2,
    max: 1_000_000,
    stops: [512, 4096, 32_000, 50_304, 128_256, 256_000],
  },
];

export const USE_INPUTS: readonly SettingInput[] = [
  {
    key: 'context',
    parameter: 'n',
    label: 'Context',
    unit: 'tokens',
    min: 2,
    max: 1_048_576,
    stops: [...doubling(128, 2048), 2176, ...doubling(3072, 131_072)].sort((a, b) => a - b),
  },
  {
    key: 'prompt',
    parameter: 'prompt',
    label: 'of it prompt',
    unit: 'tokens',
    min: 1,
    max: 1_048_575,
    stops: [1, ...doubling(16, 131_072)],
  },
  {
    key: 'batch',
    parameter: 'batch',
    label: 'Sequences at once',
    min: 1,
    max: 65_536,
    stops: doubling(1, 4096).filter(Number.isInteger),
  },
  {
    key: 'memoryGiB',
    parameter: 'memory',
    label: 'Memory',
    unit: 'GiB',
    min: 0.01,
    max: 4096,
    stops: [0.25, 0.5, 1, 2, 4, 6, 8, 12, 16, 24, 32, 40, 48, 80, 141, 192, 640],
  },
];

/** Bytes that a number of the cache or of the weights may take. */
export const BYTE_CHOICES: readonly { bytes: number; name: string }[] = [
  { bytes: 1, name: '1 (8 bit)' },
  { bytes: 2, name: '2 (16 bit)' },
  { bytes: 4, name: '4 (32 bit)' },
];

/** Why a setting is no model, in one sentence; null if it is one. */
export function settingProblem(setting: Setting): string | null {
  const { width, heads, blockLength, prompt, context } = setting;
  if (width % heads !== 0)
    return `A width of ${say(width)} cannot be cut into ${say(heads)} heads of equal width: choose another number of heads or another width.`;
  if (width % blockLength !== 0)
    return `A width of ${say(width)} cannot be put together from ${say(blockLength)} embeddings of equal width: choose another block length or another width.`;
  if (prompt >= context)
    return `A prompt of ${say(prompt)} tokens leaves nothing to write in a context of ${say(context)}: make it shorter or the context longer.`;
  return null;
}

function say(value: number): string {
  return value.toLocaleString('en');
}
