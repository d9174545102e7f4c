import type { Report } from '../build';
import type { Finding } from '../findings';
import { fixed, listed, millions, plusMinus, range, signedPlusMinus, whole } from '../format';
import { PAPER_LENGTHS } from '../paper';
import { type LengthSeries, type PositionLoss, SERIES, sawUnevenly } from '../results';
import { claim } from './claims';
import { table } from './table';

/** Loss by slot of block models, and of flat models on the same targets. */
export function slotTables({ models, scores, gaps }: Report): string[] {
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

/** Loss by position, a table a text. */
export function positionTables({ models, scores, texts }: Report): string[] {
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

/** Loss against block length, or which lengths there are when they are too few. */
export function lengths({ models, series }: Report, finding: Finding): string[] {
  const there = models.filter(({ main, architecture }) => main && architecture === 'block');
  if (series.length === 0) {
    const ids = there.map(({ id, blockLength }) => `${blockLength} (\`${id}\`)`);
    return [
      `The paper (${finding.source}): ${finding.claim} Block lengths at hand: ${listed(ids) || 'none'}. A series needs ${SERIES} models of one shape, so nothing is said or drawn here.`,
    ];
  }
  const groups = new Map<string, LengthSeries[]>();
  for (const one of series) {
    const ids = one.points.map(({ model }) => model).join();
    groups.set(ids, [...(groups.get(ids) ?? []), one]);
  }
  return [
    ...claim(finding),
    ...[...groups.values()].flatMap(lengthTable),
    `Hollow in the picture: ${PAPER_LENGTHS.map(({ blockLength, loss }) => `${fixed(loss, 2)} at ${blockLength}`).join(', ')}, somebody else's reading of the paper's Figure 4a (85 million decoder parameters, 300 billion tokens, prefix length 1, training loss). Other data, so only the rise can be compared.`,
  ];
}

/** The losses of one shape at its block lengths, a line a text. */
function lengthTable(series: readonly LengthSeries[]): string[] {
  const points = series[0]?.points ?? [];
  const seen = points.map(({ tokensSeen }) => tokensSeen);
  return [
    table(
      ['text', ...points.map(({ model }) => `\`${model}\``)],
      [
        ...series.map((one) => [one.text, ...one.points.map(({ loss }) => plusMinus(loss))]),
        ['tokens seen', ...seen.map(millions)],
      ],
    ),
    ...(sawUnevenly(seen)
      ? ['The models did not see equally many tokens; part of the differences is due to that.']
      : []),
  ];
}
