import { placeOf } from '@/lib/model/layout';
import type { Chapter } from '../chapter';
import type { Facts } from '../facts';
import { counted, millions, times } from '../numbers';
import type { Verdict } from '../report-facts';

/** How many of the most surprising first slots count as found. */
const NEAR_TOP = 2;

/** What coarseness costs. */
export const cost: Chapter = {
  id: 'cost',
  title: 'What coarseness costs',
  text: (facts) => [
    'Slot 0 is written from the context alone, the last slot from a context grown old. So the paper sees a U: both ends of a block cost more (Figures 3d, 13).',
    ours(facts),
    size(facts),
  ],
  view: (facts) => ({
    cursor: facts.tokenAt(0.5, Math.min(1, facts.dims.blockLength - 1)),
    axis: { zoom: 'whole', from: 0, span: 12 },
  }),
  task: {
    text: () =>
      'Among the first tokens of blocks, find one of the two that surprised the model most ([bars](surprise)).',
    commands: ['back-block', 'forward-block'],
    done: ({ cursor }, facts, start) =>
      cursor !== null &&
      cursor !== start.cursor &&
      facts.mostSurprising(0).slice(0, NEAR_TOP).includes(cursor),
    found: ({ cursor }, facts) => {
      const token = cursor ?? 0;
      const { block } = placeOf(token, facts.dims);
      return `“${facts.label(token)}” opens block ${block}: ${facts.bits(token).toFixed(1)} bits, from the context alone.`;
    },
  },
  question: (facts) => {
    const bits = facts.bitsBySlot();
    if (bits.length < 2 || !bits.every(Number.isFinite)) return null;
    const right = bits.indexOf(Math.max(...bits));
    const targets = facts.report
      ? ` The report counts ${facts.report.slots.targets.toLocaleString('en')}.`
      : '';
    return {
      ask: 'In this run, at which slot was the model surprised most, on average?',
      answers: bits.map((_, slot) => `Slot ${slot}`),
      right,
      reveal: `Slot ${right}. From slot 0 on: ${bits.map((one) => one.toFixed(1)).join(', ')} bits. ${counted(facts.written, 'token')} prove little.${targets}`,
    };
  },
};

const VERDICTS: Record<Verdict, string> = {
  shown: 'a U',
  partly: 'half a U',
  'not shown': 'too close to call',
};

function ours({ report }: Facts): string {
  if (!report) return 'Our report has no numbers for this model.';
  const { losses, verdict } = report.slots;
  const values = losses.map(({ value }) => value.toFixed(2)).join(', ');
  return `Ours, on held-out stories: ${values} nats by slot${verdict ? `, ${VERDICTS[verdict]}` : ''} (report).`;
}

function size({ report }: Facts): string {
  if (!report?.sameLoss) return '';
  const { sameLoss, tokensSeen } = report;
  return `Size is the other price: ours needs ${times(sameLoss.times)} times the decoder parameters of a flat model that writes as well (report), the paper’s 2.7 to 4.5 times (Table 1). Ours is small and read ${millions(tokensSeen)} tokens of stories and old books.`;
}
