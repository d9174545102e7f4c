import { method, type Shape } from './types';

/** LoRC (arXiv 2410.03111): key and value weights of low rank; the short inner product is cached. */
export const lorc = method({
  id: 'lorc',
  name: 'LoRC',
  papers: [
    {
      title: 'LoRC: Low-Rank Compression for LLMs KV Cache with a Progressive Compression Strategy',
      authors: 'Zhang et al.',
      year: 2024,
      arXiv: '2410.03111',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    rank: { label: 'Rank, mean of the layers', unit: '% of width', min: 5, max: 100, default: 50 },
    fall: {
      label: 'Fall from the first layer to the last',
      unit: '% of width',
      min: 0,
      max: 90,
      default: 0,
      picture: 60,
      assumption: true,
    },
  },
  assumption:
    'The paper’s formula for the ranks was not seen: here they fall evenly with depth, by the slider, the same for keys and values.',
  keeps: 'Every position and head, slightly blurred.',
  loses:
    'The weak directions of the key and value weights; the errors travel upward through the layers.',
  onTrained: { how: 'no training', note: 'The weights are cut by a singular value decomposition.' },
  label: 'same mask, thinner cells; stand-in for the rank rule',
  sources: [
    {
      of: 'method',
      origin: 'abstract',
      where: 'low-rank key and value weights, less compression where layers are sensitive',
    },
    {
      of: 'stored, read',
      origin: 'derived',
      where: 'for one decomposition over all heads; whether the paper’s is one a head was not seen',
    },
    { of: 'ranks', origin: 'ours', where: 'an even fall with depth' },
  ],
  marks: { exact: 'a short code of its key and value' },
  panels: ({ n, shape, params }) => {
    const ranks = ranksOf(shape, params);
    const shown = [...new Set([0, Math.floor((shape.layers - 1) / 2), shape.layers - 1])];
    return shown.map((layer) => ({
      id: `layer-${layer}`,
      name: `Layer ${layer}, all heads`,
      axis: 'tokens',
      size: n,
      mark: (i: number, j: number) => (j <= i ? 'exact' : 'none'),
      thickness: (ranks[layer] ?? 0) / shape.width,
      rows: 'query',
      causal: true,
    }));
  },
  stored: codes,
  read: codes,
});

interface Ranks {
  rank: number;
  fall: number;
}

/** The rank of each layer, the same for keys and values. */
function ranksOf({ layers, width }: Shape, { rank, fall }: Ranks): number[] {
  return Array.from({ length: layers }, (_, layer) => {
    const depth = layers > 1 ? layer / (layers - 1) - 0.5 : 0;
    const share = (rank - fall * depth) / 100;
    return Math.min(width, Math.max(1, Math.round(width * share)));
  });
}

function codes(n: number, shape: Shape, params: Ranks) {
  const ranks = ranksOf(shape, params).reduce((a, b) => a + b, 0);
  return [{ name: 'codes of keys and values', numbers: 2 * ranks * n }];
}
