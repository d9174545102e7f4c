import { method } from './types';

/** Sliding-window attention (Longformer; Mistral 7B): only the last W positions stay. */
export const slidingWindow = method({
  id: 'sliding-window',
  name: 'Sliding window',
  papers: [
    {
      title: 'Longformer: The Long-Document Transformer',
      authors: 'Beltagy, Peters, Cohan',
      year: 2020,
      arXiv: '2004.05150',
    },
    { title: 'Mistral 7B', authors: 'Jiang et al.', year: 2023, arXiv: '2310.06825' },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    window: { label: 'Window', unit: 'tokens', min: 1, max: 4096, default: 256, picture: 12 },
  },
  assumption: null,
  keeps: 'The exact recent past, at constant cost.',
  loses: 'Any direct look beyond the window; older content arrives only through chains of layers.',
  onTrained: {
    how: 'from scratch',
    note: 'Both families train with the window. An ordinary model runs with it, but breaks once the first tokens leave.',
  },
  label: 'exact mask',
  sources: [
    { of: 'stored, read', origin: 'derived', where: '2 · layers · width · min(n, W)' },
    {
      of: 'slots',
      origin: 'quoted',
      where: 'Mistral 7B, section 2: a buffer of W slots, position i in slot i mod W',
    },
    {
      of: 'mask',
      origin: 'quoted',
      where: 'Mistral 7B, figures 1 and 2: W positions; its text says i − W to i, one more',
    },
  ],
  marks: { recent: 'inside the window' },
  panels: ({ n, shape, params: { window } }) => [
    {
      id: 'all',
      name: 'Every layer and head',
      axis: 'tokens',
      size: n,
      mark: (i, j) => (j <= i && i - j < window ? 'recent' : 'none'),
      entryNumbers: () => 2 * shape.layers * shape.width,
      rows: 'query',
      causal: true,
    },
  ],
  stored: (n, { layers, width }, { window }) => [
    { name: 'keys and values in the window', numbers: 2 * layers * width * Math.min(n, window) },
  ],
  read: (n, { layers, width }, { window }) => [
    { name: 'keys and values in the window', numbers: 2 * layers * width * Math.min(n, window) },
  ],
});
