import { formatBytes } from '@/lib/model/cost';
import { localLength } from '@/lib/model/layout';
import {
  blockModel,
  type Costs,
  costsOf,
  type FlatShape,
  flatModel,
  type Setting,
} from '@/lib/model/scaling';

/** One thing that is compared, with where it comes from. */
export interface Figure {
  id: string;
  group: 'KV cache' | 'Reads for a token' | 'Multiply-adds' | 'Memory';
  name: string;
  block: number | null;
  flat: number | null;
  format(value: number): string;
  /** How many times more the flat transformer takes; `less` where more is better. */
  ratio: 'flat / block' | 'block / flat' | null;
  /** The formulas with this setting's numbers in place. */
  formulas: readonly string[];
  source: string;
}

const CACHE_SOURCE =
  'Formula: paper, section 2.4, 2 (K and V) × layers × width × positions. These sizes: derived from it.';
const WORK_SOURCE =
  'Derived from the layers of table 3 (Pythia’s: 12·D² weights each) and from the lengths that the decoders see (section 2.4). Norms, biases and softmax are not counted.';

/** All figures of a setting, in their order. */
export function figuresOf(setting: Setting, flatShape: FlatShape): Figure[] {
  const block = costsOf(blockModel(setting), setting);
  const flat = costsOf(flatModel(flatShape), setting);
  const words = wordsOf(setting, flatShape, block, flat);
  const figure = (
    group: Figure['group'],
    id: Exclude<keyof Costs, 'weights'>,
    name: string,
    format: Figure['format'],
    source: string,
    change: Partial<Figure> = {},
  ): Figure => ({
    id,
    group,
    name,
    block: block[id],
    flat: flat[id],
    format,
    ratio: 'flat / block',
    formulas: words[id] ?? [],
    source,
    ...change,
  });
  return [
    figure('KV cache', 'perToken', 'added by a token', formatBytes, CACHE_SOURCE),
    figure('KV cache', 'global', 'held at the end of the context', formatBytes, CACHE_SOURCE),
    figure(
      'KV cache',
      'local',
      'local, at most, dropped at a block’s end',
      formatBytes,
      'Formula: paper, section 2.4: a token decoder keeps the prefixes and the tokens of its block, the last one excepted. Derived.',
      { flat: null, ratio: null },
    ),
    figure('KV cache', 'held', 'one sequence', formatBytes, CACHE_SOURCE),
    ...(setting.batch > 1
      ? [
          figure('KV cache', 'held', `${count(setting.batch)} at once`, formatBytes, CACHE_SOURCE, {
            id: 'batch',
            block: setting.batch * block.held,
            flat: setting.batch * flat.held,
            formulas: [
              `block: ${count(setting.batch)} × ${formatBytes(block.held)}`,
              `flat: ${count(setting.batch)} × ${formatBytes(flat.held)}`,
            ],
          }),
        ]
      : []),
    figure(
      'Reads for a token',
      'readMean',
      'keys and values, mean over the output',
      formatBytes,
      'Derived: every position that is held is read in every layer (paper, section 2.4: global reads fall with L_B², once by fewer positions and once by fewer steps). A block’s reads are shared by its tokens.',
    ),
    figure(
      'Reads for a token',
      'readLast',
      'keys and values, last of the context',
      formatBytes,
      'Derived, as the mean above; here for the last token alone.',
    ),
    figure(
      'Reads for a token',
      'weightsRead',
      'weights, if one sequence is written',
      formatBytes,
      'Derived: every matrix is read once a step. This is why the paper finds no gain at batch 1, where a block model of equal loss has more weights to read (figures 9 to 11).',
    ),
    figure(
      'Multiply-adds',
      'prefill',
      `prompt of ${count(setting.prompt)} tokens`,
      formatWork,
      WORK_SOURCE,
    ),
    figure(
      'Multiply-adds',
      'decode',
      'a written token, mean over the output',
      formatWork,
      WORK_SOURCE,
    ),
    figure(
      'Multiply-adds',
      'all',
      setting.batch > 1
        ? `prompt and output, ${count(setting.batch)} at once`
        : 'prompt and output',
      formatWork,
      WORK_SOURCE,
    ),
    figure(
      'Memory',
      'weightBytes',
      'weights',
      formatBytes,
      'Derived; for the sizes of table 3 the sum gives the paper’s totals. A block model has an embedder, V × D ÷ L_B, and a map to the prefixes besides.',
    ),
    figure(
      'Memory',
      'largestBatch',
      `sequences that fit into ${setting.memoryGiB.toLocaleString('en')} GiB`,
      (value) => (value === 0 ? 'none' : count(value)),
      `Derived: ${setting.countWeights ? 'what the weights leave' : 'all of it, weights not counted'}, divided by the cache of one full sequence. A framework’s own memory and the values between layers are not counted; the paper’s largest batches were found by trying.`,
      { ratio: 'block / flat' },
    ),
  ];
}

/** How many times less (or more) the block model takes; null where there is nothing to compare. */
export function ratioOf({ block, flat, ratio }: Figure): number | null {
  if (ratio === null || !block || !flat) return null;
  return ratio === 'flat / block' ? flat / block : block / flat;
}

