import { type Mark, method, type Panel, type Part, type Shape } from './types';

const PATTERNS = ['fixed', 'axial', 'logsparse'] as const;

interface Settings {
  pattern: number;
  span: number;
}

/** Combiner (arXiv 2107.05768): every past position is reached, near ones exactly, far ones through a summary of their span. */
export const combiner = method({
  id: 'combiner',
  name: 'Combiner',
  papers: [
    {
      title: 'Combiner: Full Attention Transformer with Sparse Computation Cost',
      authors: 'Ren et al.',
      year: 2021,
      arXiv: '2107.05768',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    pattern: { label: 'Pattern', unit: '', min: 0, max: 2, default: 0, choices: PATTERNS },
    span: {
      label: 'Span, or length of a row',
      unit: 'tokens',
      min: 2,
      max: 256,
      default: 45,
      picture: 7,
    },
  },
  assumption: null,
  keeps: 'Some weight for every earlier token in every head.',
  loses: 'The freedom to weigh the tokens of a far span differently for each query.',
  onTrained: {
    how: 'from scratch',
    note: 'Offered as a layer to drop in, but all results are trained from scratch.',
  },
  label: 'exact mask',
  sources: [
    {
      of: 'mask',
      origin: 'paper',
      where: 'equation 10 (fixed), sections 4.2 (logsparse) and 4.3 (axial)',
    },
    { of: 'read', origin: 'paper', where: 'section 4, the orders; the exact counts are derived' },
    {
      of: 'stored, peak',
      origin: 'derived',
      where:
        'the paper discusses no decode cache; summaries do not hang on the later query (equation 7)',
    },
  ],
  marks: {
    recent: 'its own span or row, exactly',
    exact: 'same column, exactly',
    summary: 'through a summary of its span',
  },
  panels: ({ n, shape, params: { pattern, span } }) => {
    const common = {
      axis: 'tokens',
      size: n,
      causal: true,
      entryNumbers: () => 2 * shape.layers * shape.width,
      rows: 'next',
    } as const;
    const panels: readonly Panel[] = [
      { ...common, id: 'fixed', name: 'Fixed spans, every layer', ...fixed(span) },
      { ...common, id: 'axial', name: 'Axial, every layer', ...axial(span) },
      { ...common, id: 'logsparse', name: 'Logsparse, every layer', ...logsparse },
    ];
    return panels.slice(pattern, pattern + 1);
  },
  stored: (n, shape, settings) => {
    if (settings.pattern === 0) {
      const { closed, open } = spans(n, settings.span);
      return [entries('summaries', closed, shape), entries('open span', open, shape), query(shape)];
    }
    return [
      entries('keys and values, from which later summaries are made', n, shape),
      entries('summaries', heldSummaries(n, settings), shape),
    ];
  },
  // The query's own position is the last of its span, not the first of the next.
  read: (n, shape, settings) => {
    if (n === 0) return [];
    const far = summaries(n - 1, settings);
    return [
      entries('summaries', far, shape),
      entries('exact, itself among them', exact(n - 1, settings) + 1, shape),
    ];
  },
  peak: (n, shape, settings) => {
    if (settings.pattern === 0) {
      // At a span's end its own entries and its summary are both there.
      return [
        entries('summaries', Math.floor(n / settings.span), shape),
        entries('a whole span', Math.min(n, settings.span), shape),
        query(shape),
      ];
    }
    return [
      entries('keys and values, from which later summaries are made', n, shape),
      entries('summaries', mostSummaries(n, settings), shape),
    ];
  },
});

function entries(name: string, count: number, { layers, width }: Shape): Part {
  return { name, numbers: 2 * layers * width * count };
}

function query({ layers, width }: Shape): Part {
  return { name: 'running query of the open span', numbers: layers * width, aside: true };
}

function spans(n: number, span: number) {
  return { closed: Math.floor(n / span), open: n % span };
}

/** Summaries that position `i` reads. */
function summaries(i: number, { pattern, span }: Settings): number {
  const { closed } = spans(i, span);
  if (pattern === 0) return closed;
  if (pattern === 1) return closed > 0 ? span - 1 : 0;
  // A span of one position is read exactly.
  return ones(i) - (i % 2);
}

/** Summaries that are held after `n` positions where keys and values stay as well: any column may ask for any other. */
function heldSummaries(n: number, settings: Settings): number {
  if (settings.pattern !== 1) return summaries(n, settings);
  return n >= settings.span ? settings.span : 0;
}

/** The most of these at any time up to `n`: for logsparse where all binary digits but the last are ones. */
function mostSummaries(n: number, settings: Settings): number {
  if (settings.pattern === 1) return heldSummaries(n, settings);
  return Math.floor(Math.log2(Math.floor(n / 2) + 1));
}

/** Positions before `i` that it reads exactly. */
function exact(i: number, { pattern, span }: Settings): number {
  const { closed, open } = spans(i, span);
  if (pattern === 0) return open;
  return pattern === 1 ? open + closed : i % 2;
}

function ones(value: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

type Pattern = Required<Pick<Panel, 'mark' | 'entry'>>;

/** Own span exactly, every earlier span through its summary. */
function fixed(span: number): Pattern {
  const same = (i: number, j: number) => Math.floor(j / span) === Math.floor(i / span);
  return {
    mark: (i, j) => (j > i ? 'none' : same(i, j) ? 'recent' : 'summary'),
    entry: (i, j) => (same(i, j) ? j : -1 - Math.floor(j / span)),
  };
}

/** Own row and own column exactly; every other column, in the rows above, through its summary. */
function axial(width: number): Pattern {
  const mark = (i: number, j: number): Mark => {
    if (j > i) return 'none';
    if (Math.floor(j / width) === Math.floor(i / width)) return 'recent';
    return j % width === i % width ? 'exact' : 'summary';
  };
  return { mark, entry: (i, j) => (mark(i, j) === 'summary' ? -1 - (j % width) : j) };
}

/** The past as spans of powers of two, the largest first: those of the binary digits of `i`. */
const logsparse: Pattern = {
  mark: (i, j) => {
    if (j > i) return 'none';
    if (j === i) return 'recent';
    return spanStart(i, j) === i - 1 ? 'recent' : 'summary';
  },
  entry: (i, j) => {
    const start = j === i ? i : spanStart(i, j);
    return start >= i - 1 ? j : -1 - start;
  },
};

/** Where the span of `j` begins in the binary cover of 0 … i − 1. */
function spanStart(i: number, j: number): number {
  let start = 0;
  for (let size = 2 ** Math.floor(Math.log2(i)); size >= 1; size /= 2) {
    if (Math.floor(i / size) % 2 === 0) continue;
    if (j < start + size) return start;
    start += size;
  }
  return start;
}
