import { assumedUniform, byScore } from './assumed';
import { method, type Panel } from './types';

type Names = 'block' | 'survivors' | 'answer' | 'seed';

/** Parts of the layers that a picture shows, and the steps in which blocks go. */
const STAGES = 5;

/** Block-Skim (arXiv 2112.08560): an encoder for questions drops whole blocks of the text from layer to layer. */
export const blockSkim = method<Names>({
  id: 'block-skim',
  name: 'Block-Skim',
  papers: [
    {
      title: 'Block-Skim: Efficient Question Answering for Transformer',
      authors: 'Guan et al.',
      year: 2021,
      arXiv: '2112.08560',
    },
  ],
  kind: 'no decode cache',
  unit: 'token',
  parameters: {
    block: { label: 'Block length', unit: 'tokens', min: 2, max: 64, default: 32, picture: 4 },
    survivors: {
      label: 'Blocks left in the last layers',
      unit: '%',
      min: 1,
      max: 100,
      default: 20,
      assumption: true,
    },
    answer: {
      label: 'Where the answer lies',
      unit: '% of the text',
      min: 0,
      max: 100,
      default: 65,
      assumption: true,
    },
    seed: { label: 'Seed of the order', unit: '', min: 0, max: 99, default: 1, assumption: true },
  },
  assumption:
    'A small network chooses the blocks by their attention: here they go by a schedule in an order drawn by the seed; the question’s block and the answer’s block stay.',
  keeps: 'Full resolution for the blocks that matter to this question.',
  loses: 'Everything else, for the rest of the pass; it needs the question beforehand.',
  onTrained: {
    how: 'fine-tuning',
    note: 'Trained together with the task; the backbone is unchanged.',
  },
  label: 'schedule, not data',
  sources: [
    {
      of: 'mask',
      origin: 'code',
      where: 'both blocks kept; a block that went never returns; blocks of 32',
    },
    {
      of: 'schedule',
      origin: 'ours',
      where: 'the same share of blocks goes in each of four steps',
    },
  ],
  marks: { exact: 'both blocks are still there' },
  panels: ({ n, shape, params }) => {
    const stages = stagesOf(n, params);
    return stages.map(
      (kept, stage): Panel => ({
        id: `stage-${stage}`,
        name: `${layersOf(stage, shape.layers)}: ${kept.size} ${kept.size === 1 ? 'block' : 'blocks'}`,
        axis: 'tokens',
        size: n,
        mark: (i, j) =>
          kept.has(Math.floor(i / params.block)) && kept.has(Math.floor(j / params.block))
            ? 'exact'
            : 'none',
        rows: 'query',
        causal: false,
        whyLater: 'An encoder: it reads the whole text at once.',
      }),
    );
  },
  stored: null,
  read: null,
  positions: (n, shape, params) => {
    const stages = stagesOf(n, params).map((kept) => {
      const last = Math.ceil(n / params.block) - 1;
      const short = kept.has(last) ? (last + 1) * params.block - n : 0;
      return kept.size * params.block - short;
    });
    return Array.from(
      { length: shape.layers },
      (_, layer) => stages[stageOf(layer, shape.layers)] ?? 0,
    );
  },
});

function stageOf(layer: number, layers: number): number {
  return Math.floor((layer * STAGES) / layers);
}

function layersOf(stage: number, layers: number): string {
  const mine = Array.from({ length: layers }, (_, layer) => layer).filter(
    (layer) => stageOf(layer, layers) === stage,
  );
  const [first, last] = [mine[0], mine.at(-1)];
  if (first === undefined) return `Step ${stage}, no layer of its own`;
  return first === last ? `Layer ${first}` : `Layers ${first} to ${last}`;
}

/** The blocks that are left in each stage: the first holds all, the last `survivors` of them, evenly in ratio. */
function stagesOf(n: number, { block, survivors, answer, seed }: Readonly<Record<Names, number>>) {
  const blocks = Math.max(1, Math.ceil(n / block));
  const answerBlock = Math.min(blocks - 1, Math.floor((blocks * answer) / 100));
  const order = byScore(blocks, (at) => {
    if (at === 0) return 3;
    return at === answerBlock ? 2 : assumedUniform(seed, 0, at);
  });
  const least = new Set([0, answerBlock]).size;
  return Array.from({ length: STAGES }, (_, stage) => {
    const share = (survivors / 100) ** (stage / (STAGES - 1));
    return new Set(order.slice(0, Math.max(least, Math.round(blocks * share))));
  });
}
