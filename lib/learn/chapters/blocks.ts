import { placeOf } from '@/lib/model/layout';
import type { Chapter } from '../chapter';
import type { Facts } from '../facts';
import { counted } from '../numbers';

/** Tokens to blocks, and the pads before a prompt. */
export const blocks: Chapter = {
  id: 'blocks',
  title: 'Tokens become blocks',
  text: (facts) => [
    `The model reads *tokens*: short words, or pieces of longer ones. It binds every ${facts.dims.blockLength} of them into one [block](text), underlined in the text and bracketed on the [time axis](tokens). Its long memory counts blocks, not tokens.`,
    pads(facts),
  ],
  view: (facts) => ({ cursor: facts.tokenAt(0.25, Math.min(2, facts.dims.blockLength - 1)) }),
  task: {
    text: () => 'Click, in the [text](text), the first token of a block that the model wrote.',
    commands: [],
    done: ({ cursor }, { first, dims }, start) =>
      cursor !== null &&
      cursor >= first &&
      cursor !== start.cursor &&
      placeOf(cursor, dims).slot === 0,
    found: ({ cursor }, facts) => {
      const { block } = placeOf(cursor ?? 0, facts.dims);
      return `Token ${cursor}, “${facts.label(cursor ?? 0)}”, is slot 0 of block ${block}. Blocks and slots count from 0.`;
    },
  },
  question: ({ promptTokens, trace, dims }) => {
    const { promptBlocks } = trace;
    const answers = [promptBlocks - 1, promptBlocks, promptTokens];
    if (promptBlocks < 2 || promptTokens === promptBlocks) return null;
    return {
      ask: `The prompt has ${counted(promptTokens, 'token')}. How many blocks of ${dims.blockLength} does it take?`,
      answers: answers.map(String),
      right: 1,
      reveal:
        trace.pads > 0
          ? `${promptBlocks}: ${counted(trace.pads, 'pad')} and ${counted(promptTokens, 'token')} make ${promptBlocks} × ${dims.blockLength}.`
          : `${promptBlocks}: ${promptTokens} = ${promptBlocks} × ${dims.blockLength}, without a pad.`,
    };
  },
};

function pads({ promptTokens, trace }: Facts): string {
  const how =
    'A prompt is filled up on the left, so that writing always begins with a new block (paper, appendix H). Pads are read like any token and never written.';
  if (trace.pads === 0)
    return `This prompt’s ${counted(promptTokens, 'token')} fill whole blocks. Where they do not, *pads* come first. ${how}`;
  const stand = trace.pads === 1 ? '1 *pad* stands' : `${trace.pads} *pads* stand`;
  return `This prompt’s ${counted(promptTokens, 'token')} do not fill whole blocks, so ${stand} in front of them, hatched. ${how}`;
}
