import { formatBytes } from '@/lib/model/cost';
import { count } from './plan';
import { type Comparison, type LabResult, type Measured, measuredAt } from './result';
import { number, percent } from './table';

/** Nearer than this to each other two speeds are called the same. */
const SAME = 1.05;

/** A duration as the Lab prints it. */
export function duration(ms: number): string {
  return ms >= 1000 ? `${number(ms / 1000)} s` : `${number(ms)} ms`;
}

function sequences(batch: number): string {
  return batch === 1 ? 'one sequence' : `${count(batch)} sequences`;
}

/**
 * The comparison that is told first: with the rival of the same loss if there is one, then of the same size; of a rival's two
 * ways the faster one. Null without any.
 */
export function headline(comparisons: readonly Comparison[]): Comparison | null {
  const rank = ({ rival }: Comparison) =>
    rival.includes('same loss') ? 0 : rival.includes('same size') ? 1 : 2;
  const least = ({ ratios }: Comparison) =>
    Math.min(...ratios.map(({ ratio }) => ratio.median), Number.POSITIVE_INFINITY);
  return [...comparisons].sort((a, b) => rank(a) - rank(b) || least(a) - least(b))[0] ?? null;
}

/** Two or three sentences on what was seen, made from the measured numbers alone. */
export function findings(result: LabResult): string[] {
  const main = headline(result.comparisons);
  const first = main?.ratios[0];
  const last = main?.ratios.at(-1);
  if (!main || !first || !last) return [];
  const said = [atFirst(result, main, first)];
  if (last !== first) said.push(atLast(main, last));
  const time = whereTimeGoes(result, main, last);
  if (time) said.push(time);
  return said;
}

/** Rounds of one cell that differ by more than this say that the machine was not quiet. */
const UNSTEADY = 1.5;

/** A caution where the rounds of a cell differ by much; null where they agree. */
export function caution({ cells }: LabResult): string | null {
  const most = Math.max(
    1,
    ...cells.map(({ outcome }) =>
      outcome.kind === 'measured' ? outcome.tokensPerSecond.max / outcome.tokensPerSecond.min : 1,
    ),
  );
  if (most <= UNSTEADY) return null;
  return `The rounds of one measurement differ by up to ${number(most)} times, as they do when something else works on the machine: take these numbers as rough, or run it again.`;
}

type Ratio = Comparison['ratios'][number];

function atFirst({ models, rows }: LabResult, main: Comparison, { blockBatch, ratio }: Ratio) {
  const weights = (id: string) => {
    const model = rows.find((row) => row.id === id)?.model;
    return models.find((one) => one.id === model)?.parameters ?? 0;
  };
  const more = weights(main.block) / weights(main.flat);
  const where = `With ${sequences(blockBatch)}`;
  if (ratio.median < 1 / SAME) {
    const why =
      blockBatch === 1 && more >= 1.2
        ? `: a run reads all weights for one sequence alone, and ${main.block} has ${number(more)} times as many`
        : '';
    return `${where} ${main.flat} (${main.rival}) wrote ${number(1 / ratio.median)} times as many tokens a second as ${main.block}${why}.`;
  }
  if (ratio.median <= SAME)
    return `${where} ${main.block} and ${main.flat} (${main.rival}) were as fast as each other, within 5 %.`;
  return `${where} ${main.block} wrote ${number(ratio.median)} times as many tokens a second as ${main.flat} (${main.rival}).`;
}

function atLast(main: Comparison, { at, blockBatch, flatBatch, ratio }: Ratio) {
  const where =
    at === 'largest'
      ? `At the largest batch measured of each (${count(blockBatch)} and ${count(flatBatch)})`
      : `With ${sequences(blockBatch)}`;
  const speed = ratio.median;
  if (speed < 1 / SAME)
    return `${where} ${main.flat} wrote ${number(1 / speed)} times as many as ${main.block}.`;
  if (speed <= SAME) return `${where} the two were as fast as each other, within 5 %.`;
  return `${where} ${main.block} wrote ${number(speed)} times as many as ${main.flat}.`;
}

function whereTimeGoes(
  { cells, rows, budgetBytes }: LabResult,
  { block, flat }: Comparison,
  { blockBatch, flatBatch }: Ratio,
): string | null {
  const [mine, theirs] = [measuredAt(cells, block, blockBatch), measuredAt(cells, flat, flatBatch)];
  if (!mine || !theirs) return null;
  const fits = (id: string) => rows.find((row) => row.id === id)?.fits ?? 0;
  const reading = ({ prefillMs, totalMs }: Measured) => percent(prefillMs / totalMs);
  return `There, reading the prompt took ${reading(mine)} of the time of ${block} and ${reading(theirs)} of that of ${flat}; K and V of ${count(fits(block))} sequences of the one and ${count(fits(flat))} of the other fit in ${formatBytes(budgetBytes)}.`;
}

/**
 * From which batch on, and from which context length on at each batch, the block model is ahead, as far as measured: one
 * sentence each.
 */
export function crossover({ block, flat, rival, batches, lengths }: Comparison): string[] {
  const said: string[] = [];
  if (batches) {
    const range =
      batches.from === batches.to
        ? `the one batch measured (${count(batches.from)})`
        : `the batches measured (${count(batches.from)} to ${count(batches.to)})`;
    const against = `${flat} (${rival})`;
    said.push(
      batches.kind === 'at'
        ? `${block} writes more tokens a second than ${against} from batch ${count(batches.batch)} on, of ${range}.`
        : batches.kind === 'always'
          ? `${block} writes more tokens a second than ${against} at ${batches.from === batches.to ? '' : 'all of '}${range}.`
          : `${block} does not outrun ${against}: a crossover is not in ${range}.`,
    );
  }
  const [first] = lengths;
  if (first) {
    const at = lengths.map(({ batch, crossing }) => {
      const where =
        crossing.kind === 'at'
          ? `from about ${count(Math.round(crossing.length))} on`
          : crossing.kind === 'always'
            ? 'at all of them'
            : 'not in the range';
      return `batch ${count(batch)} ${where}`;
    });
    said.push(
      `By context length, of the ${count(Math.round(first.from))}–${count(Math.round(first.to))} tokens measured, the next token comes sooner from ${block}: ${at.join('; ')}.`,
    );
  }
  return said;
}
