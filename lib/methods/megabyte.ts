import { method, type Part, type Shape } from './types';

interface Settings {
  patch: number;
  globalLayers: number;
  localWidth: number;
}

/** MEGABYTE (arXiv 2305.07185): a global decoder over patches of bytes, and a local decoder inside the current patch. */
export const megabyte = method({
  id: 'megabyte',
  name: 'MEGABYTE',
  papers: [
    {
      title: 'MEGABYTE: Predicting Million-byte Sequences with Multiscale Transformers',
      authors: 'Yu et al.',
      year: 2023,
      arXiv: '2305.07185',
    },
  ],
  kind: 'decoder cache',
  unit: 'byte',
  parameters: {
    patch: { label: 'Patch length', unit: 'bytes', min: 1, max: 64, default: 8, picture: 6 },
    globalLayers: {
      label: 'Layers in the global decoder',
      unit: '%',
      min: 0,
      max: 100,
      default: 50,
      assumption: true,
    },
    localWidth: {
      label: 'Width of the local decoder',
      unit: '% of the global',
      min: 1,
      max: 100,
      default: 50,
      assumption: true,
    },
  },
  assumption:
    'The paper’s layer counts and widths were not seen: the split is set by the sliders, and the global decoder is as wide as the yardstick.',
  keeps: 'All history at the resolution of patches, and the exact bytes of the current patch.',
  loses:
    'A direct look from the local decoder at older bytes; the patches are fixed, so a word looks different at another offset.',
  onTrained: { how: 'from scratch', note: 'On bytes.' },
  label: 'exact mask',
  sources: [
    { of: 'mask', origin: 'paper', where: 'section 2.2, figure 1' },
    {
      of: 'stored, read',
      origin: 'derived',
      where:
        'from section 2.2, equations 2 to 5: one entry a patch in the global decoder, the current patch in the local one',
    },
  ],
  marks: { recent: 'byte of this patch', summary: 'through its patch' },
  panels: ({ n, shape, params }) => {
    const { patch } = params;
    const same = (t: number, j: number) => Math.floor(j / patch) === Math.floor(t / patch);
    const size = sizes(shape, params);
    return [
      {
        id: 'both',
        name: 'Both decoders, on the bytes',
        axis: 'bytes',
        size: n,
        mark: (t, j) => (j >= t ? 'none' : same(t, j) ? 'recent' : 'summary'),
        entry: (t, j) => (same(t, j) ? j : -1 - Math.floor(j / patch)),
        entryNumbers: (mark) => (mark === 'summary' ? size.global : size.local),
        rows: 'next',
        causal: true,
      },
    ];
  },
  stored: (n, shape, params) => held(n, shape, params, n % params.patch),
  // The local decoder starts from one learned position; the global one runs once a patch.
  read: (n, shape, params) => {
    const [global, local] = held(n, shape, params, (n % params.patch) + 1);
    return [{ ...global, every: params.patch }, local];
  },
  peak: (n, shape, params) => held(n, shape, params, Math.min(n, params.patch - 1)),
});

/** Numbers of one entry of each decoder. */
function sizes({ layers, width }: Shape, { globalLayers, localWidth }: Settings) {
  const above = Math.round((layers * globalLayers) / 100);
  const narrow = Math.max(1, Math.round((width * localWidth) / 100));
  return { global: 2 * above * width, local: 2 * (layers - above) * narrow };
}

function held(n: number, shape: Shape, params: Settings, bytes: number): [Part, Part] {
  const size = sizes(shape, params);
  return [
    {
      name: 'global decoder, one entry a patch',
      numbers: size.global * Math.floor(n / params.patch),
    },
    { name: 'local decoder, this patch only', numbers: size.local * bytes },
  ];
}
