import { cacheCount } from '@/lib/draw/from-trace';
import { cacheBytes, formatBytes, timesLessWords } from '@/lib/model/cost';
import { contextBlocks } from '@/lib/model/layout';
import { PAPER_BLOCK, PAPER_FLAT } from '@/lib/model/paper-sizes';
import type { Chapter } from '../chapter';
import type { Facts } from '../facts';
import { fold, times } from '../numbers';

/** Tokens that the question is about. */
const ASKED = 64;

/** The cache of this model beside those of its two rivals. */
export const staircase: Chapter = {
  id: 'staircase',
  title: 'Staircase against line',
  text: (facts) => {
    const { dims, blockBytes, flatBytes } = facts;
    const { blockLength, blockLayers, tokenLayers } = dims;
    return [
      `The [staircase](staircase) is this model’s cache: ${formatBytes(blockBytes)} a block. A flat model of the same size, the [dashed line](flat), keeps ${formatBytes(flatBytes)} a token: ${times((flatBytes * blockLength) / blockBytes)} times as much, for ${blockLength} times the positions in ${fold((blockLayers + tokenLayers) / blockLayers)} the layers. It also writes better (paper, Table 1).`,
      `${sameLoss(facts)} ${paper()}`,
    ];
  },
  view: ({ last }) => ({ cursor: last, axis: { zoom: 'whole', from: 0, span: 12 } }),
  task: {
    text: () => 'Open the cache slot by slot, from the panel [KV cache](figures).',
    commands: ['station-cache'],
    done: ({ station }) => station === 'cache',
    found: (_, { dims, blockBytes, flatBytes }) =>
      `With a full context of ${dims.contextLength.toLocaleString('en')} tokens this model holds ${formatBytes(blockBytes * contextBlocks(dims))}, a flat one of its size ${formatBytes(flatBytes * dims.contextLength)}.`,
  },
  question: ({ blockBytes, flatBytes, dims }) => {
    const right = (blockBytes * ASKED) / dims.blockLength;
    const sizes = [right, blockBytes * ASKED, flatBytes * ASKED];
    if (new Set(sizes).size < sizes.length) return null;
    return {
      ask: `A block leaves ${formatBytes(blockBytes)}. How large is this model’s global cache after ${ASKED} tokens?`,
      answers: sizes.map((bytes) => formatBytes(bytes)),
      right: 0,
      reveal: `${ASKED / dims.blockLength} blocks, ${formatBytes(blockBytes)} each: ${formatBytes(right)}. With a slot for every token it would be ${formatBytes(blockBytes * ASKED)}; a flat model of this size holds ${formatBytes(flatBytes * ASKED)}.`,
    };
  },
};

function sameLoss({ trace, last }: Facts): string {
  const { sameLoss: rival } = cacheCount(trace, last);
  if (!rival) return 'No flat model of the same loss is known for this one.';
  const layers = `${rival.layers} layers of width ${rival.width}`;
  const beside =
    rival.timesLess === null
      ? ''
      : ` Beside it ours takes ${timesLessWords(rival.timesLess)} here.`;
  return `Fairer is one of the same loss, the [dotted line](flat): ${layers}.${beside}`;
}

/** Bytes a token of the paper's largest block model, and of the flat model whose loss is nearest, as one ratio. */
function paper(): string {
  const block = PAPER_BLOCK.find(({ id }) => id === 'block-1200m');
  const flat = PAPER_FLAT.find(({ id }) => id === 'flat-302m');
  if (!block || !flat) throw new Error('the tables of the paper lack a model');
  const ratio =
    (4 * cacheBytes(flat.layers, flat.width, 1)) / cacheBytes(block.blockLayers, block.width, 1);
  return `The paper’s large models gain: its 1.2B keeps ${times(ratio)} times less than a flat 302M of similar loss (from Tables 1 and 3).`;
}
