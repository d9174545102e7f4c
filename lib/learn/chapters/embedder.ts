import { placeOf } from '@/lib/model/layout';
import type { Chapter } from '../chapter';

/** What the embedder does with a block. */
export const embedder: Chapter = {
  id: 'embedder',
  title: 'One vector for a block',
  text: ({ dims: { blockLength, width } }) => [
    `How do ${blockLength} tokens become one thing? In the plainest way. The *embedder* looks each [token](block) up in a table of short rows, ${width / blockLength} numbers each, and lays the ${blockLength} rows end to end. The one vector of ${width} numbers that results is all that the block decoder ever reads of this block (paper, section 2.1).`,
    'Nothing is averaged: each slot keeps its place. The paper also tried small encoders; the table learned faster and did about as well in the end (Figure 3c).',
  ],
  view: (facts) => ({ cursor: facts.tokenAt(0.5, 0) }),
  task: {
    text: () =>
      'Open the station [Block](block), by its title or by the button here. Escape closes it again.',
    commands: ['station-block'],
    done: ({ station }) => station === 'block',
    found: ({ cursor }, { dims, trace }) => {
      const { globalRow } = placeOf(cursor ?? 0, dims);
      const from = globalRow * dims.blockLength;
      const ids = trace.tokens.slice(Math.max(0, from), from + dims.blockLength).join(', ');
      return `Block ${globalRow}: rows ${ids} of the table, ${dims.width / dims.blockLength} numbers each, make one vector of ${dims.width}.`;
    },
  },
};
