import { number, percent, table } from '@/lib/lab/table';
import { formatBytes } from '@/lib/model/cost';
import { pageMarkdown } from './page-markdown';
import type { CrossoverResult, Report, WorkResult } from './report';

/** The report as Markdown; `explanations` is what a person wrote about it, put behind the targets. */
export function markdown(report: Report, explanations: string): string {
  const parts = [
    '# Benchmarks',
    `Written by \`npm run bench${report.scope === 'full' ? '' : ` -- --${report.scope}`}\`; nothing here is typed by hand but the explanations.${report.scope === 'page' ? '' : ' Medians over interleaved rounds, with quartiles in the JSON. Greedy, end-of-text banned, float32 everywhere.'}`,
    machine(report),
    ...(report.targets.length > 0 ? [targets(report)] : []),
    ...(explanations.trim() ? [explanations.trim()] : []),
    ...works(report),
    ...(report.growth.length > 0 ? [growth(report)] : []),
    ...(report.outputs.length > 0 ? [outputs(report)] : []),
    ...(report.roofline.length > 0 ? [roofline(report)] : []),
    ...(report.crossover.length > 0 ? [crossovers(report)] : []),
    ...(report.webgpu ? [webgpu(report.webgpu)] : []),
    ...(report.page ? [pageMarkdown(report.page)] : []),
    ...(report.rivalCheck.length > 0 ? [rivalCheck(report)] : []),
    ...(report.missing.length > 0 ? [absent(report)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function machine({ machine: m, created, minutes, models }: Report): string {
  const lines = [
    `- ${m.cpu}, ${m.cores} cores, ${m.memoryGiB} GiB, ${m.system}; ${created.slice(0, 10)}, ${number(minutes)} minutes${m.load === null ? '' : `, load ${m.load} at the start`}.`,
    `- ${m.browser}${m.ortWeb ? `, onnxruntime-web ${m.ortWeb}` : ''}, Node ${m.node}${m.ortNode ? `, onnxruntime-node ${m.ortNode}` : ''}.`,
    ...(m.transformersJs
      ? [`- transformers.js ${m.transformersJs} on onnxruntime-web ${m.ortOfTransformersJs}.`]
      : []),
    ...models.map(
      ({ id, parameters, weightsSha256 }) =>
        `- ${id}: ${parameters.toLocaleString('en')} parameters, weights ${weightsSha256.slice(0, 12)}.`,
    ),
  ];
  return lines.join('\n');
}

function targets(report: Report): string {
  const rows = report.targets.map(({ target, wanted, measured, met }) => [
    target,
    wanted,
    measured,
    met === null ? 'not measured' : met ? 'met' : '**missed**',
  ]);
  return `## Targets\n\n${report.scope === 'page' ? '' : 'On WASM, batch 1, one thread, as the app runs it.\n\n'}${table(['target', 'wanted', 'measured', ''], rows)}`;
}

/** A table for each kind of work and each way to fill it. */
function works({ work }: Report): string[] {
  const groups = new Map<string, WorkResult[]>();
  for (const result of work) {
    const key = `${result.work}, ${result.batch === 1 ? 'batch 1' : 'batches that fill 64 MiB of KV'}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups].map(([title, results]) => {
    const rows = results.map((r) => [
      r.row,
      String(r.batch),
      number(r.tokensPerSecond.median),
      `${number(r.tokensPerSecond.min)}–${number(r.tokensPerSecond.max)}`,
      number(r.firstTokenMs.median),
      formatBytes(r.heldBytes),
      r.allocatedBytes === null ? '–' : formatBytes(r.allocatedBytes),
      number(r.runsPerToken),
      r.block ? `${number(r.block.ratio.median)} ×` : '–',
    ]);
    const head = [
      'row',
      'batch',
      'tokens/s',
      'range',
      'first token, ms',
      'KV held',
      'KV allocated',
      'runs/token',
      'tiny-b4 is',
    ];
    return `## ${title[0]?.toUpperCase()}${title.slice(1)}\n\n${table(head, rows)}`;
  });
}

function growth({ growth: all }: Report): string {
  const lengths = [...new Set(all.map(({ length }) => length))];
  const rows = [...new Set(all.map(({ row }) => row))].map((row) => [
    row,
    ...lengths.map((length) => {
      const at = all.find((g) => g.row === row && g.length === length);
      return at ? `${number(at.msPerToken.median)} ms, ${formatBytes(at.heldBytes)}` : '–';
    }),
  ]);
  const head = ['row', ...lengths.map((length) => `${length.toLocaleString('en')} tokens`)];
  const others = [...new Set(all.filter((g) => !g.sameTokens).map(({ row }) => row))];
  const text =
    others.length === 0
      ? 'All rows of a model wrote the same tokens.'
      : `These rows wrote other tokens than the first row of their model: ${others.join('; ')}.`;
  return `## Cost of a token as the text grows\n\nTime per token over the 32 tokens that reach the length, and KV bytes held there; batch 1. ${text}\n\n${table(head, rows)}`;
}

function outputs(report: Report): string {
  const rows = report.outputs.map((o) => [
    o.row,
    o.length.toLocaleString('en'),
    number(o.appMs),
    number(o.quietMs),
    percent(o.share.median),
  ]);
  return `## What showing the numbers costs\n\nTime per token with logits and attention rows handed out and kept, and through the quiet graph, one right after the other.\n\n${table(['row', 'tokens', 'shown, ms', 'quiet, ms', 'share'], rows)}`;
}

function roofline(report: Report): string {
  const rows = report.roofline.map((r) => [
    r.row,
    number(r.runMs),
    `${number(r.bytes / 1e6)} MB`,
    `${number(r.gigabytesPerSecond)} GB/s`,
    percent(r.share),
    `${number(r.distinctGigabytesPerSecond)} GB/s`,
    percent(r.distinctShare),
  ]);
  const head = [
    'row',
    'run, ms',
    'must read',
    'bandwidth at that size',
    'share',
    'bandwidth at the size of each weight once',
    'share of that',
  ];
  return `## Roofline\n\nWeight bytes that a run must read (each matrix once for each use), at the bandwidth of one product of a row and a float32 matrix of as many bytes as one block or token reads, in the same build: best of 20, one thread; against the run at 1,008 tokens. The last two columns use a matrix of each weight once, which may stay in the processor’s cache where the other does not: the harder bound.\n\n${table(head, rows)}`;
}

function crossovers({ crossover }: Report): string {
  const sections = crossover.map((result) => {
    const rows = result.points.map((p) => [
      `${p.length.toLocaleString('en')}${p.length > result.trainedContext ? ' (past the trained context)' : ''}`,
      `${number(p.block)} (${p.blockBatch})`,
      `${number(p.flat)} (${p.flatBatch})`,
      `${number(p.flat / p.block)} ×`,
    ]);
    const head = ['context', 'tiny-b4, ms/token (batch)', 'tiny-flat-match unrolled', 'tiny-b4 is'];
    return `At ${result.mode}: ${crossingText(result)}\n\n${table(head, rows)}`;
  });
  return `## From which context on tiny-b4 outruns tiny-flat-match\n\nQuiet graphs, one thread; time per token of all sequences together. The cache is filled with zeros, which cost what other numbers cost.\n\n${sections.join('\n\n')}`;
}

function crossingText({ crossing, trainedContext }: CrossoverResult): string {
  const at = Math.round(crossing.length).toLocaleString('en');
  if (crossing.kind === 'always') return `at every length measured, from ${at} tokens on.`;
  if (crossing.kind === 'never') return `at no length measured, up to ${at} tokens.`;
  const past = crossing.length > trainedContext ? ', past the trained context' : '';
  return `from about ${at} tokens on${past}.`;
}

function webgpu({ adapter, software, rows }: NonNullable<Report['webgpu']>): string {
  const body = rows.map((r) => [
    r.row,
    number(r.perStep.dispatches),
    number(r.perStep.submits),
    number(r.perStep.maps),
    number(r.perStep.bindGroups),
    number(r.perToken.dispatches),
    number(r.perToken.maps),
    formatBytes(r.allocatedBytes),
    ...(software ? [] : [number(r.stepMs)]),
  ]);
  const head = [
    'row',
    'dispatches/step',
    'submits/step',
    'maps/step',
    'bind groups/step',
    'dispatches/token',
    'maps/token',
    'KV allocated',
    ...(software ? [] : ['step, ms']),
  ];
  const note = software
    ? 'a software adapter: only calls are counted, over 8 captured steps; its times mean nothing.'
    : 'calls over 8 captured steps, and the median time of 100.';
  return `## WebGPU\n\nOn ${adapter}, ${note}\n\n${table(head, body)}`;
}

function rivalCheck(report: Report): string {
  const rows = report.rivalCheck.map(({ row, tokens, worst, accepted }) => [
    row,
    String(tokens),
    worst.toExponential(1),
    accepted ? 'timed' : 'refused',
  ]);
  return `## Rivals give the same numbers\n\nGreatest difference of a logit from ours on a prompt, before any timing; 1e-4 is allowed.\n\n${table(['row', 'tokens', 'difference', ''], rows)}`;
}

function absent(report: Report): string {
  return `## Not measured\n\n${report.missing.map(({ row, reason }) => `- ${row}: ${reason}`).join('\n')}`;
}
