import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pickReportFacts } from '@/lib/learn/report-facts';
import { type CommandContext, parseFlags } from './command-line';
import { buildReport, type Report } from './report/build';
import { readEntrants } from './report/bundles';
import { reportMarkdown } from './report/markdown';
import { measure } from './report/measure';
import { drawPictures } from './report/pictures';
import { readTexts } from './report/texts';

export const REPORT_USAGE = 'evaluate --report [--text FILE,FILE] [--out FOLDER] [--fresh] --json';

const HELD_OUT = ['modern-stories', 'childrens-books'].map((name) =>
  fileURLToPath(new URL(`../training/held-out/${name}.validation.txt`, import.meta.url)),
);
const OUT = fileURLToPath(new URL('../docs/report/', import.meta.url));
/** The few numbers of the committed report that the page Learn shows. */
const LEARN = fileURLToPath(new URL('../lib/learn/report-facts.json', import.meta.url));

/**
 * `evaluate --report`: scores every bundle on the held-out texts, looks into the block models, and writes `report.json`,
 * `report.md`, the pictures, and the sums that the next report can keep. The report that is committed gives the page Learn its
 * numbers as well.
 *
 * @throws UsageError on bad input; EngineError or ModelError when a bundle is damaged.
 */
export async function report(
  argv: readonly string[],
  { models, progress }: CommandContext,
): Promise<Report> {
  const flags = parseFlags(argv, {
    report: 'switch',
    text: 'text',
    out: 'text',
    fresh: 'switch',
    json: 'switch',
  });
  const out = flags.out ?? OUT;
  const texts = await readTexts(flags.text?.split(',') ?? HELD_OUT);
  const entrants = await readEntrants(models, progress);
  const measured = [];
  for (const entrant of entrants) {
    const own = entrant.main ? texts : texts.slice(0, 1);
    measured.push(await measure(entrant, own, { out, fresh: flags.fresh, progress }));
  }
  const result = buildReport(texts, entrants, measured);
  await mkdir(out, { recursive: true });
  const pictures = drawPictures(result);
  for (const [name, svg] of pictures) {
    await writeFile(path.join(out, `${name}.svg`), svg);
  }
  await writeFile(path.join(out, 'report.json'), asJson(result));
  if (out === OUT) await writeFile(LEARN, asJson(pickReportFacts(result)));
  await writeFile(path.join(out, 'report.md'), reportMarkdown(result, new Set(pictures.keys())));
  progress(`The report is in ${out}`);
  return result;
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