/** A ratio as it is printed: two digits that count, `7.9`, `31`, `0.83`. */
export function formatRatio(ratio: number): string {
  if (ratio >= 99.5) return Math.round(ratio).toLocaleString('en');
  if (ratio >= 9.95) return ratio.toFixed(0);
  return ratio >= 0.995 ? ratio.toFixed(1) : ratio.toFixed(2);
}

const PREFIXES = ['', ' k', ' M', ' G', ' T', ' P', ' E'] as const;

/** Multiply-adds in words: `604 M`, `1.31 T`. */
export function formatWork(value: number): string {
  let part = value;
  let prefix = 0;
  while (prefix < PREFIXES.length - 1 && part >= 999.5) {
    part /= 1000;
    prefix += 1;
  }
  const digits = prefix === 0 || part >= 99.95 ? 0 : part >= 9.995 ? 1 : 2;
  return `${Number(part.toFixed(digits))}${PREFIXES[prefix]}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

type Words = Partial<Record<keyof Costs, readonly string[]>>;

/** Formulas with numbers in place. */
function wordsOf(setting: Setting, flatShape: FlatShape, block: Costs, flat: Costs): Words {
  const { blockLayers, tokenLayers, width, blockLength, prefixLength, context, prompt } = setting;
  const { bytesPerNumber: bytes, memoryGiB, countWeights, vocabulary } = setting;
  const [D, n, nf, Df] = [
    count(width),
    count(context),
    count(flatShape.layers),
    count(flatShape.width),
  ];
  const blocks = Math.ceil(context / blockLength);
  const rows = localLength(setting);
  const written = context - prompt;
  const room = (costs: Costs) =>
    countWeights
      ? `(${memoryGiB.toLocaleString('en')} GiB − ${formatBytes(costs.weightBytes)})`
      : `${memoryGiB.toLocaleString('en')} GiB`;
  return {
    perToken: [
      `block: 2 · n_b · D · bytes ÷ L_B = 2 · ${blockLayers} · ${D} · ${bytes} ÷ ${blockLength}`,
      `flat: 2 · L · D · bytes = 2 · ${nf} · ${Df} · ${bytes}`,
    ],
    global: [
      `block: 2 · n_b · D · bytes · ⌈n ÷ L_B⌉ = 2 · ${blockLayers} · ${D} · ${bytes} · ${count(blocks)}`,
      `flat: 2 · L · D · bytes · n = 2 · ${nf} · ${Df} · ${bytes} · ${n}`,
    ],
    local: [
      `block: 2 · n_t · D · bytes · (P + L_B − 1) = 2 · ${tokenLayers} · ${D} · ${bytes} · ${rows}`,
      'flat: has none',
    ],
    held: [
      `block: ${formatBytes(block.global)} + ${formatBytes(block.local)} local`,
      `flat: ${formatBytes(flat.global)}`,
    ],
    readMean: [
      `block: 2 · D · bytes · (n_b · b ÷ L_B + n_t · (P + (L_B − 1) ÷ 2)), b the blocks before, mean over ${count(written)} tokens`,
      `flat: 2 · D · bytes · L · t, t the tokens before, mean over ${count(written)} tokens`,
    ],
    readLast: [
      `block: 2 · ${D} · ${bytes} · (${blockLayers} · ${count(blocks - 1)} ÷ ${blockLength} + ${tokenLayers} · ${prefixLength + (blockLength - 1) / 2})`,
      `flat: 2 · ${Df} · ${bytes} · ${nf} · ${count(context - 1)}`,
    ],
    weightsRead: [
      'block: ((12·D² + 13·D) · n_b + P·(D² + D)) ÷ L_B + (12·D² + 13·D) · n_t + V·D, times bytes',
      'flat: (12·D² + 13·D) · L + V·D, times bytes',
    ],
    prefill: [
      `block: n_b · (p · 12·D² + D · p·(p + 1)), p = ⌈${count(prompt)} ÷ ${blockLength}⌉ blocks; the token decoder is skipped`,
      `flat: L · (p · 12·D² + D · p·(p + 1)), p = ${count(prompt)} tokens`,
    ],
    decode: [
      `block: (n_b · (12·D² + 2·D·b) + P·D² + n_t · (R · 12·D² + D · R·(R + 1)) + L_B · V·D) ÷ L_B, R = P + L_B − 1 = ${rows}`,
      `flat: L · (12·D² + 2·D·t) + V·D, V = ${count(flatShape.vocabulary)}`,
    ],
    all: [
      `${count(setting.batch)} × (prompt without its last position, which is counted with the first written token, + ${count(written)} written tokens, a block model’s in whole blocks)`,
    ],
    weightBytes: [
      `block: (n_b + n_t) · (12·D² + 13·D) + (2 + 1 ÷ L_B) · V·D + P·(D² + D) + 4·D = ${formatWork(block.weights.total)} numbers, V = ${count(vocabulary)}`,
      `flat: L · (12·D² + 13·D) + 2 · V·D + 2·D = ${formatWork(flat.weights.total)} numbers`,
    ],
    largestBatch: [
      `block: ${room(block)} ÷ ${formatBytes(block.held)}, rounded down`,
      `flat: ${room(flat)} ÷ ${formatBytes(flat.held)}, rounded down`,
    ],
  };
}
