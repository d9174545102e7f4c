import { method, type Panel, type Part, type Shape } from './types';

const MIXERS = ['sliding window', 'Mamba'] as const;
/** Numbers a channel of Mamba's inner width keeps: its state, and the buffer of its short convolution. */
const MAMBA_STATE = 16;
const MAMBA_BUFFER = 4;

/** SCOUT (arXiv 2509.00935): a local mixer folds a segment into its last position, the checkpoint; only checkpoints stay. */
export const scout = method({
  id: 'scout',
  name: 'SCOUT',
  papers: [
    {
      title:
        'SCOUT: Toward Sub-Quadratic Attention via Segment Compression for Optimized Utility in Transformers',
      authors: 'Jafari et al.',
      year: 2025,
      arXiv: '2509.00935',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    segment: { label: 'Segment length', unit: 'tokens', min: 2, max: 64, default: 10, picture: 6 },
    window: {
      label: 'Window of the mixer',
      unit: 'tokens',
      min: 1,
      max: 4096,
      default: 1024,
      picture: 10,
    },
    mixer: { label: 'Mixer', unit: '', min: 0, max: 1, default: 0, choices: MIXERS },
    layers: {
      label: 'Its layers, of the yardstick’s',
      unit: '%',
      min: 10,
      max: 100,
      default: 71,
    },
  },
  assumption: null,
  keeps: 'Every past segment in one hop, and exact attention inside a recent window.',
  loses:
    'Single tokens outside the window, and what the mixer did not carry into the segment’s last position.',
  onTrained: { how: 'from scratch', note: 'A new kind of layer; no conversion was seen.' },
  label: 'exact mask',
  sources: [
    {
      of: 'mask, settings',
      origin: 'code',
      where:
        'model and configurations; 17 layers (window) or 14 (Mamba) where the width is 1,024, each of double depth',
    },
    {
      of: 'stored, read',
      origin: 'derived',
      where: 'from the code; the paper’s body was not seen',
    },
    {
      of: 'Mamba’s convolution buffer',
      origin: 'code',
      where: 'not set in the file; 4 in the repository’s plain Mamba',
    },
  ],
  marks: {
    recent: 'inside the mixer’s window',
    kept: 'checkpoint',
    self: 'itself, not kept',
  },
  panels: ({ n, shape, params: { segment, window, mixer, layers } }) => {
    const entryNumbers = () => 2 * layersOf(shape, layers) * shape.width;
    const common = { axis: 'tokens', size: n, rows: 'query', causal: true } as const;
    const local: Panel =
      mixer === 1
        ? {
            ...common,
            id: 'mixer',
            name: 'Mixer of every layer',
            mark: () => 'none',
            state: 'no attention matrix: a state of fixed size runs along the text',
            entryNumbers,
          }
        : {
            ...common,
            id: 'mixer',
            name: 'Mixer of every layer',
            mark: (i, j) => (j <= i && j > i - window ? 'recent' : 'none'),
            entryNumbers,
          };
    return [
      local,
      {
        ...common,
        id: 'checkpoints',
        name: 'Checkpoint attention of every layer',
        mark: (i, j) => {
          if (j > i) return 'none';
          if (j % segment === segment - 1) return 'kept';
          return j === i ? 'self' : 'none';
        },
        entryNumbers,
      },
    ];
  },
  stored: (n, shape, params) => [
    checkpoints(Math.floor(n / params.segment), shape, params.layers),
    mixerPart(n, shape, params),
  ],
  // The token itself, unless it is a checkpoint and so counted.
  read: (n, shape, params) => [
    checkpoints(Math.ceil(n / params.segment), shape, params.layers),
    mixerPart(n, shape, params),
  ],
});

function layersOf({ layers }: Shape, percent: number): number {
  return Math.max(1, Math.round((layers * percent) / 100));
}

function checkpoints(count: number, shape: Shape, percent: number): Part {
  return {
    name: 'checkpoints',
    numbers: 2 * layersOf(shape, percent) * shape.width * count,
  };
}

function mixerPart(
  n: number,
  shape: Shape,
  { window, mixer, layers }: { window: number; mixer: number; layers: number },
): Part {
  const perChannel = layersOf(shape, layers) * 2 * shape.width;
  return mixer === 1
    ? {
        name: 'state and buffer of the mixer',
        numbers: perChannel * (MAMBA_STATE + MAMBA_BUFFER),
        aside: true,
      }
    : { name: 'window of the mixer', numbers: perChannel * Math.min(n, window) };
}
