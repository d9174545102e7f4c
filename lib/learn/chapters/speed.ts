import { PAPER_RATIOS } from '@/lib/lab/paper';
import { placeOf } from '@/lib/model/layout';
import type { Chapter } from '../chapter';
import type { Facts } from '../facts';
import { counted } from '../numbers';

/** When a Block Transformer is faster, and when it is not. */
export const speed: Chapter = {
  id: 'speed',
  title: 'When it is faster, and when not',
  text: () => [
    `Where many texts are written at once, reading caches takes the time. There the paper’s models write ${paperRange()} times as many tokens a second as flat ones of about their loss (Table 1: one H100, the largest batch that fits).`,
    'With one text, as here, reading weights takes the time, and a block model of the same loss has more of them: the paper finds no gain (Figures 9–11). Training takes longer, too (appendix A).',
    'Measure for yourself in [Compare](./compare), and in batches in the [Lab](./lab).',
  ],
  view: ({ first }) => ({ cursor: first, axis: { zoom: 'whole', from: 0, span: 12 } }),
  task: {
    text: () =>
      'Until now the [player](player) waited for you. Let it run as fast as it goes, to the last token.',
    commands: ['full-pace', 'play'],
    done: ({ cursor, pace }, { last }, start) =>
      pace === 'max' && cursor === last && cursor !== start.cursor,
    found: (_, facts) => {
      const ms = decodeMs(facts);
      const when =
        facts.trace.header.provenance === 'measured' ? 'just now' : 'when it was recorded';
      const speed = Math.round((facts.written / ms) * 1000).toLocaleString('en');
      return `The model took ${Math.round(ms)} ms for these ${counted(facts.written, 'token')} ${when}: ${speed} a second.`;
    },
  },
  question: () => ({
    ask: 'One reader, one text, equally good models. Which writes faster?',
    answers: ['The block model', 'The flat one, slightly', 'The flat one, by far'],
    right: 1,
    reveal:
      'The flat one, slightly, in the paper: at the same loss the block model has more weights to read. Among larger models that turns (Figures 9–11).',
  }),
};

/** The range of the paper's quotients at the same loss, prompts heavy and light. */
function paperRange(): string {
  const ratios = PAPER_RATIOS.filter(({ rival }) => rival === 'same loss').flatMap(
    ({ prefill, decode }) => [prefill, decode],
  );
  return `${Math.round(Math.min(...ratios))} to ${Math.round(Math.max(...ratios))}`;
}

/** Milliseconds of all runs that wrote the text. */
function decodeMs({ trace, first, last, dims }: Facts): number {
  let sum = 0;
  for (let block = placeOf(first, dims).block; block <= placeOf(last, dims).block; block++)
    sum += trace.stepMs(block) ?? 0;
  return sum;
}
