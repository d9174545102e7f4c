import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FULL, jobOf, largestBatch, WORKS, type WorkName } from '@/lib/lab/work';
import { parseManifest } from '@/lib/model/parse-manifest';
import { parseFlags, UsageError } from '../scripts/command-line';
import { ROOT } from '../scripts/lib/run.mjs';
import { MODELS as SHIPPED } from '../scripts/models';
import { BenchBrowser } from './browser';
import { Fleet, type Model } from './fleet';
import { ensureBenchPackages } from './install';
import { markdown } from './lib/markdown';
import { BENCH } from './lib/paths';
import { reasonOf } from './lib/reason';
import type { Report } from './lib/report';
import { FLAT, MODELS, type ModelId, ours, type Row, rivals, row } from './lib/rows';
import { judge } from './lib/targets';
import { withPage } from './lib/with-page';
import { describeMachine, loadNow } from './machine';
import { measurePage } from './measure-page';
import { Native } from './native';
import { exportRival } from './rival';
import { buildSite } from './site';
import { missing, rounds, type Suite, warmUp } from './suites/context';
import { measureCrossover } from './suites/crossover';
import { measureGrowth } from './suites/growth';
import { measureOutputs } from './suites/outputs';
import { checkRivals } from './suites/rival-check';
import { measureRoofline } from './suites/roofline';
import { measureWebGpu } from './suites/webgpu';
import { measureWork, type WorkTask } from './suites/work';

export const USAGE =
  'bench [--quick | --page] [--json] [--models DIR (public/models)] [--out DIR (docs)]';

const FLAGS = {
  quick: 'switch',
  page: 'switch',
  json: 'switch',
  models: 'text',
  out: 'text',
} as const;

/** What is printed, and as what. */
export interface BenchOutput {
  report: Report;
  text: string;
}

/**
 * Measures, writes `benchmarks.md` and `benchmarks.json` after a full run or into the report of one, and returns what stdout gets.
 * Throws UsageError for bad input.
 */
export async function bench(
  argv: readonly string[],
  progress: (line: string) => void,
): Promise<BenchOutput> {
  const flags = parseFlags(argv, FLAGS);
  if (flags.quick && flags.page)
    throw new UsageError('--quick leaves the page out: ask for one of the two.');
  if (flags.quick && flags.out !== undefined)
    throw new UsageError('--out goes without --quick, which only prints.');
  if (flags.page && flags.models !== undefined)
    throw new UsageError('--models goes without --page: the page has the models it ships.');
  const folder = flags.models ?? SHIPPED;
  if (!existsSync(folder)) throw new UsageError(`--models: there is no folder "${folder}".`);
  const models = await findModels(folder);
  const out = path.resolve(flags.out ?? path.join(ROOT, 'docs'));
  const earlier = flags.page && flags.out !== undefined ? await readReport(out) : null;

  const started = performance.now();
  const measured = flags.page
    ? await measurePageAlone(progress)
    : await measureModels(models, flags.quick, progress);
  if (measured.scope === 'full') await addPage(measured, progress);
  measured.minutes = (performance.now() - started) / 60_000;
  const report = earlier ? withPage(earlier, measured) : measured;
  const full = report.scope === 'full';
  report.missing.sort((a, b) => a.row.localeCompare(b.row));
  report.targets = judge(report);

  const explanations = full ? readFileSync(path.join(BENCH, 'explanations.md'), 'utf8') : '';
  const page = markdown(report, explanations);
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (full) {
    await mkdir(out, { recursive: true });
    await writeFile(path.join(out, 'benchmarks.md'), page);
    await writeFile(path.join(out, 'benchmarks.json'), json);
  }
  return { report, text: flags.json ? json : page };
}

/** The report of an earlier full run in `folder`. Throws UsageError when there is none. */
async function readReport(folder: string): Promise<Report> {
  const file = path.join(folder, 'benchmarks.json');
  if (!existsSync(file))
    throw new UsageError(
      `--out: "${file}" does not exist; --page puts its numbers into the report of a full run.`,
    );
  const report: Report = JSON.parse(await readFile(file, 'utf8'));
  if (report.schema !== 1 || report.scope !== 'full')
    throw new UsageError(`--out: "${file}" is not the report of a full run of this version.`);
  return report;
}

async function findModels(folder: string): Promise<Map<ModelId, Model>> {
  const found = new Map<ModelId, Model>();
  for (const id of MODELS) {
    const file = path.join(folder, id, 'manifest.json');
    if (existsSync(file))
      found.set(id, {
        folder: path.resolve(folder, id),
        manifest: parseManifest(await readFile(file, 'utf8')),
      });
  }
  return found;
}

/** The served app, and nothing of the models. */
async function measurePageAlone(progress: (line: string) => void): Promise<Report> {
  const load = loadNow();
  const absent: Report['missing'] = [];
  const { page, browser } = await measurePage(absent, progress);
  const none = { ortWeb: null, ortNode: null, transformersJs: null, ortOfTransformersJs: null };
  const report = emptyReport('page', describeMachine({ browser, ...none }, load));
  return { ...report, missing: absent, page };
}

/** The served app after the models, with nothing of theirs in memory. */
async function addPage(report: Report, progress: (line: string) => void): Promise<void> {
  try {
    report.page = (await measurePage(report.missing, progress)).page;
  } catch (cause) {
    const reason = reasonOf(cause);
    report.missing.push({ row: 'the page', reason });
    progress(`the page: ${reason}`);
  }
}

