import type { Report } from '../build';
import type { Finding } from '../findings';
import type { ClaimId } from '../paper';
import { claim, summary } from './claims';
import { localTable, nearestText, sinkText } from './inside';
import { errorNote, gapText, otherFamily, scoreTable } from './loss';
import { meaning } from './meaning';
import { lengths, positionTables, slotTables } from './places';

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
