import { method, type Part, type Shape } from './types';

/** Global-to-local decoding (Ho et al., arXiv 2406.02657): one entry a block in the block decoder, a short local cache that is dropped at the block's end. */
export const blockTransformer = method({
  id: 'block-transformer',
  name: 'Block Transformer',
  papers: [
    {
      title: 'Block Transformer: Global-to-Local Language Modeling for Fast Inference',
      authors: 'Ho et al.',
      year: 2024,
      arXiv: '2406.02657',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    blockLength: { label: 'Block length', unit: 'tokens', min: 1, max: 16, default: 4 },
    prefixLength: { label: 'Prefix length', unit: 'positions', min: 1, max: 8, default: 2 },
    blockLayers: { label: 'Layers in the block decoder', unit: '%', min: 0, max: 100, default: 50 },
  },
  assumption: null,
  keeps: 'One entry for every block, and the tokens of the current block exactly.',
  loses: 'The single tokens of earlier blocks: what they said must fit into one context embedding.',
  onTrained: {
    how: 'from scratch',
    note: 'Two decoders of its own; the paper also starts them from a trained model.',
  },
  label: 'exact mask',
  sources: [
    {
      of: 'stored',
      origin: 'paper',
      where: 'section 2.4: only blocks are cached; 2 · layers · width a position',
    },
    {
      of: 'local part',
      origin: 'derived',
      where: 'prefixes and the tokens of the block before this one',
    },
    { of: 'mask', origin: 'paper', where: 'sections 2.2 and 2.3' },
  ],
  marks: {
    recent: 'token of this block, its own key and value',
    summary: 'through its block’s entry',
    memory: 'prefix, made from the context embedding',
  },
  panels: ({ n, shape, params }) => {
    const { blockLength: L, prefixLength } = params;
    const layers = layersOf(shape, params.blockLayers);
    return [
      {
        id: 'both',
        name: 'Both decoders, on the tokens',
        axis: 'tokens',
        size: n,
        mark: (i, j) => {
          if (j >= i) return 'none';
          return Math.floor(j / L) === Math.floor(i / L) ? 'recent' : 'summary';
        },
        // Entries of the two decoders must differ.
        entry: (i, j) => (Math.floor(j / L) === Math.floor(i / L) ? j : -1 - Math.floor(j / L)),
        extra: { name: 'prefixes', count: prefixLength, mark: () => 'memory' },
        entryNumbers: (mark) =>
          2 * shape.width * (mark === 'summary' ? layers.block : layers.token),
        rows: 'next',
        causal: true,
      },
    ];
  },
  stored: (n, shape, { blockLength, prefixLength, blockLayers }) =>
    parts(shape, blockLayers, Math.floor(n / blockLength), prefixLength + (n % blockLength)),
  read: (n, shape, { blockLength, prefixLength, blockLayers }) => {
    const [global, local] = parts(
      shape,
      blockLayers,
      Math.floor(n / blockLength),
      prefixLength + (n % blockLength),
    );
    return [{ ...global, every: blockLength }, local];
  },
  peak: (n, shape, { blockLength, prefixLength, blockLayers }) =>
    parts(
      shape,
      blockLayers,
      Math.floor(n / blockLength),
      prefixLength + Math.min(n, blockLength - 1),
    ),
});

function layersOf({ layers }: Shape, percent: number): { block: number; token: number } {
  const block = Math.round((layers * percent) / 100);
  return { block, token: layers - block };
}

/** `blocks` positions of the block decoder and `positions` of the token decoder. */
function parts(shape: Shape, percent: number, blocks: number, positions: number): [Part, Part] {
  const { block, token } = layersOf(shape, percent);
  return [
    { name: 'block decoder, one entry a block', numbers: 2 * block * shape.width * blocks },
    { name: 'token decoder, this block only', numbers: 2 * token * shape.width * positions },
  ];
}
