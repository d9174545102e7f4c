import { method } from './types';

/** Recurrent Memory Transformer (arXiv 2207.06881): segments see each other only through a few memory vectors. */
export const recurrentMemory = method({
  id: 'recurrent-memory',
  name: 'Recurrent Memory Transformer',
  papers: [
    {
      title: 'Recurrent Memory Transformer',
      authors: 'Bulatov, Kuratov, Burtsev',
      year: 2022,
      arXiv: '2207.06881',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    memory: { label: 'Memory vectors', unit: 'vectors', min: 1, max: 64, default: 10, picture: 3 },
    segment: {
      label: 'Segment length',
      unit: 'tokens',
      min: 2,
      max: 1024,
      default: 150,
      picture: 12,
    },
  },
  assumption: null,
  keeps: 'Constant memory for any length, and a path that grows deeper with every segment.',
  loses: 'Exact recall of what does not fit into the memory vectors.',
  onTrained: {
    how: 'fine-tuning',
    note: 'No change of layers: only the memory vectors are new. The paper also trains from scratch.',
  },
  label: 'exact mask',
  sources: [
    { of: 'mask', origin: 'paper', where: 'section 3, and the code' },
    {
      of: 'stored, read, peak',
      origin: 'derived',
      where: 'an ordinary cache inside the segment; the paper discusses none',
    },
  ],
  marks: { recent: 'token of this segment', memory: 'memory vector' },
  panels: ({ n, shape, params: { memory, segment } }) => {
    const tokens = Math.min(segment, n);
    const writes = memory + tokens;
    return [
      {
        id: 'text',
        name: 'On the text',
        axis: 'tokens',
        size: n,
        mark: (i, j) =>
          j <= i && Math.floor(j / segment) === Math.floor(i / segment) ? 'recent' : 'none',
        extra: { name: 'memory', count: memory, mark: () => 'memory' },
        entryNumbers: () => 2 * shape.layers * shape.width,
        rows: 'next',
        causal: true,
      },
      {
        id: 'segment',
        name: 'Inside one segment: read, tokens, write',
        axis: 'memory read, tokens, memory written',
        size: tokens + 2 * memory,
        mark: (a, b) => {
          const readers = a < memory && b < memory;
          const writers = a >= writes && b >= writes;
          if (b > a && !readers && !writers) return 'none';
          return b < memory || b >= writes ? 'memory' : 'recent';
        },
        rows: 'query',
        causal: false,
        whyLater: 'Memory vectors are no text: each group sees the whole of itself.',
        kind: (j) => (j < memory ? 'r' : j >= writes ? 'w' : '·'),
      },
    ];
  },
  stored: (n, shape, { memory, segment }) => [
    carried(shape.width, memory),
    {
      name: 'memory and this segment',
      numbers: 2 * shape.layers * shape.width * (memory + (n % segment)),
    },
  ],
  read: (n, shape, { memory, segment }) => {
    const entry = 2 * shape.layers * shape.width;
    return [
      {
        name: 'memory and this segment',
        numbers: entry * (memory + (n > 0 ? ((n - 1) % segment) + 1 : 0)),
      },
    ];
  },
  // At a segment's end the vectors that are written lie beside those that were read.
  peak: (n, shape, { memory, segment }) => [
    carried(shape.width, memory),
    {
      name: 'both groups of memory and a segment',
      numbers:
        2 *
        shape.layers *
        shape.width *
        (Math.min(n, segment) + (n < segment ? memory : 2 * memory)),
    },
  ],
});

function carried(width: number, memory: number) {
  return { name: 'carried vectors', numbers: memory * width, aside: true };
}
