import { assumedUniform, byScore, gumbel } from './assumed';
import { type Measured, method, type Panel, type Shape, type View } from './types';

type Names = 'cache' | 'recent' | 'seed';

/** Keyformer (arXiv 2403.09054): of the prompt, each layer and head keeps the recent tokens and those with the highest score. */
export const keyformer = method<Names>({
  id: 'keyformer',
  name: 'Keyformer',
  papers: [
    {
      title:
        'Keyformer: KV Cache Reduction through Key Tokens Selection for Efficient Generative Inference',
      authors: 'Adnan et al.',
      year: 2024,
      arXiv: '2403.09054',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    cache: { label: 'Cache, of the prompt', unit: '%', min: 5, max: 100, default: 50 },
    recent: { label: 'Recent tokens, of the cache', unit: '%', min: 5, max: 95, default: 30 },
    seed: {
      label: 'Seed of scores and noise',
      unit: '',
      min: 0,
      max: 99,
      default: 1,
      assumption: true,
    },
  },
  assumption:
    'Which tokens are kept hangs on the text and on noise: scores are drawn by the seed unless attention was measured, and the key tokens are frozen at the end of the prompt, as the released code does in effect.',
  keeps: 'The recent tokens and the past tokens that earned most attention so far.',
  loses: 'For good, tokens that matter only later.',
  onTrained: { how: 'no training', note: 'Runs on an ordinary model.' },
  label: 'one noise seed, key set frozen at the end of the prompt',
  sources: [
    {
      of: 'stored',
      origin: 'derived',
      where: 'from section 3.4: k tokens and one score each, per layer and head',
    },
    { of: 'read', origin: 'paper', where: 'section 3.4: k + 1 in a step' },
    { of: 'score', origin: 'paper', where: 'equations 4, 5 and 9, algorithm 1' },
    {
      of: 'frozen key set',
      origin: 'derived',
      where: 'from the index arithmetic of the released GPT-J and MPT code',
    },
  ],
  marks: {
    exact: 'prompt, before anything is dropped',
    recent: 'recent tokens',
    kept: 'key token',
  },
  panels: (view) => {
    const last = view.shape.layers - 1;
    const head = Math.min(1, view.shape.heads - 1);
    const shown = [
      { layer: 0, head: 0 },
      { layer: 0, head },
      { layer: last, head: 0 },
    ];
    return shown
      .filter((a, at) => shown.findIndex((b) => a.layer === b.layer && a.head === b.head) === at)
      .map(({ layer, head }) => panelOf(view, layer, head));
  },
  stored: (n, shape, params) => {
    if (n <= shape.promptLength) return whole(n, shape);
    const { k } = budget(shape, params);
    return [{ name: 'kept tokens', numbers: 2 * shape.layers * shape.width * k }, scores(shape, k)];
  },
  read: (n, shape, params) => {
    if (n <= shape.promptLength) return whole(n, shape);
    const { k } = budget(shape, params);
    const numbers = 2 * shape.layers * shape.width * (k + 1);
    return [{ name: 'kept tokens and the new one', numbers }, scores(shape, k)];
  },
  peak: (n, shape, params) => {
    const prompt = Math.min(n, shape.promptLength);
    const { k } = budget(shape, params);
    // A full budget has scores on top of what the prompt held.
    return n > prompt && k === prompt
      ? [...whole(prompt, shape), scores(shape, k)]
      : whole(prompt, shape);
  },
});

/** Tokens kept, and how many of them are the last ones. */
function budget(shape: Shape, { cache, recent }: Readonly<Record<'cache' | 'recent', number>>) {
  const k = Math.max(1, Math.round((shape.promptLength * cache) / 100));
  return { k, window: Math.max(1, Math.round((k * recent) / 100)) };
}

function whole(n: number, { layers, width }: Shape) {
  return [{ name: 'whole prompt', numbers: 2 * layers * width * n }];
}

function scores({ layers, heads }: Shape, k: number) {
  return { name: 'scores', numbers: layers * heads * k, aside: true };
}

function panelOf(view: View<Names>, layer: number, head: number): Panel {
  const { n, shape, params, measured } = view;
  const prompt = Math.min(n, shape.promptLength);
  const { k, window } = budget(shape, params);
  const older = Math.max(0, shape.promptLength - window);
  const keys =
    prompt < n
      ? byScore(older, scoreOf(measured, params.seed, layer, head, prompt)).slice(0, k - window)
      : [];
  const frozen: ReadonlySet<number> = new Set(keys);
  return {
    id: `layer-${layer}-head-${head}`,
    name: `Layer ${layer}, head ${head}`,
    axis: 'tokens',
    size: n,
    mark: (i, j) => {
      if (j > i) return 'none';
      if (i < prompt) return 'exact';
      const run = measured?.columns?.(layer, head, i);
      if (run) return !run.has(j) ? 'none' : i - j < window ? 'recent' : 'kept';
      if (i - j < window) return 'recent';
      return frozen.has(j) ? 'kept' : 'none';
    },
    rows: 'query',
    causal: true,
  };
}

/**
 * The score of a prompt position (equation 9, τ = 1): over the rows of the prompt, the sum of the softmax of logits plus
 * Gumbel noise. The logarithm of a weight is its logit up to a number that the softmax drops. Without attention, drawn.
 */
function scoreOf(
  measured: Measured | undefined,
  seed: number,
  layer: number,
  head: number,
  prompt: number,
): (key: number) => number {
  const attention = measured?.attention;
  if (!attention) {
    return (key) => -Math.log(assumedUniform(seed, layer * 1024 + head, key));
  }
  const sums = new Float64Array(prompt);
  const row = new Float64Array(prompt);
  for (let query = 0; query < prompt; query++) {
    let sum = 0;
    for (let key = 0; key <= query; key++) {
      row[key] =
        attention(layer, head, query, key) * Math.exp(gumbel(seed, layer, head, query, key));
      sum += row[key] ?? 0;
    }
    for (let key = 0; key <= query; key++) sums[key] = (sums[key] ?? 0) + (row[key] ?? 0) / sum;
  }
  return (key) => sums[key] ?? 0;
}
