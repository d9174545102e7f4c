import { method, type Panel, type Shape } from './types';

/** Attamba (arXiv 2411.17685): keys and values are states that ran over a chunk; one a chunk stays, and the last tokens. */
export const attamba = method({
  id: 'attamba',
  name: 'Attamba',
  papers: [
    {
      title: 'Attamba: Attending To Multi-Token States',
      authors: 'Akhauri et al.',
      year: 2024,
      arXiv: '2411.17685',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    chunk: { label: 'Chunk length', unit: 'tokens', min: 2, max: 128, default: 8, picture: 6 },
    window: { label: 'Leading tokens', unit: 'tokens', min: 0, max: 1024, default: 64, picture: 8 },
  },
  assumption: null,
  keeps: 'One learned summary of every chunk, and the exact recent tokens.',
  loses: 'Exact lookup inside old chunks.',
  onTrained: {
    how: 'from scratch',
    note: 'Every reported model was trained so; fine-tuning is named as future work.',
  },
  label: 'exact mask',
  sources: [
    { of: 'mask while training', origin: 'paper', where: 'equation 5' },
    {
      of: 'mask of the code',
      origin: 'code',
      where: 'chunk borders shift with the layer; position 0 as an extra border is left out here',
    },
    {
      of: 'stored, read',
      origin: 'derived',
      where:
        'chunk states, leading tokens and the open chunk’s two states; a border in the window is read once',
    },
  ],
  marks: { summary: 'state of a chunk', recent: 'leading token' },
  panels: ({ n, shape, params: { chunk, window } }) => {
    const last = shape.layers - 1;
    const shown = shiftOf(last, shape, chunk) === 0 ? [0] : [0, last];
    const common = { axis: 'tokens', size: n, rows: 'query', causal: true } as const;
    const code = shown.map((layer): Panel => {
      const shift = shiftOf(layer, shape, chunk);
      return {
        ...common,
        id: `code-${layer}`,
        name: shown.length === 1 ? 'As in the code, every layer' : `As in the code, layer ${layer}`,
        mark: (i, j) => {
          if (j > i) return 'none';
          if (j >= i - window) return 'recent';
          return (j + shift) % chunk === chunk - 1 ? 'summary' : 'none';
        },
      };
    });
    const training: Panel = {
      ...common,
      id: 'training',
      name: 'As in the paper, while training',
      mark: (i, j) => {
        if (j > i) return 'none';
        if (Math.floor(j / chunk) === Math.floor(i / chunk)) return 'recent';
        return j % chunk === chunk - 1 ? 'summary' : 'none';
      },
    };
    return [...code, training];
  },
  stored: (n, shape, { chunk, window }) => [
    { name: 'chunk states', numbers: 2 * shape.width * borders(n, shape, chunk) },
    { name: 'leading tokens', numbers: 2 * shape.layers * shape.width * Math.min(n, window) },
    { name: 'the open chunk’s two states', numbers: 2 * shape.layers * shape.width, aside: true },
  ],
  read: (n, shape, { chunk, window }) => {
    const recent = Math.min(n, window + 1);
    return [
      { name: 'chunk states', numbers: 2 * shape.width * borders(n - recent, shape, chunk) },
      { name: 'leading tokens and itself', numbers: 2 * shape.layers * shape.width * recent },
    ];
  },
});

/** How much earlier the chunks of a layer end: the code shifts them from layer to layer. */
function shiftOf(layer: number, { layers }: Shape, chunk: number): number {
  return Math.min(chunk - 1, layer * Math.floor(chunk / layers));
}

/** Chunk borders among the first `n` positions, summed over the layers. */
function borders(n: number, shape: Shape, chunk: number): number {
  let count = 0;
  for (let layer = 0; layer < shape.layers; layer++)
    count += n > 0 ? Math.floor((n + shiftOf(layer, shape, chunk)) / chunk) : 0;
  return count;
}
