/** Throughput that the paper printed in Table 1: thousands of tokens a second, prefill-heavy (2,048 in, 128 out) and decode-heavy. */
const TABLE_1 = {
  flat: {
    '5M': { prefill: 10.8, decode: 41.6 },
    '19M': { prefill: 6.9, decode: 19.1 },
    '85M': { prefill: 2.3, decode: 6.2 },
    '302M': { prefill: 0.8, decode: 2.1 },
  },
  block: {
    '5M': { prefill: 272.3, decode: 809.5 },
    '19M': { prefill: 175.3, decode: 421.4 },
    '85M': { prefill: 59.0, decode: 134.7 },
    '302M': { prefill: 21.0, decode: 44.1 },
    '1.2B': { prefill: 12.4, decode: 25.7 },
  },
} as const;

export interface PaperRatio {
  rival: 'same loss' | 'same size';
  /** Parameters without tables, as the paper names its models. */
  block: keyof typeof TABLE_1.block;
  flat: keyof typeof TABLE_1.flat;
  /** Tokens per second of the block model over the flat one's. */
  prefill: number;
  decode: number;
}

function ratio(
  rival: PaperRatio['rival'],
  block: PaperRatio['block'],
  flat: PaperRatio['flat'],
): PaperRatio {
  const [over, under] = [TABLE_1.block[block], TABLE_1.flat[flat]];
  return {
    rival,
    block,
    flat,
    prefill: over.prefill / under.prefill,
    decode: over.decode / under.decode,
  };
}

/** What the paper's numbers give: one H100, 16 bit, the largest batch that fits. Quotients of its Table 1. */
export const PAPER_RATIOS: readonly PaperRatio[] = [
  ratio('same loss', '85M', '19M'),
  ratio('same loss', '302M', '85M'),
  ratio('same loss', '1.2B', '302M'),
  ratio('same size', '5M', '5M'),
  ratio('same size', '19M', '19M'),
  ratio('same size', '85M', '85M'),
  ratio('same size', '302M', '302M'),
];

/** How the paper measured, and what it says of one sequence. */
export const PAPER_WORDS = {
  conditions:
    'Paper, Table 1: one H100, 16 bit, the largest batch that fits in its memory, 2,048 tokens in and 128 out or the reverse; the ratios are quotients of its numbers. At the same loss the block model is slightly the better one and has 3.6 to 4.5 times as many parameters.',
  one: 'At batch 1 the paper finds no gain: at the same loss its block models are slightly slower there, since they have more weights to read (Figures 9–11).',
} as const;
