import { fixed, percent, whole } from '../format';
import { FAR, type InsideResult } from '../inside-results';
import { NEAREST } from '../prefixes';
import { code, table } from './table';

/** What the block decoder's late rows give to block 0, by head. */
export function sinkText({ model, windows, tokens, padded, unpadded }: InsideResult): string {
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

/** What the token decoder's queries give to the prefixes, by slot. */
export function localTable({ model, slots }: InsideResult): string {
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

/** What lies nearest to the prefixes: rates, and blocks to judge. */
export function nearestText({ model, readings, prefixes, examples }: InsideResult): string[] {
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
