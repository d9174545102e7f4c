/** What the paper reports (arXiv 2406.02657, version 2), and where. */
export interface PaperClaim {
  claim: string;
  source: string;
}

/** The most decoder parameters that a block model of Table 1 has, as a multiple of the flat model's of nearest loss. */
export const PAPER_SAME_LOSS_TIMES = 4.5;

export const PAPER = {
  slots: {
    claim:
      'The loss is U-shaped over the slots of a block: the first token is predicted from the context embedding alone, the middle ones gain from the tokens before them, and at the end the fixed context says less and less.',
    source: 'Figures 3d, 3e, 13, 15, 16',
  },
  positions: {
    claim:
      'The loss keeps falling with the position in the context, so the context is used though it passes through one vector.',
    source: 'Figure 4b, PG19, context 2,048',
  },
  lengths: {
    claim: 'The loss grows roughly with the logarithm of the block length.',
    source: 'Figure 4a',
  },
  sameSize: {
    claim:
      'A flat model with as many decoder parameters has the lower loss; the gap is 0.58 nats at 5 M and 0.22 at 302 M.',
    source: 'Table 1, training loss',
  },
  sameLoss: {
    claim: `For the loss of a flat model a block model needs two to three times the decoder parameters; the nearest pairs of Table 1 lie between 2.7 and ${PAPER_SAME_LOSS_TIMES}.`,
    source: 'text; pairs of Table 1, training loss',
  },
  sink: {
    claim: 'The block decoder has a strong attention sink on the first block.',
    source: 'Figures 5c and 23, head 0 of every second layer, 1.2 billion parameters',
  },
  prefixes: {
    claim: 'Later tokens of a block attend strongly to the prefixes, especially to prefix 0.',
    source: 'Figure 24, 1.2 billion parameters',
  },
  lastPrefix: {
    claim:
      'The vocabulary entries nearest to the last prefix are spellings of the last token of the block that the context was made from.',
    source: 'section 4.1, appendix S, Table 7, 1.2 billion parameters',
  },
  firstPrefix: {
    claim:
      'Those nearest to the first prefix are end-of-text, " the", " and", punctuation, or rare unrelated tokens: a carrier of general state.',
    source: 'section 4.1, appendix S, Table 7, 1.2 billion parameters',
  },
  past: {
    claim: 'So the context embedding sums up the past rather than spelling out the next block.',
    source: 'section 4.1, appendix S, Table 7, 1.2 billion parameters',
  },
} as const satisfies Record<string, PaperClaim>;

export type ClaimId = keyof typeof PAPER;

/**
 * Training losses by block length: somebody else's reading of Figure 4a, as the paper prints no such numbers. 85 M decoder
 * parameters, 300 billion tokens, prefix length 1.
 */
export const PAPER_LENGTHS: readonly { blockLength: number; loss: number }[] = [
  { blockLength: 1, loss: 2.52 },
  { blockLength: 2, loss: 2.65 },
  { blockLength: 4, loss: 2.79 },
  { blockLength: 8, loss: 2.9 },
];
