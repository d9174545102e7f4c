import { method, type Shape } from './types';

/** Multi-query attention (Shazeer, arXiv 1911.02150): all heads share one key and one value. */
export const multiQuery = method({
  id: 'multi-query',
  name: 'Multi-query attention',
  papers: [
    {
      title: 'Fast Transformer Decoding: One Write-Head is All You Need',
      authors: 'Shazeer',
      year: 2019,
      arXiv: '1911.02150',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {},
  assumption: null,
  keeps: 'Every past position, visible to every head.',
  loses: 'Separate keys and values of heads: all of them search the same description of the past.',
  onTrained: {
    how: 'from scratch',
    note: 'Meant to be trained. A trained model runs with the mean of its heads, but poorly.',
  },
  label: 'same mask, thinner cells',
  sources: [
    {
      of: 'stored',
      origin: 'quoted',
      where: 'section 3: the head index leaves K and V; 2 · head width a token and layer',
    },
    { of: 'stored', origin: 'paper', where: 'Tensor Product Attention, table 1' },
    { of: 'read', origin: 'derived', where: 'all that is stored' },
  ],
  marks: { exact: 'one key and value for all heads' },
  panels: ({ n, shape }) => [
    {
      id: 'all',
      name: 'Every layer and head',
      axis: 'tokens',
      size: n,
      mark: (i, j) => (j <= i ? 'exact' : 'none'),
      thickness: shape.headWidth / shape.width,
      entryNumbers: () => 2 * shape.layers * shape.headWidth,
      rows: 'query',
      causal: true,
    },
  ],
  stored: shared,
  read: shared,
});

function shared(n: number, { layers, headWidth }: Shape) {
  return [{ name: 'one key and value a layer', numbers: 2 * layers * headWidth * n }];
}
