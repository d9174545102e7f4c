import { assumedUniform } from './assumed';
import { method, type Panel } from './types';

type Names = 'window' | 'stride' | 'question' | 'clusters' | 'chunk' | 'seed';

/** Cluster-Former (arXiv 2009.06097): an encoder with windows in most layers, and attention among look-alike tokens in some. */
export const clusterFormer = method<Names>({
  id: 'cluster-former',
  name: 'Cluster-Former',
  papers: [
    {
      title: 'Cluster-Former: Clustering-based Sparse Transformer for Question Answering',
      authors: 'Wang et al.',
      year: 2021,
      arXiv: '2009.06097',
    },
  ],
  kind: 'no decode cache',
  unit: 'token',
  parameters: {
    window: { label: 'Window', unit: 'tokens', min: 2, max: 256, default: 16, assumption: true },
    stride: {
      label: 'Stride of windows',
      unit: 'tokens',
      min: 1,
      max: 256,
      default: 14,
      assumption: true,
    },
    question: { label: 'Question', unit: 'tokens', min: 0, max: 32, default: 4, assumption: true },
    clusters: {
      label: 'Clusters',
      unit: 'clusters',
      min: 1,
      max: 32,
      default: 5,
      assumption: true,
    },
    chunk: {
      label: 'Chunk of sorted tokens',
      unit: 'tokens',
      min: 2,
      max: 128,
      default: 10,
      assumption: true,
    },
    seed: { label: 'Seed of the topics', unit: '', min: 0, max: 99, default: 1, assumption: true },
  },
  assumption:
    'Clusters come from learned hidden states: here topics are drawn by the seed, and the lengths are chosen for the picture.',
  keeps: 'Exact attention to near tokens, and to look-alike tokens anywhere.',
  loses: 'Links between unlike distant tokens; it is not causal, so it does not write text.',
  onTrained: { how: 'fine-tuning', note: 'An encoder for questions about long texts.' },
  label: 'assumed clusters',
  sources: [
    {
      of: 'two kinds of layer',
      origin: 'abstract',
      where: 'windows, and attention across them among clustered tokens',
    },
    {
      of: 'mask',
      origin: 'second-hand',
      where:
        'notes on the implementation: sort by cluster, cut into chunks; the equations were not seen',
    },
  ],
  marks: {
    recent: 'in a window of its own',
    kept: 'question, part of every window',
    exact: 'in the same chunk of look-alike tokens',
  },
  panels: ({ n, params }) => {
    const { rank, order } = ranks(n, params);
    const sameChunk = (a: number, b: number) =>
      Math.floor(a / params.chunk) === Math.floor(b / params.chunk);
    const common = {
      size: n,
      rows: 'query',
      causal: false,
      whyLater: 'An encoder: it reads the whole text at once.',
    } as const;
    const windows: Panel = {
      ...common,
      id: 'windows',
      name: 'Window layers',
      axis: 'tokens',
      mark: (i, j) => {
        if (i < params.question || j < params.question) return 'kept';
        return inOneWindow(i, j, params) ? 'recent' : 'none';
      },
    };
    return [
      windows,
      {
        ...common,
        id: 'clusters',
        name: 'Cluster layers, in the order of the text',
        axis: 'tokens',
        mark: (i, j) => (sameChunk(rank[i] ?? 0, rank[j] ?? 0) ? 'exact' : 'none'),
      },
      {
        ...common,
        id: 'sorted',
        name: 'Cluster layers, sorted by cluster',
        axis: 'tokens, sorted by cluster',
        mark: (i, j) => (sameChunk(i, j) ? 'exact' : 'none'),
        label: (j) => String(order[j]),
      },
    ];
  },
  stored: null,
  read: null,
});

/** Is there a window, one every `stride` positions, that holds both? */
function inOneWindow(
  i: number,
  j: number,
  { window, stride }: Pick<Record<Names, number>, 'window' | 'stride'>,
): boolean {
  const [low, high] = [Math.min(i, j), Math.max(i, j)];
  // The last window that begins at or before the earlier one reaches furthest.
  return high < Math.floor(low / stride) * stride + window;
}

/** The place of each position after a stable sort by cluster, and the position at each place. */
function ranks(n: number, { clusters, seed }: Pick<Record<Names, number>, 'clusters' | 'seed'>) {
  const topics: number[] = [];
  for (let j = 0; j < n; j++) {
    // A topic goes on for three tokens on average.
    const stays = j > 0 && assumedUniform(seed, 0, j) < 2 / 3;
    const drawn = Math.floor(assumedUniform(seed, 1, j) * clusters);
    topics.push(stays ? (topics[j - 1] ?? 0) : drawn);
  }
  const order = Array.from({ length: n }, (_, j) => j).sort(
    (a, b) => (topics[a] ?? 0) - (topics[b] ?? 0) || a - b,
  );
  const rank: number[] = [];
  order.forEach((position, place) => {
    rank[position] = place;
  });
  return { rank, order };
}
