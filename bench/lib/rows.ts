/** What ran a row. */
export type Runner =
  /** This project's engine in Chromium, CPU kernels in WebAssembly. */
  | 'wasm'
  /** The same engine and graphs on onnxruntime-node: how fast the kernels are without WebAssembly. */
  | 'node'
  /** transformers.js in Chromium, as it comes. */
  | 'transformers.js'
  /** The graph that transformers.js runs, in this project's build of ONNX Runtime: tells binary and graph apart. */
  | 'rival-graph';

/** How a run hands its results back. */
export type Form =
  /** As the app runs it: logits and attention rows copied out and kept. */
  | 'app'
  /** Picks and cache alone. */
  | 'quiet';

/** A line of the tables: one model, run in one way. */
export interface Row {
  id: string;
  model: ModelId;
  runner: Runner;
  threads: number;
  /** Tokens that a run writes: 4 for a block or an unrolled flat model, else 1. */
  tokensPerRun: 1 | 4;
  form: Form;
}

export const MODELS = ['tiny-b4', 'tiny-flat-match', 'tiny-flat-same'] as const;
export type ModelId = (typeof MODELS)[number];
export const FLAT: readonly ModelId[] = ['tiny-flat-match', 'tiny-flat-same'];

const PLACES: Record<Runner, string> = {
  wasm: 'WASM',
  node: 'native',
  'transformers.js': 'transformers.js',
  'rival-graph': 'its graph, our WASM',
};

/** A row with its id: what the tables call it. */
export function row(
  model: ModelId,
  runner: Runner,
  { threads = 1, tokensPerRun = 1, form = 'app' }: Partial<Row> = {},
): Row {
  const ours = runner === 'wasm' || runner === 'node';
  const parts = [
    model,
    ours && model !== 'tiny-b4' ? (tokensPerRun === 4 ? 'unrolled' : 'per token') : '',
    `${PLACES[runner]}${threads > 1 ? ` ${threads} threads` : ''}`,
    form === 'quiet' ? 'quiet' : '',
  ];
  return { id: parts.filter(Boolean).join(', '), model, runner, threads, tokensPerRun, form };
}

/** Our engine's rows of every model: blocks, and flat both per token and unrolled. */
export function ours(runner: 'wasm' | 'node', options: Partial<Row> = {}): Row[] {
  return [
    row('tiny-b4', runner, { ...options, tokensPerRun: 4 }),
    ...FLAT.flatMap((model) => [
      row(model, runner, { ...options, tokensPerRun: 4 }),
      row(model, runner, { ...options, tokensPerRun: 1 }),
    ]),
  ];
}

/** Both flat models as somebody else would run them. */
export function rivals(runner: 'transformers.js' | 'rival-graph', threads = 1): Row[] {
  return FLAT.map((model) => row(model, runner, { threads }));
}

/** The tiny-b4 row that a row is compared with: the same form, place and threads where there is one. */
export function peerOf({ model, runner, threads, form }: Row): string | null {
  if (model === 'tiny-b4') return null;
  const place = runner === 'node' ? 'node' : 'wasm';
  return row('tiny-b4', place, { threads, form, tokensPerRun: 4 }).id;
}
