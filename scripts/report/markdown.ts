import type { Report } from './build';
import type { Finding, Verdict } from './findings';
import { PAPER_BLOCK_LENGTH, SAME_LOSS, SAME_SIZE } from './findings';
import {
  fixed,
  listed,
  millions,
  percent,
  plusMinus,
  range,
  signedPlusMinus,
  whole,
} from './format';
import { FAR, type InsideResult } from './inside-results';
import { type ClaimId, PAPER_LENGTHS } from './paper';
import { NEAREST } from './prefixes';
import { type GapResult, type PositionLoss, SERIES } from './results';
import { clearlyAbove, clearlyBelow } from './statistics';

const TITLES: Record<ClaimId, string> = {
  slots: 'A U over the slots',
  positions: 'A falling loss along the context',
  lengths: 'A loss that grows with the block length',
  sameSize: 'The flat model of the same size wins',
  sameLoss: 'The flat model of the same loss is smaller',
  sink: 'A sink on the first block',
  prefixes: 'Later tokens that look at the prefixes',
  lastPrefix: "A last prefix that says the block's last token",
  firstPrefix: 'A first prefix of general state',
  past: 'Prefixes that tell the past, not the next block',
};

/** The report as Markdown: every number and every verdict comes from `report`. `drawn`: pictures there are, by name. */
export function reportMarkdown(report: Report, drawn: ReadonlySet<string>): string {
  const picture = (name: string, alt: string) =>
    drawn.has(name) ? [`![${alt}](${name}.svg)`] : [];
  const finding = (id: ClaimId) => report.findings.find((one) => one.id === id) as Finding;
  const parts = [
    '# What the models show',
    'Made by `npm run -s evaluate -- --report` from the shipped, rounded weights and the [held-out texts](../../training/held-out/README.md); the same numbers are in [report.json](report.json). Losses are in nats a token; ± is one standard error. Words such as *shown* follow from the rule given in each section, by number alone.',
    '## In short',
    summary(report.findings),
    '## Held-out loss',
    scoreTable(report, true),
    ...picture('loss', 'Held-out loss of every model against its decoder parameters'),
    errorNote(report),
    gapText(report),
    ...claim(finding('sameSize')),
    ...claim(finding('sameLoss')),
    ...otherFamily(report),
    '## Loss by slot',
    ...claim(finding('slots')),
    ...picture('slots', 'Loss at each slot of a block, and of flat models on the same targets'),
    ...slotTables(report),
    '## Loss by position in the context',
    ...claim(finding('positions')),
    ...picture('positions', 'Loss by position in the window'),
    ...positionTables(report),
    '## Loss against block length',
    ...lengths(report, finding('lengths')),
    ...picture('lengths', 'Loss against block length, with second-hand values of the paper hollow'),
    '## Attention on the first block',
    ...claim(finding('sink')),
    ...report.inside.flatMap((inside) => [
      sinkText(inside),
      ...picture(`sink-${inside.model}`, `Share of ${inside.model}'s block decoder on block 0`),
    ]),
    '## Attention on the prefixes',
    ...claim(finding('prefixes')),
    ...report.inside.flatMap((inside) => [
      localTable(inside),
      ...picture(
        `prefixes-${inside.model}`,
        `Share of ${inside.model}'s token decoder on prefixes`,
      ),
    ]),
    '## What the prefixes say',
    ...claim(finding('lastPrefix')),
    ...claim(finding('firstPrefix')),
    ...claim(finding('past')),
    ...report.inside.flatMap(nearestText),
    '## What this means, and where it ends',
    ...meaning(report),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const VERDICTS: readonly Verdict[] = ['shown', 'partly', 'not shown', 'cannot be told'];

/** How often each verdict fell, in words. */
export function tally({ outcomes }: Pick<Finding, 'outcomes'>): string {
  if (outcomes.length === 0) return 'nothing to decide from';
  const counts = VERDICTS.map((verdict) => ({
    verdict,
    count: outcomes.filter((outcome) => outcome.verdict === verdict).length,
  })).filter(({ count }) => count > 0);
  if (counts.length === 1 && counts[0])
    return outcomes.length === 1
      ? counts[0].verdict
      : `${counts[0].verdict} in ${outcomes.length === 2 ? 'both' : `all ${outcomes.length}`} cases`;
  return counts.map(({ verdict, count }) => `${verdict} in ${count}`).join(', ');
}

function summary(findings: readonly Finding[]): string {
  return table(
    ['the paper reports', 'in the paper', 'here'],
    findings.map(({ id, source, outcomes }) => [TITLES[id], source, tally({ outcomes })]),
  );
}

/** A claim, the rule, and what it decided. */
function claim({ id, claim, source, rule, outcomes }: Finding): string[] {
  const head = `**${TITLES[id]}.** The paper (${source}): ${claim} *Rule:* ${rule}`;
  if (outcomes.length === 0) return [head, 'Here: no model among those above to decide it from.'];
  const rows = outcomes.map(({ where, numbers, verdict }) => [where, numbers, `**${verdict}**`]);
  return [head, table(['where', 'numbers', 'verdict'], rows)];
}

function scoreTable({ models, scores, texts }: Report, main: boolean): string {
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

function errorNote({ texts, scores, models }: Report): string {
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

function gapText({ gaps, models }: Report): string {
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

function otherFamily(report: Report): string[] {
  if (report.models.every(({ main }) => main)) return [];
  const other = new Set(report.models.filter(({ main }) => !main).map(({ id }) => id));
  const gaps = report.gaps.filter(({ model }) => other.has(model));
  return [
    `The small models for tests have tokenizers and contexts of their own, so their losses a token cannot be set beside those above. They were scored on ${report.texts[0]?.name} only.`,
    scoreTable(report, false),
    ...gaps.map(
      ({ model, against, gap, text }) =>
        `On ${text} the gap of \`${model}\` to \`${against}\`, paired on the same targets, is ${signedPlusMinus(gap)} nats.`,
    ),
  ];
}

function slotTables({ models, scores, gaps }: Report): string[] {
  const rows = scores.flatMap(({ model, text, bySlot }) => {
    const facts = models.find(({ id }) => id === model);
    if (!facts?.main || facts.architecture !== 'block' || facts.blockLength === 1) return [];
    const rivals = gaps.filter((gap) => gap.model === model && gap.text === text);
    return [
      [text, `\`${model}\``, bySlot.map((slot) => plusMinus(slot)).join(' · ')],
      ...rivals.flatMap((gap) => [
        [
          text,
          `\`${gap.against}\`, same targets`,
          gap.bySlot.map((slot) => plusMinus(slot.against)).join(' · '),
        ],
        [
          text,
          `\`${model}\` above \`${gap.against}\`, paired`,
          gap.bySlot.map((slot) => signedPlusMinus(slot.gap)).join(' · '),
        ],
      ]),
    ];
  });
  const flat = gaps.some((gap) => models.some(({ id, main }) => main && id === gap.model));
  return [
    table(['text', 'model', 'loss by slot, slot 0 first (error over windows)'], rows),
    'A target keeps its slot in every window: the first one opens block 1. So slot 0 holds the very first targets of a text, which are hard for any model.' +
      (flat
        ? ' The flat rows have no slots of their own; they show what the same places cost without blocks.'
        : ' What the same places cost a flat model cannot be told until there is one of this tokenizer.'),
  ];
}

function positionTables({ models, scores, texts }: Report): string[] {
  const main = new Set(models.filter((model) => model.main).map(({ id }) => id));
  const tables = texts.flatMap(({ name }) => {
    const own = scores.filter(({ model, text }) => text === name && main.has(model));
    const buckets = own[0]?.byPosition ?? [];
    const row = (label: string, losses: readonly PositionLoss[]) => [
      label,
      ...buckets.map((_, i) => (losses[i] ? plusMinus(losses[i].loss, 2) : '–')),
    ];
    return [
      table(
        [name, ...buckets.map(({ from, to }) => range(from, to))],
        [
          ...own.map(({ model, byPosition }) => row(`\`${model}\``, byPosition)),
          ...own.flatMap(({ model, fullByPosition, fullWindows }) =>
            fullByPosition
              ? [row(`\`${model}\`, the ${fullWindows} full windows`, fullByPosition)]
              : [],
          ),
          ['targets', ...buckets.map(({ targets }) => whole(targets))],
        ],
      ),
    ];
  });
  return [
    ...tables,
    'Only long documents reach late positions, so the mix of documents changes along a row over all windows; rows and lines over full windows have the same windows at every position.',
  ];
}

function lengths({ models, series }: Report, finding: Finding): string[] {
  const there = models.filter(({ main, architecture }) => main && architecture === 'block');
  if (series.length === 0) {
    const ids = there.map(({ id, blockLength }) => `${blockLength} (\`${id}\`)`);
    return [
      `The paper (${finding.source}): ${finding.claim} Block lengths at hand: ${listed(ids) || 'none'}. A series needs ${SERIES} models of one shape, so nothing is said or drawn here.`,
    ];
  }
  const seen = series[0]?.points.map(({ tokensSeen }) => tokensSeen) ?? [];
  const uneven = Math.max(...seen) > 1.02 * Math.min(...seen);
  return [
    ...claim(finding),
    table(
      ['text', ...(series[0]?.points.map(({ model }) => `\`${model}\``) ?? [])],
      [
        ...series.map(({ text, points }) => [text, ...points.map(({ loss }) => plusMinus(loss))]),
        ['tokens seen', ...seen.map(millions)],
      ],
    ),
    ...(uneven
      ? ['The models did not see equally many tokens; part of the differences is due to that.']
      : []),
    `Hollow in the picture: ${PAPER_LENGTHS.map(({ blockLength, loss }) => `${fixed(loss, 2)} at ${blockLength}`).join(', ')}, somebody else's reading of the paper's Figure 4a (85 million decoder parameters, 300 billion tokens, prefix length 1, training loss). Other data, so only the rise can be compared.`,
  ];
}

function sinkText({ model, windows, tokens, padded, unpadded }: InsideResult): string {
  if (!unpadded.far || !padded.far)
    return `\`${model}\`: the sample of ${windows} windows has no row ${FAR} or later.`;
  const layers = [...new Set(unpadded.heads.map(({ layer }) => layer))];
  const rows = layers.map((layer) => [
    String(layer),
    ...[unpadded, padded].map(({ heads }) =>
      heads
        .filter((head) => head.layer === layer)
        .map(({ far }) => percent(far?.first ?? 0, 1))
        .join(' · '),
    ),
  ]);
  return [
    `\`${model}\`, over ${windows} windows (${whole(tokens)} tokens), mean over ${whole(unpadded.far.rows)} rows ${FAR} and later. Pads matter here: laid out for scoring, block 0 holds pads and one token; without pads it holds text alone. Pads are ordinary visible input, so both are shown.`,
    table(['layer', 'on block 0 by head: text alone', 'on block 0 by head: with pads'], rows),
  ].join('\n\n');
}

function localTable({ model, slots }: InsideResult): string {
  const prefixes = slots[0]?.prefixes ?? [];
  const share = (estimate: { value: number; error: number | null }) =>
    `${percent(estimate.value, 1)}${estimate.error === null ? '' : ` ± ${fixed(100 * estimate.error, 1)}`}`;
  return [
    `\`${model}\`, mean over all layers and heads (errors over windows):`,
    table(
      [
        'slot',
        ...prefixes.map((_, p) => `prefix ${p}`),
        "the block's earlier tokens",
        'even share of the prefixes',
      ],
      slots.map(({ slot, prefixes: own, tokens, even }) => [
        String(slot),
        ...own.map(share),
        slot === 0 ? '–' : share(tokens),
        percent(even, 1),
      ]),
    ),
  ].join('\n\n');
}

function nearestText({ model, readings, prefixes, examples }: InsideResult): string[] {
  const rate = ({ rate, chance }: { rate: { value: number }; chance: { value: number } }) =>
    `${percent(rate.value, 1)} (${percent(chance.value, 1)})`;
  return [
    `\`${model}\`, ${whole(readings)} blocks: how often one of the ${NEAREST} nearest entries (cosine to the token decoder's input table) is a spelling of the token named; by chance in brackets.`,
    table(
      [
        'prefix',
        "the block's last token",
        'any token of the block',
        "the next block's first token",
        'any token of the next block',
        'nearest most often',
      ],
      prefixes.map(({ rates, common }, p) => [
        String(p),
        rate(rates.last),
        rate(rates.current),
        rate(rates.first),
        rate(rates.next),
        common.map(({ label, share }) => `${code(label)} ${percent(share)}`).join(', '),
      ]),
    ),
    'Some blocks, to judge for yourself. Nearest first, with the cosine:',
    table(
      [
        'block',
        'the one before it, which the context was made from',
        'what it came to hold',
        ...prefixes.map((_, p) => `prefix ${p}`),
      ],
      examples.map(({ block, current, next, prefixes: own }) => [
        String(block),
        code(current.join('|')),
        code(next.join('|')),
        ...own.map((entries) =>
          entries.map(({ label, cosine }) => `${code(label)} ${fixed(cosine, 2)}`).join(', '),
        ),
      ]),
    ),
  ];
}

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
function meaning({ findings, models, texts, inside }: Report): string[] {
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

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** Code that may hold bars and back-ticks, inside a table. */
function code(content: string): string {
  const safe = content
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\|/g, '&#124;')
    .replace(/`/g, '&#96;')
    .replace(/[*_\\[\]]/g, (mark) => `\\${mark}`);
  return `<code>${safe}</code>`;
}
