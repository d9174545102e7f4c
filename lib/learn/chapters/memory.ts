import { formatBytes } from '@/lib/model/cost';
import type { Chapter } from '../chapter';
import { counted } from '../numbers';

/** Why a growing KV cache hurts. */
export const memory: Chapter = {
  id: 'memory',
  title: 'A memory that grows',
  text: ({ flatBytes }) => [
    'A transformer writes token by token, and for each token it looks back at all the text before. To compute nothing twice, it keeps a key and a value of every token in every layer: the *KV cache*.',
    `The [dashed line](flat) is an ordinary, *flat* transformer of this model’s size: ${formatBytes(flatBytes)} more with every token, and all of it is read again for the next. So memory grows with the text, and reading with its square (paper, abstract). With many texts at once, this reading sets the pace.`,
  ],
  view: ({ first }) => ({ cursor: first, axis: { zoom: 'whole', from: 0, span: 12 } }),
  task: {
    text: () =>
      'Drag the [cursor](cursor) along the time axis to the last token, and watch the dashed line climb.',
    commands: [],
    done: ({ cursor }, { last }, start) => cursor === last && cursor !== start.cursor,
    found: ({ cursor }, { flatBytes, trace }) =>
      `At token ${cursor} a flat model of this size would hold ${formatBytes(flatBytes * ((cursor ?? 0) - trace.pads))}.`,
  },
  question: ({ last, trace }) => {
    const tokens = last + 1 - trace.pads;
    const half = Math.floor(tokens / 2);
    if (half < 2) return null;
    return {
      ask: 'A text gets twice as long. How much more does the flat model read over the whole of it?',
      answers: ['About twice as much', 'About four times as much', 'About eight times as much'],
      right: 1,
      reveal: `About four times as much. For the first ${counted(half, 'token')} here each of its layers reads ${keysRead(half)} keys, for all ${tokens} it reads ${keysRead(tokens)}.`,
    };
  },
};

/** Keys that a layer of a flat model reads while it writes a text: token i is chosen by a query over the i tokens before it. */
function keysRead(tokens: number): string {
  return ((tokens * (tokens - 1)) / 2).toLocaleString('en');
}
