import type { Sampling } from '@/lib/trace/types';
import type { Chapter } from '../chapter';

/** How many of the most surprising tokens count as found. */
const NEAR_TOP = 3;

/** From numbers to a word. */
export const next: Chapter = {
  id: 'next',
  title: 'Picking a token',
  text: ({ dims, trace }) => [
    `The row that chose the slot gives a number to each of ${dims.vocabulary.toLocaleString('en')} entries; softmax makes [probabilities](next) of them. ${sampling(trace.header.sampling)}`,
    '[Surprise](surprise) says how unlikely it was, in bits: one bit is a coin toss, ten are one chance in 1,024.',
    trace.header.provenance === 'measured'
      ? 'Choose another word in the list, and the text goes on from it.'
      : 'This run is recorded; in one written here you can choose another word, and the text goes on from it.',
  ],
  view: (facts) => {
    const top = facts.mostSurprising().slice(0, NEAR_TOP);
    let cursor = facts.first;
    while (top.includes(cursor) && cursor < facts.last) cursor++;
    return { cursor, axis: { zoom: 'whole', from: 0, span: 12 } };
  },
  task: {
    text: () =>
      'Put the cursor on one of the three tokens that surprised the model most: the tallest [bars](surprise).',
    commands: [],
    done: ({ cursor }, facts, start) =>
      cursor !== null &&
      cursor !== start.cursor &&
      facts.mostSurprising().slice(0, NEAR_TOP).includes(cursor),
    found: ({ cursor }, facts) => {
      const token = cursor ?? 0;
      const bits = facts.bits(token);
      return `“${facts.label(token)}”: ${bits.toFixed(1)} bits, about one chance in ${Math.round(2 ** bits).toLocaleString('en')}.`;
    },
  },
};

function sampling({ temperature, topK, topP }: Sampling): string {
  const pick = 'the [pick](next), in magenta';
  if (temperature === 0) return `At temperature 0 the likeliest is ${pick}.`;
  const does =
    temperature < 1 ? 'sharpens them' : temperature > 1 ? 'flattens them' : 'leaves them';
  const cuts = [topK !== null && `top-k ${topK}`, topP < 1 && `top-p ${topP}`].filter(Boolean);
  const cut =
    cuts.length === 0
      ? 'and one of all is drawn'
      : `${cuts.join(' and ')} ${cuts.length === 1 ? 'drops' : 'drop'} those below the dashed line, and one of the rest is drawn`;
  return `Temperature ${temperature} ${does}, ${cut}: ${pick}.`;
}
