import { formatBytes } from '@/lib/model/cost';
import { PAPER_RATIOS, PAPER_WORDS } from './paper';
import { count } from './plan';
import type { CellResult, LabResult } from './result';
import { number, percent, table } from './table';
import { caution, crossover, duration, findings } from './words';

/** A result as Markdown, for a note or an issue: conditions, findings, the tables, and the paper's numbers marked as such. */
export function labMarkdown(result: LabResult): string {
  return [
    `## Throughput, ${result.work.input} tokens in, ${result.work.output} out`,
    conditions(result),
    [...findings(result), caution(result) ?? ''].join(' ').trim(),
    speeds(result),
    ratios(result),
    result.comparisons
      .flatMap(crossover)
      .map((sentence) => `- ${sentence}`)
      .join('\n'),
    paper(),
  ]
    .filter(Boolean)
    .join('\n\n')
    .concat('\n');
}

function conditions({ created, machine, models, budgetBytes, ended }: LabResult): string {
  const { browser, system, cores, memoryGiB, threads, onnxruntime } = machine;
  return [
    ended === 'cancelled' ? '- Cancelled: what was measured until then.' : '',
    `- Measured ${created.slice(0, 16).replace('T', ' ')} UTC in ${browser} on ${system}, ${count(cores)} cores${memoryGiB === null ? '' : `, ${memoryGiB} GiB or more of memory`}.`,
    `- WASM, ${threads} ${threads === 1 ? 'thread' : 'threads'}, onnxruntime-web ${onnxruntime}; greedy, end of text banned, quiet graphs; medians of rounds that go through all rows in turn.`,
    `- K and V of a batch take ${formatBytes(budgetBytes)} at most.`,
    ...models.map(
      ({ id, parameters, weightsSha256 }) =>
        `- ${id}: ${count(parameters)} parameters, weights SHA-256 \`${weightsSha256.slice(0, 16)}\`.`,
    ),
  ]
    .filter(Boolean)
    .join('\n');
}

function speeds({ cells }: LabResult): string {
  return table(
    [
      'model',
      'batch',
      'tokens/s',
      'first token',
      'reading',
      'writing',
      'outside',
      'K and V held',
      'allocated',
      'rounds',
    ],
    cells.map(({ row, batch, outcome }) =>
      outcome.kind === 'measured'
        ? [
            row,
            count(batch),
            number(outcome.tokensPerSecond.median),
            duration(outcome.firstTokenMs.median),
            percent(outcome.prefillMs / outcome.totalMs),
            percent(outcome.stepMs / outcome.totalMs),
            percent(outcome.outsideMs / outcome.totalMs),
            formatBytes(outcome.heldBytes),
            formatBytes(outcome.allocatedBytes),
            count(outcome.tokensPerSecond.rounds),
          ]
        : [row, count(batch), reasonOf(outcome), '', '', '', '', '', '', ''],
    ),
  );
}

/** Why a cell has no numbers. */
export function reasonOf(outcome: Exclude<CellResult['outcome'], { kind: 'measured' }>): string {
  return outcome.kind === 'not-measured' ? 'not measured' : outcome.reason;
}

function ratios({ comparisons }: LabResult): string {
  const rows = comparisons.flatMap(({ block, flat, rival, ratios: all }) =>
    all.map(({ blockBatch, flatBatch, ratio }) => [
      block,
      `${flat} (${rival})`,
      blockBatch === flatBatch ? count(blockBatch) : `${count(blockBatch)} and ${count(flatBatch)}`,
      `${number(ratio.median)} ×`,
      `${number(ratio.min)}–${number(ratio.max)}`,
    ]),
  );
  return rows.length === 0
    ? ''
    : table(['block model', 'over', 'batch', 'tokens/s ratio', 'range over rounds'], rows);
}

function paper(): string {
  return [
    `${PAPER_WORDS.conditions} ${PAPER_WORDS.one}`,
    table(
      ['paper', 'rival', 'prefill-heavy', 'decode-heavy'],
      PAPER_RATIOS.map(({ rival, block, flat, prefill, decode }) => [
        `block ${block} over flat ${flat}`,
        rival,
        `${prefill.toFixed(1)} ×`,
        `${decode.toFixed(1)} ×`,
      ]),
    ),
  ].join('\n\n');
}
