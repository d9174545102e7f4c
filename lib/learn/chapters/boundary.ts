import { placeOf } from '@/lib/model/layout';
import type { Chapter } from '../chapter';

/** What happens when a block is full. */
export const boundary: Chapter = {
  id: 'boundary',
  title: 'The block is full',
  text: ({ dims: { blockLength } }) => [
    `At a block’s end four things happen at once. The [local cache](sawtooth) is dropped. The ${blockLength} tokens become one vector. The [global map](global) gains a row, and the [global cache](staircase) one slot in each layer. And a new [context](context) comes down to the next block.`,
    `Between two ends the block decoder rests: it runs once for ${blockLength} tokens, and over ${blockLength} times fewer positions. So it reads ${blockLength ** 2} times fewer keys a token than if it worked on tokens (paper, section 2.4).`,
  ],
  view: (facts) => ({ cursor: facts.tokenAt(0.5, Math.max(0, facts.dims.blockLength - 2)) }),
  pace: 2,
  task: {
    text: () => 'Press Play in the [player](player) and watch one block end and the next begin.',
    commands: ['play', 'forward-token'],
    done: ({ cursor }, { dims }, start) =>
      cursor !== null && placeOf(cursor, dims).block > placeOf(start.cursor, dims).block,
    found: ({ cursor }, { dims }) => {
      const { block, globalRow } = placeOf(cursor ?? 0, dims);
      return `Block ${globalRow} is complete: row ${globalRow} of the map, ${block} slots in each layer of the cache, and ${dims.prefixLength} positions in the new local one.`;
    },
  },
};