function emptyReport(scope: Report['scope'], machine: Report['machine']): Report {
  return {
    schema: 1,
    scope,
    created: new Date().toISOString(),
    minutes: 0,
    machine,
    models: [],
    missing: [],
    rows: [],
    work: [],
    growth: [],
    outputs: [],
    crossover: [],
    roofline: [],
    rivalCheck: [],
    webgpu: null,
    page: null,
    targets: [],
  };
}

async function measureModels(
  models: Map<ModelId, Model>,
  quick: boolean,
  progress: (line: string) => void,
): Promise<Report> {
  const load = loadNow();
  const absent: Report['missing'] = MODELS.filter((id) => !models.has(id)).map((id) => ({
    row: id,
    reason: 'its bundle is not there',
  }));
  const note = (name: string, cause: unknown) => {
    const reason = reasonOf(cause);
    absent.push({ row: name, reason });
    progress(`${name}: ${reason}`);
  };

  let native: Native | null = null;
  const exported = new Map<string, string>();
  if (!quick) {
    try {
      await ensureBenchPackages(progress);
      native = await Native.load();
      for (const id of FLAT) {
        const model = models.get(id);
        if (model) exported.set(id, await exportRival(model.folder, progress));
      }
    } catch (cause) {
      note(native ? 'transformers.js' : 'transformers.js and onnxruntime-node', cause);
    }
  }

  progress('Building the bench page');
  const folders = new Map([...models].map(([id, model]) => [id as string, model.folder]));
  const site = await buildSite(folders, exported);
  try {
    const browser = await BenchBrowser.open(site.root);
    try {
      const fleet = new Fleet(models, browser, native);
      const ort = await fleet.engine(1, 'version');
      const theirs = exported.size > 0 ? await fleet.rival(1, 'versions') : null;
      const report = emptyReport(
        quick ? 'quick' : 'full',
        describeMachine(
          {
            browser: browser.version,
            ortWeb: ort,
            ortNode: native?.version ?? null,
            transformersJs: theirs?.transformers ?? null,
            ortOfTransformersJs: theirs?.ort ?? null,
          },
          load,
        ),
      );
      report.missing = absent;
      report.models = [...models].map(([id, { manifest }]) => ({
        id,
        parameters: manifest.parameters,
        weightsSha256: manifest.weights.sha256,
        contextLength: manifest.dims.contextLength,
      }));
      const suite: Suite = { fleet, report, progress };
      if (quick) await measureQuick(suite);
      else await measureAll(suite, native !== null, exported.size > 0);
      browser.check();
      return report;
    } finally {
      await browser.close();
    }
  } finally {
    site.remove();
  }
}

/** Three rows, 256 tokens, three rounds, one thread: what anybody with Node and a Chromium can repeat in three minutes. */
async function measureQuick(suite: Suite): Promise<void> {
  const rows = present(
    suite,
    MODELS.map((model) => row(model, 'wasm', { tokensPerRun: 4 })),
  );
  const ready = await warmUp(suite, rows);
  const job = { input: 64, output: 256, batch: 1 };
  const tasks = ready.map((one) => ({ row: one, work: '64 in, 256 out', job }));
  await measureWork(suite, tasks, { least: 3, most: 3, budgetMs: 0 });
}

async function measureAll(suite: Suite, native: boolean, rival: boolean): Promise<void> {
  const known = (rows: Row[]) => present(suite, rows);
  const theirs = [
    ...rivals('transformers.js'),
    ...rivals('rival-graph'),
    ...rivals('transformers.js', 2),
  ];
  const accepted = await checkRivals(suite, rival ? known(theirs) : []);

  const app = known(ours('wasm'));
  const quiet = known(ours('wasm', { form: 'quiet' }));
  const nodes = native ? known(ours('node')) : [];
  const two = known(ours('wasm', { threads: 2 }));
  const single = await warmUp(suite, [
    ...app,
    ...quiet,
    ...nodes,
    ...accepted.filter(({ threads }) => threads === 1),
  ]);
  await measureGrowth(suite, single, rounds(3));
  const engine = single.filter(({ runner }) => runner === 'wasm');
  await measureOutputs(suite, engine, { least: 9, most: 15, budgetMs: 90_000 });
  await measureRoofline(suite, engine);

  const double = await warmUp(suite, [...two, ...accepted.filter(({ threads }) => threads === 2)]);
  const names = Object.keys(WORKS) as WorkName[];
  const one: WorkTask[] = [...single, ...double].flatMap((each) =>
    names.map((work) => ({ row: each, work, job: jobOf(work, 1) })),
  );
  await measureWork(suite, one, rounds(9));

  const batchOf = ({ model }: Row) => largestBatch(suite.fleet.model(model).manifest.dims, FULL);
  const lockstep = await warmUp(
    suite,
    single.filter(({ runner, form }) => form === 'quiet' || runner === 'transformers.js'),
    batchOf,
  );
  const many: WorkTask[] = lockstep.flatMap((each) =>
    names.map((work) => ({ row: each, work, job: jobOf(work, batchOf(each)) })),
  );
  await measureWork(suite, many, rounds(7));

  const [block, flat] = (['tiny-b4', 'tiny-flat-match'] as const).map((model) =>
    quiet.find((each) => each.model === model && each.tokensPerRun === 4),
  );
  if (block && flat) await measureCrossover(suite, block, flat, rounds(3));
  else missing(suite, 'crossover', new Error('it needs tiny-b4 and tiny-flat-match'));
  await measureWebGpu(suite, app);
}

/** The rows whose model is there. */
function present({ fleet }: Suite, rows: Row[]): Row[] {
  return rows.filter(({ model }) => fleet.models.has(model));
}
