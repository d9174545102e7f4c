import type { Report } from '../build';
import { PAPER_BLOCK_LENGTH, SAME_LOSS, SAME_SIZE } from '../findings';
import { fixed, millions, plusMinus, signedPlusMinus, whole } from '../format';
import { type GapResult, sawUnevenly } from '../results';
import { clearlyAbove, clearlyBelow } from '../statistics';
import { table } from './table';

/** Loss and size of every model of the main tokenizer, or of the others. */
export function scoreTable({ models, scores, texts }: Report, main: boolean): string {
  const rows = models.filter((model) => model.main === main);
  const shown = texts.filter(({ name }) =>
    scores.some(({ text, model }) => text === name && rows.some(({ id }) => id === model)),
  );
  return table(
    [
      'model',
      'kind',
      'layers',
      'width',
      'decoder parameters',
      'parameters',
      'tokens seen',
      ...shown.flatMap(({ name }) => [`${name}: loss`, 'bits a byte']),
    ],
    rows.map((model) => [
      `\`${model.id}\``,
      model.architecture === 'flat' ? 'flat' : `blocks of ${model.blockLength}`,
      model.architecture === 'flat'
        ? String(model.blockLayers)
        : `${model.blockLayers} + ${model.tokenLayers}`,
      String(model.width),
      millions(model.decoderParameters),
      millions(model.parameters),
      millions(model.tokensSeen),
      ...shown.flatMap(({ name }) => {
        const score = scores.find(({ text, model: id }) => text === name && id === model.id);
        return score ? [plusMinus(score.loss), fixed(score.bitsPerByte, 3)] : ['–', '–'];
      }),
    ]),
  );
}

/** What the texts hold, and so what the errors rest on. */
export function errorNote({ texts, scores, models }: Report): string {
  const main = new Set(models.filter((model) => model.main).map(({ id }) => id));
  const sizes = texts.flatMap(({ name }) => {
    const score = scores.find(({ text, model }) => text === name && main.has(model));
    return score
      ? [
          `${name} has ${whole(score.documents)} documents in ${whole(score.windows)} windows, ${whole(score.scoredTokens)} targets`,
        ]
      : [];
  });
  return `Standard errors in this section are over documents: ${sizes.join('; ')}. With few documents such an error is itself uncertain.`;
}

/** Gaps of block models to flat ones in sentences and a table. */
export function gapText({ gaps, models }: Report): string {
  const main = new Set(models.filter((model) => model.main).map(({ id }) => id));
  const own = gaps.filter(({ model }) => main.has(model));
  if (own.length === 0)
    return 'There is no flat model of this tokenizer yet, so no gap to one can be given.';
  const sentences = own
    .filter(({ blockLength }) => blockLength === PAPER_BLOCK_LENGTH)
    .flatMap((gap) => {
      if (gap.against === FAIR_RIVAL) return [`On ${gap.text}, ${fairRivalSentence(gap)}`];
      return Math.abs(gap.times - 1) <= SAME_SIZE
        ? [`On ${gap.text}, ${sameSizeSentence(gap)}`]
        : [];
    });
  const rows = own.map((gap) => [
    `\`${gap.model}\``,
    `\`${gap.against}\``,
    gap.text,
    fixed(gap.times, 2),
    signedPlusMinus(gap.gap),
    signedPlusMinus(gap.overWindows),
  ]);
  return [
    `What a block model loses more than a flat one on exactly the same targets, paired. ${sentences.join(' ')}`.trim(),
    table(
      [
        'block model',
        'flat model',
        'text',
        'ratio of decoder parameters',
        'gap (error over documents)',
        'gap (error over windows)',
      ],
      rows,
    ),
  ].join('\n\n');
}

/** The flat model that was trained for the loss of a block model. */
const FAIR_RIVAL = 'tiny-flat-match';

function fairRivalSentence({ model, against, gap }: GapResult): string {
  const aim = Math.abs(gap.value) <= SAME_LOSS ? 'within' : 'outside';
  return `\`${model}\` differs by ${signedPlusMinus(gap)} nats from \`${against}\`, which was made to have its loss: ${aim} the ${SAME_LOSS} nats aimed at.`;
}

function sameSizeSentence({ model, against, cautious }: GapResult): string {
  const size = fixed(Math.abs(cautious.value), 3);
  if (clearlyAbove(cautious))
    return `\`${against}\`, of the same size, writes better than \`${model}\`: it loses ${size} nats less.`;
  if (clearlyBelow(cautious))
    return `\`${model}\` writes better than \`${against}\` of the same size: it loses ${size} nats less.`;
  return `\`${model}\` and \`${against}\`, of the same size, cannot be told apart.`;
}

/** The models of other tokenizers, among themselves. */
export function otherFamily(report: Report): string[] {
  if (report.models.every(({ main }) => main)) return [];
  const other = new Set(report.models.filter(({ main }) => !main).map(({ id }) => id));
  const gaps = report.gaps.filter(({ model }) => other.has(model));
  return [
    `The small models for tests have tokenizers and contexts of their own, so their losses a token cannot be set beside those above. They were scored on ${report.texts[0]?.name} only.`,
    scoreTable(report, false),
    ...gaps.map(
      ({ model, against, gap, text }) =>
        `On ${text} the gap of \`${model}\` to \`${against}\`, paired on the same targets, is ${signedPlusMinus(gap)} nats${unevenWords(report, model, against)}.`,
    ),
  ];
}

/** What to keep in mind where two models did not see equally many tokens; empty where they did. */
function unevenWords({ models }: Report, one: string, other: string): string {
  const seen = (id: string) => models.find((model) => model.id === id)?.tokensSeen ?? 0;
  if (!sawUnevenly([seen(one), seen(other)])) return '';
  return `, part of it because it saw ${millions(seen(one))} tokens and the other ${millions(seen(other))}`;
}
