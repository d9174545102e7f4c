import { assumedUniform, byScore } from './assumed';
import { type Measured, method, type View } from './types';

type Names = 'step' | 'recalled' | 'seed';

/** Bottlenecked Transformers (arXiv 2505.16950): at the end of every reasoning step some entries are rewritten in place. */
export const bottlenecked = method<Names>({
  id: 'bottlenecked',
  name: 'Bottlenecked Transformers',
  papers: [
    {
      title: 'Bottlenecked Transformers: Periodic KV Cache Consolidation for Generalised Reasoning',
      authors: 'Oomerjee et al.',
      year: 2025,
      arXiv: '2505.16950',
    },
  ],
  kind: 'no saving',
  unit: 'token',
  parameters: {
    step: {
      label: 'Length of a step, all of it rewritten',
      unit: 'tokens',
      min: 2,
      max: 256,
      default: 32,
      picture: 12,
      assumption: true,
    },
    recalled: {
      label: 'Older entries recalled',
      unit: 'entries',
      min: 0,
      max: 64,
      default: 32,
      picture: 4,
      assumption: true,
    },
    seed: { label: 'Seed of the recall', unit: '', min: 0, max: 99, default: 1, assumption: true },
  },
  assumption:
    'Where steps end and which older entries are recalled hangs on the text: steps have a fixed length, and recalled entries are drawn by the seed unless attention was measured.',
  keeps: 'Every position and the full cache, with old entries changed in the light of later ones.',
  loses:
    'Nothing in size, and it gains nothing in speed; rewritten entries are no longer what the text alone would give.',
  onTrained: { how: 'fine-tuning', note: 'A module that rewrites is trained beside the model.' },
  label: 'assumed steps and recall',
  sources: [
    {
      of: 'rewriting in place',
      origin: 'abstract',
      where: 'the last step, and a few older entries that it attends to, at its end',
    },
    { of: 'stored', origin: 'second-hand', where: 'notes on the method: entries keep their size' },
    {
      of: 'read',
      origin: 'derived',
      where:
        'the whole cache; at a step’s end the rewritten entries once more, and they are written back',
    },
  ],
  marks: { exact: 'its own key and value', rewritten: 'rewritten together at a step’s end' },
  panels: ({ n, params, measured }) => {
    const rewritten = squares(n, params, measured);
    return [
      {
        id: 'all',
        name: 'Every layer and head',
        axis: 'tokens',
        size: n,
        mark: (i, j) => {
          if (rewritten[i * n + j] === 1) return 'rewritten';
          return j <= i ? 'exact' : 'none';
        },
        rows: 'query',
        causal: false,
        whyLater:
          'Entries are rewritten together, both ways; no query before the step’s end sees them so.',
      },
    ];
  },
  stored: (n, { layers, width }) => [{ name: 'keys and values', numbers: 2 * layers * width * n }],
  read: (n, { layers, width }, { step, recalled }) => [
    { name: 'keys and values', numbers: 2 * layers * width * n },
    {
      name: 'entries to rewrite',
      numbers: 2 * layers * width * rewrittenAt(n, step, recalled),
      every: step,
    },
  ],
});

/** Entries that the last step's end rewrites: the step and what it recalls. */
function rewrittenAt(n: number, step: number, recalled: number): number {
  const end = Math.floor(n / step) * step;
  return end === 0 ? 0 : step + Math.min(recalled, end - step);
}

/** 1 for every pair of positions that some step's end rewrites together. */
function squares(n: number, params: View<Names>['params'], measured?: Measured): Uint8Array {
  const pairs = new Uint8Array(n * n);
  for (let end = params.step; end <= n; end += params.step) {
    const set = rewrittenSet(end, params, measured);
    for (const i of set) for (const j of set) pairs[i * n + j] = 1;
  }
  return pairs;
}

function rewrittenSet(
  end: number,
  { step, recalled, seed }: View<Names>['params'],
  measured?: Measured,
): number[] {
  const from = end - step;
  const attention = measured?.attention;
  const score = (key: number) => {
    if (!attention) return assumedUniform(seed, end, key);
    let mass = 0;
    for (let query = from; query < end; query++) mass += attention(0, 0, query, key);
    return mass;
  };
  const older = byScore(from, score).slice(0, recalled);
  return [...older, ...Array.from({ length: step }, (_, k) => from + k)];
}
