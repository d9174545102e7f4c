import { method, type Shape } from './types';

/** StreamingLLM (arXiv 2309.17453): the first tokens and a window; keys take their positions in the cache, not in the text. */
export const streamingLlm = method({
  id: 'streaming-llm',
  name: 'StreamingLLM',
  papers: [
    {
      title: 'Efficient Streaming Language Models with Attention Sinks',
      authors: 'Xiao et al.',
      year: 2023,
      arXiv: '2309.17453',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    sinks: { label: 'Attention sinks', unit: 'tokens', min: 0, max: 16, default: 4 },
    window: { label: 'Window', unit: 'tokens', min: 1, max: 4096, default: 252, picture: 12 },
  },
  assumption: null,
  keeps: 'A stable softmax and the exact recent text, for ever.',
  loses: 'The whole middle: a fact older than the window is gone.',
  onTrained: {
    how: 'no training',
    note: 'Runs on an ordinary model; GPT-NeoX is one of the released ports.',
  },
  label: 'exact mask',
  sources: [
    { of: 'mask', origin: 'quoted', where: 'section 3.2' },
    {
      of: 'mask',
      origin: 'code',
      where: 'kv_cache.py; the perplexity script drops after the step, so a query sees one more',
    },
    { of: 'stored, read', origin: 'derived', where: '2 · layers · width · min(n, s + W)' },
  ],
  marks: { kept: 'attention sink', recent: 'inside the window' },
  panels: ({ n, shape, params: { sinks, window } }) => [
    {
      id: 'all',
      name: 'Every layer and head',
      axis: 'tokens',
      size: n,
      mark: (i, j) => {
        if (j > i) return 'none';
        if (j < sinks) return 'kept';
        return i - j < window ? 'recent' : 'none';
      },
      entryNumbers: () => 2 * shape.layers * shape.width,
      rows: 'query',
      causal: true,
    },
  ],
  stored: (n, shape, { sinks, window }) => held(n, shape, sinks, window),
  read: (n, shape, { sinks, window }) => held(n, shape, sinks, window),
});

function held(n: number, { layers, width }: Shape, sinks: number, window: number) {
  const first = Math.min(n, sinks);
  return [
    { name: 'attention sinks', numbers: 2 * layers * width * first },
    { name: 'window', numbers: 2 * layers * width * Math.min(n - first, window) },
  ];
}
