import { assumedUniform, byScore } from './assumed';
import { type Measured, method, type Panel, type Shape, type View } from './types';

type Names = 'kept' | 'start' | 'tail' | 'spread' | 'seed';

/** PrefixKV (arXiv 2412.03409): every layer keeps the positions that hold an equal share of its attention. */
export const prefixKv = method<Names>({
  id: 'prefix-kv',
  name: 'PrefixKV',
  papers: [
    {
      title:
        'PrefixKV: Adaptive Prefix KV Cache is What Vision Instruction-Following Models Need for Efficient Generation',
      authors: 'Wang et al.',
      year: 2024,
      arXiv: '2412.03409',
    },
  ],
  kind: 'decoder cache',
  unit: 'token',
  parameters: {
    kept: {
      label: 'Positions kept, mean of the layers',
      unit: '%',
      min: 5,
      max: 100,
      default: 20,
      picture: 40,
    },
    start: {
      label: 'First tokens that always stay',
      unit: 'tokens',
      min: 0,
      max: 8,
      default: 4,
      picture: 1,
    },
    tail: {
      label: 'Last kept prompt entries that may still go (25 in the code)',
      unit: 'entries',
      min: 0,
      max: 64,
      default: 25,
      picture: 3,
    },
    spread: {
      label: 'How unlike the layers are',
      unit: '%',
      min: 0,
      max: 100,
      default: 50,
      assumption: true,
    },
    seed: {
      label: 'Seed of the importance',
      unit: '',
      min: 0,
      max: 99,
      default: 1,
      assumption: true,
    },
  },
  assumption:
    'Which positions matter, and how evenly, hangs on the text: importance is drawn by the seed, more concentrated in higher layers by the spread, unless attention was measured.',
  keeps: 'In every layer an equal share of the attention, with as many positions as that takes.',
  loses:
    'Tokens of little attention, for good; layer shares set beforehand do not react to the text.',
  onTrained: { how: 'no training', note: 'Built for vision models, but nothing in it is visual.' },
  label: 'assumed importance, or this text’s attention',
  sources: [
    {
      of: 'mask',
      origin: 'code',
      where:
        'prefixkv.py: attention summed over queries, mean of heads, one threshold for all layers',
    },
    {
      of: 'stored',
      origin: 'derived',
      where: 'shares that average to r; the constraint is second-hand',
    },
    {
      of: 'while writing',
      origin: 'derived',
      where: 'from the code, which removes one entry at a fixed slot',
    },
  ],
  marks: {
    exact: 'prompt, before anything is dropped',
    kept: 'kept prompt position',
    recent: 'written since, among the last entries',
  },
  panels: (view) => {
    const { n, shape, params, measured } = view;
    const prompt = Math.min(n, shape.promptLength);
    const layers = prompt < n ? keptOf(shape, params, measured) : [];
    const shown = [...new Set([0, Math.floor((shape.layers - 1) / 2), shape.layers - 1])];
    return shown.map((layer) => panelOf(view, layer, layers[layer] ?? []));
  },
  stored: held,
  read: held,
  peak: (n, shape, params) => {
    const prompt = held(Math.min(n, shape.promptLength), shape, params);
    const now = held(n, shape, params);
    return (now[0]?.numbers ?? 0) > (prompt[0]?.numbers ?? 0) ? now : prompt;
  },
  positions: (n, shape, params) => {
    if (n <= shape.promptLength) return Array.from({ length: shape.layers }, () => n);
    return keptOf(shape, params).map((kept) => Math.round((kept.length / shape.promptLength) * n));
  },
});

function held(n: number, { layers, width, promptLength }: Shape, { kept }: { kept: number }) {
  const whole = n <= promptLength;
  const name = whole ? 'whole prompt' : 'kept positions';
  return [{ name, numbers: 2 * layers * width * n * (whole ? 1 : kept / 100) }];
}

