import { assumedUniform } from './assumed';
import { method, type Shape } from './types';

const SPANS = ['regular', 'drawn by the seed'] as const;

type Names = 'share' | 'span' | 'spans' | 'seed';

/** Sentinel tokens (arXiv 2310.08152): a span of text is closed by a token that alone is looked at from then on. */
export const sentinelTokens = method<Names>({
  id: 'sentinel-tokens',
  name: 'Sentinel tokens',
  papers: [
    {
      title: 'Context Compression for Auto-regressive Transformers with Sentinel Tokens',
      authors: 'Ren, Jia, Zhu',
      year: 2023,
      arXiv: '2310.08152',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    share: {
      label: 'Text inside spans',
      unit: '%',
      min: 0,
      max: 100,
      default: 80,
      picture: 60,
      assumption: true,
    },
    span: {
      label: 'Length of a span, mean',
      unit: 'tokens',
      min: 2,
      max: 25,
      default: 13,
      picture: 6,
      assumption: true,
    },
    spans: {
      label: 'Spans',
      unit: '',
      min: 0,
      max: 1,
      default: 1,
      choices: SPANS,
      assumption: true,
    },
    seed: { label: 'Seed of the spans', unit: '', min: 0, max: 99, default: 1, assumption: true },
  },
  assumption:
    'Which spans are closed is a choice, not in the text: here regular spans, or spans drawn by the seed, of the share and length that are set.',
  keeps: 'One trained summary of every span, and everything outside spans exactly.',
  loses: 'The wording inside closed spans; a sentinel sees only its own span.',
  onTrained: {
    how: 'fine-tuning',
    note: 'Two new embeddings and small additions to the attention weights; the base weights stay.',
  },
  label: 'exact rule, assumed spans',
  sources: [
    { of: 'mask', origin: 'code', where: 'the training code; the paper’s own figure was not seen' },
    {
      of: 'stored',
      origin: 'derived',
      where: '2 · layers · width · n · (1 − c), c = share · (1 − 1 / span)',
    },
    { of: 'read', origin: 'derived', where: 'all that is stored, when no span is open' },
  ],
  marks: {
    exact: 'token outside spans',
    recent: 'its own span, still open',
    summary: 'sentinel of a closed span',
  },
  panels: ({ n, params }) => {
    const text = spanLayout(n, params);
    return [
      {
        id: 'all',
        name: 'Every layer and head',
        axis: 'tokens and sentinels',
        size: n,
        mark: (i, j) => text.mark(i, j),
        rows: 'query',
        causal: true,
        kind: (j) => text.kinds[j] ?? '·',
      },
    ];
  },
  stored: held,
  read: held,
});

function held(
  n: number,
  { layers, width }: Shape,
  { share, span }: Pick<Record<Names, number>, 'share' | 'span'>,
) {
  const c = (share / 100) * (1 - 1 / span);
  return [
    { name: 'open tokens and sentinels, on average', numbers: 2 * layers * width * n * (1 - c) },
  ];
}

/** `<` opens a span, `>` closes it and stays; `·` is a token outside, `x` one inside. */
type Kind = '·' | 'x' | '<' | '>';

function spanLayout(n: number, params: Readonly<Record<Names, number>>) {
  const kinds: Kind[] = [];
  const spanOf: number[] = [];
  const share = params.share / 100;
  let inside = 0;
  let outside = 0;
  for (let span = 0; kinds.length < n; span++) {
    const length = spanLength(span, params);
    // The share decides how many tokens have stayed outside when a span begins.
    const due = share > 0 ? ((inside + length) * (1 - share)) / share : Number.POSITIVE_INFINITY;
    for (; outside < due - 0.5 && kinds.length < n; outside++) push(kinds, spanOf, '·', -1);
    push(kinds, spanOf, '<', span);
    for (let k = 0; k < length; k++) push(kinds, spanOf, 'x', span);
    push(kinds, spanOf, '>', span);
    inside += length;
  }
  kinds.length = n;
  return {
    kinds,
    mark: (i: number, j: number) => {
      if (j > i) return 'none';
      const [query, key] = [kinds[i], kinds[j]];
      const same = spanOf[i] === spanOf[j] && spanOf[i] !== -1;
      if (i === j) return query === '·' ? 'exact' : query === '>' ? 'summary' : 'recent';
      if (query === '<') return 'none';
      if (query === '>') return same ? 'recent' : 'none';
      if (key === '>') return 'summary';
      if (key === '·') return 'exact';
      return key === 'x' && same ? 'recent' : 'none';
    },
  } as const;
}

function push(kinds: Kind[], spanOf: number[], kind: Kind, span: number): void {
  kinds.push(kind);
  spanOf.push(span);
}

/** Drawn spans have 2 … 2 · span − 2 tokens, each length as likely as any other. */
function spanLength(at: number, { span, spans, seed }: Readonly<Record<Names, number>>): number {
  if (spans === 0) return span;
  return 2 + Math.floor(assumedUniform(seed, 0, at) * (2 * span - 3));
}
