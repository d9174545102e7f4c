import type { Report } from '../build';
import type { Verdict } from '../findings';
import { listed, millions } from '../format';
import type { ClaimId } from '../paper';
import { TITLES } from './claims';

/** What a reader may take from a claim that is shown throughout, not at all, or in between. */
const MEANING: Record<ClaimId, Record<'yes' | 'no' | 'mixed', string>> = {
  slots: {
    yes: 'the first and the last token of a block are the hard ones',
    no: 'no U stands out from the noise of these texts',
    mixed: 'not every text and comparison gives a U: see which end is raised',
  },
  positions: {
    yes: 'the models gain from a long past though it reaches them through one vector',
    no: 'from about position 128 on, more past does not lower the loss measurably',
    mixed: 'a long past helps in some cases only',
  },
  lengths: {
    yes: 'every doubling of the block length has its price in loss',
    no: 'the price of longer blocks is not seen here',
    mixed: 'the price of longer blocks is not an even one',
  },
  sameSize: {
    yes: 'at equal size the flat model writes better, so a ratio of speed or memory against it is not at equal quality',
    no: 'the usual cost in quality at equal size is not seen here',
    mixed: 'at equal size the flat model writes better on some texts only',
  },
  sameLoss: {
    yes: 'the fair rival is a flat model of less than half the size',
    no: 'the flat model of the same loss is not much smaller here',
    mixed: 'how much smaller the fair flat rival is depends on the text',
  },
  sink: {
    yes: 'a bright first column in the global maps is the habit that the paper found, not a message from the text',
    no: 'a bright first column is not to be looked for in the global maps of these models',
    mixed: 'some heads park their attention on block 0',
  },
  prefixes: {
    yes: 'all through a block the tokens go on reading what the context told them, most of all in prefix 0',
    no: 'the tokens of a block soon read each other more than the prefixes',
    mixed: 'how much the later tokens read the prefixes depends on slot or model',
  },
  lastPrefix: {
    yes: 'the last prefix stands in for the token before the block, which the token decoder cannot see',
    no: 'the last prefix is no stand-in for the token before the block',
    mixed: 'the last prefix leans towards the token before the block, but not always',
  },
  firstPrefix: {
    yes: 'the first prefix names nothing in particular',
    no: 'the first prefix has a content of its own',
    mixed: 'the first prefix has no such simple reading',
  },
  past: {
    yes: 'the context embedding hands on where the text stands; what comes next is left to the token decoder',
    no: 'the prefixes do not tell the past rather than the future',
    mixed: 'whether the prefixes tell past or future depends on the model',
  },
};

/** Sentences on what the verdicts amount to, and the limits. */
export function meaning({ findings, models, texts, inside }: Report): string[] {
  const decided = findings.flatMap(({ id, outcomes }) => {
    const verdicts = outcomes
      .map(({ verdict }) => verdict)
      .filter((verdict) => verdict !== 'cannot be told');
    if (verdicts.length === 0) return [];
    const all = (one: Verdict) => verdicts.every((verdict) => verdict === one);
    return [{ id, kind: all('shown') ? 'yes' : all('not shown') ? 'no' : 'mixed' } as const];
  });
  const heads = [
    ['yes', 'Shown here as in the paper'],
    ['mixed', 'Shown in part'],
    ['no', 'Not shown here'],
  ] as const;
  const lists = heads.flatMap(([kind, head]) => {
    const own = decided.filter((one) => one.kind === kind);
    const items = own.map(({ id }) => `- ${TITLES[id]}: ${MEANING[id][kind]}.`);
    return own.length > 0 ? [`**${head}**`, items.join('\n')] : [];
  });
  const open = findings.filter(({ id }) => decided.every((one) => one.id !== id));
  if (open.length > 0)
    lists.push(
      `**Undecided:** ${open.map(({ id }) => TITLES[id].replace(/^./, (letter) => letter.toLowerCase())).join('; ')}.`,
    );
  const main = models.filter((model) => model.main);
  const sizes = main.map((model) => model.decoderParameters);
  const seen = main.map((model) => model.tokensSeen);
  const between = (values: readonly number[]) => {
    const [low, high] = [millions(Math.min(...values)), millions(Math.max(...values))];
    return low === high ? low : `${low} to ${high}`;
  };
  const sample = inside.map(({ model, windows }) => `${windows} windows for \`${model}\``);
  return [
    ...lists,
    `Limits. Our models have ${between(sizes)} decoder parameters and saw ${between(seen)} tokens; the paper's have 5 million to 1.2 billion and saw 300 billion, of other text. So where a finding is missing here, size, training length and text may each be the reason, and nothing above contradicts the paper; where it is shown, it is shown for these weights on ${listed(texts.map(({ name }) => name))} only. What is said of attention and prefixes rests on a fixed sample (${listed(sample) || 'none'}), and attention is what the model reads, not why it writes what it does. Errors hold for other texts of the same kind, not for another training run: each model was trained once.`,
  ];
}
