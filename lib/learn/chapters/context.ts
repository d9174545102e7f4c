import { placeOf } from '@/lib/model/layout';
import type { Chapter } from '../chapter';
import { percent } from '../numbers';

/** From the context embedding to the prefixes. */
export const context: Chapter = {
  id: 'context',
  title: 'All it may know, in one vector',
  text: ({ dims: { width, prefixLength }, report }) => [
    `What a block gathered by looking back leaves the block decoder as one [context](context): ${width} numbers, and all that the next block may know of the text before it. One linear map makes ${prefixLength} [${prefixLength === 1 ? 'prefix' : 'prefixes'}](prefixes) of it, which stand in front of the new block (paper, section 2.3).`,
    `What do they say? The paper finds the last one near spellings of the last token before the block (section 4.1, Table 7).${
      report?.lastPrefix
        ? ` In ours that token is among its three nearest in ${percent(report.lastPrefix.rate)} of the blocks; chance gives ${percent(report.lastPrefix.chance)} (report).`
        : ''
    }`,
  ],
  view: (facts) => ({ cursor: facts.tokenAt(0.4, 0) }),
  task: {
    text: () =>
      'Step on, token by token, until the [context](context) changes. Count how many steps it takes.',
    commands: ['forward-token', 'back-token'],
    done: ({ cursor }, { dims }, start) =>
      cursor !== null && placeOf(cursor, dims).block > placeOf(start.cursor, dims).block,
    found: ({ cursor }, { dims }) => {
      const { block, globalRow } = placeOf(cursor ?? 0, dims);
      return `Block ${block} is written from context ${globalRow}, all ${dims.blockLength} tokens of it.`;
    },
  },
  question: ({ dims }) =>
    dims.blockLength < 2
      ? null
      : {
          ask: 'You step one token on, inside the block. Does the context change?',
          answers: ['Yes, with every token', 'No, only with the next block'],
          right: 1,
          reveal: `No. It is made once a block, so slot ${dims.blockLength - 1} has to do with what slot 0 was told.`,
        },
};
