import { method } from './types';

/** Ordinary multi-head attention: the yardstick. Every position keeps a key and a value in every layer and head. */
export const multiHead = method({
  id: 'multi-head',
  name: 'Multi-head attention',
  papers: [
    {
      title: 'Attention Is All You Need',
      authors: 'Vaswani et al.',
      year: 2017,
      arXiv: '1706.03762',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {},
  assumption: null,
  keeps: 'Every past position, with keys and values of its own in every layer and head.',
  loses: 'Nothing; it is the yardstick.',
  onTrained: { how: 'none', note: 'It is the ordinary model.' },
  label: 'exact mask',
  sources: [
    { of: 'stored, read', origin: 'derived', where: '2 (K and V) · layers · width · positions' },
  ],
  marks: { exact: 'its own key and value' },
  panels: ({ n, shape }) => [
    {
      id: 'all',
      name: 'Every layer and head',
      axis: 'tokens',
      size: n,
      mark: (i, j) => (j <= i ? 'exact' : 'none'),
      entryNumbers: () => 2 * shape.layers * shape.width,
      rows: 'query',
      causal: true,
    },
  ],
  stored: (n, { layers, width }) => [{ name: 'keys and values', numbers: 2 * layers * width * n }],
  read: (n, { layers, width }) => [{ name: 'keys and values', numbers: 2 * layers * width * n }],
});
