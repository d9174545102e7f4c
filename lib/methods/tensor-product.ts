import { method, type Shape } from './types';

/** Tensor product attention (arXiv 2501.06425): a token's keys are a sum of few products of a head factor and a feature factor. */
export const tensorProduct = method({
  id: 'tensor-product',
  name: 'Tensor product attention',
  papers: [
    {
      title: 'Tensor Product Attention Is All You Need',
      authors: 'Zhang et al.',
      year: 2025,
      arXiv: '2501.06425',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    keyRank: { label: 'Rank of keys', unit: '', min: 1, max: 16, default: 2 },
    valueRank: { label: 'Rank of values', unit: '', min: 1, max: 16, default: 2 },
  },
  assumption: null,
  keeps: 'Every position, and differences between heads that hang on the token.',
  loses: 'Freedom for each token: the keys of all heads lie in a span of few dimensions.',
  onTrained: { how: 'from scratch', note: 'The paper converts no trained model.' },
  label: 'same mask, thinner cells',
  sources: [
    {
      of: 'stored',
      origin: 'paper',
      where: 'section 3.3 and table 1: (R_K + R_V)(heads + head width) a token and layer',
    },
    { of: 'read', origin: 'paper', where: 'appendix A, a token; all that is stored' },
  ],
  marks: { exact: 'head and feature factors of its key and value' },
  panels: ({ n, shape, params }) => [
    {
      id: 'all',
      name: 'Every layer and head',
      axis: 'tokens',
      size: n,
      mark: (i, j) => (j <= i ? 'exact' : 'none'),
      thickness: factors(1, shape, params) / (2 * shape.layers * shape.width),
      entryNumbers: () => factors(1, shape, params),
      rows: 'query',
      causal: true,
    },
  ],
  stored: (n, shape, params) => [{ name: 'factors', numbers: factors(n, shape, params) }],
  read: (n, shape, params) => [{ name: 'factors', numbers: factors(n, shape, params) }],
});

function factors(
  n: number,
  { layers, heads, headWidth }: Shape,
  { keyRank, valueRank }: { keyRank: number; valueRank: number },
): number {
  return layers * (keyRank + valueRank) * (heads + headWidth) * n;
}