/** The prompt positions that each layer keeps, in the order of the text. */
function keptOf(
  shape: Shape,
  params: View<Names>['params'],
  measured?: Measured,
): readonly (readonly number[])[] {
  const prompt = shape.promptLength;
  const layers = Array.from({ length: shape.layers }, (_, layer) => {
    const importance = importanceOf(shape, params, measured, layer);
    const order = byScore(prompt, (key) => importance[key] ?? 0);
    const sum = importance.reduce((a, b) => a + b, 0);
    let running = 0;
    const cumulative = order.map((key) => {
      running += (importance[key] ?? 0) / sum;
      return running;
    });
    return { order, cumulative };
  });
  const counts = countsOf(
    layers.map((layer) => layer.cumulative),
    (params.kept / 100) * shape.layers * prompt,
  );
  return layers.map(({ order }, layer) => {
    const count = Math.max(Math.min(prompt, params.start + 1), counts[layer] ?? 0);
    const always = new Set(Array.from({ length: Math.min(params.start, prompt) }, (_, j) => j));
    always.add(prompt - 1);
    for (const key of order) {
      if (always.size >= count) break;
      always.add(key);
    }
    return [...always].sort((a, b) => a - b);
  });
}

/** One threshold p for all layers: each keeps the first positions of its order that hold p of its attention. */
function countsOf(cumulative: readonly (readonly number[])[], budget: number): number[] {
  const counts = (p: number) =>
    cumulative.map((layer) => {
      const at = layer.findIndex((share) => share >= p);
      return at < 0 ? layer.length : at + 1;
    });
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (counts(middle).reduce((a, b) => a + b, 0) > budget) high = middle;
    else low = middle;
  }
  return counts(low);
}

/** Attention that each prompt position gets in a layer: mean of the heads, sum of the queries; or drawn. */
function importanceOf(
  { promptLength, heads, layers }: Shape,
  { spread, seed }: View<Names>['params'],
  measured: Measured | undefined,
  layer: number,
): Float64Array {
  const importance = new Float64Array(promptLength);
  const attention = measured?.attention;
  if (attention) {
    for (let head = 0; head < heads; head++)
      for (let query = 0; query < promptLength; query++)
        for (let key = 0; key <= query; key++)
          importance[key] = (importance[key] ?? 0) + attention(layer, head, query, key) / heads;
    return importance;
  }
  // The place in an order that is drawn, to a power: the higher the power, the fewer positions hold most of it.
  const depth = layers > 1 ? layer / (layers - 1) - 0.5 : 0;
  const power = 2 ** ((depth * 2 * spread) / 100);
  byScore(promptLength, (key) => assumedUniform(seed, layer, key)).forEach((key, place) => {
    importance[key] = (place + 1) ** -power;
  });
  return importance;
}

function panelOf(
  { n, shape, params, measured }: View<Names>,
  layer: number,
  kept: readonly number[],
): Panel {
  const prompt = Math.min(n, shape.promptLength);
  // What may still go are the last entries; whatever comes before them stays.
  const stays = kept.slice(0, Math.max(0, kept.length - params.tail));
  const permanent = new Set(stays);
  const queue = kept.slice(stays.length);
  const place = new Map(queue.map((position, at) => [position, at]));
  const placeOf = (j: number) => (j < prompt ? place.get(j) : queue.length + j - prompt);
  return {
    id: `layer-${layer}`,
    name: `Layer ${layer}, all heads`,
    axis: 'tokens',
    size: n,
    mark: (i, j) => {
      if (j > i) return 'none';
      if (i < prompt) return 'exact';
      const kind = j < prompt ? 'kept' : 'recent';
      const run = measured?.columns?.(layer, 0, i);
      if (run) return run.has(j) ? kind : 'none';
      if (permanent.has(j)) return 'kept';
      const at = placeOf(j);
      if (at === undefined) return 'none';
      const room = Math.round((kept.length / prompt) * (i + 1)) - stays.length;
      const entries = queue.length + i - prompt + 1;
      return at >= entries - Math.max(1, room) ? kind : 'none';
    },
    rows: 'query',
    causal: true,
  };
}
