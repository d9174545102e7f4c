import { crossing } from './crossover';
import type { LabModel, LabRow } from './plan';
import { type CellResult, type Comparison, type Measured, measuredAt } from './result';
import { rivalName } from './rival';
import { ratios } from './stats';

/** Every block row beside every flat row, as far as both were measured. */
export function compareRows(
  rows: readonly LabRow[],
  models: readonly LabModel[],
  cells: readonly CellResult[],
): Comparison[] {
  const modelOf = (row: LabRow) => models.find(({ id }) => id === row.model);
  return rows
    .filter(({ architecture }) => architecture === 'block')
    .flatMap((block) =>
      rows
        .filter(({ architecture }) => architecture === 'flat')
        .flatMap((flat) => {
          const [mine, theirs] = [modelOf(block), modelOf(flat)];
          if (!mine || !theirs) return [];
          const compared = comparePair(block.id, flat.id, cells);
          return compared ? [{ ...compared, rival: rivalName(mine, theirs) }] : [];
        }),
    );
}

function comparePair(
  block: string,
  flat: string,
  cells: readonly CellResult[],
): Omit<Comparison, 'rival'> | null {
  const batchesOf = (row: string) =>
    cells
      .filter((cell) => cell.row === row && cell.outcome.kind === 'measured')
      .map(({ batch }) => batch)
      .sort((a, b) => a - b);
  const [mine, theirs] = [batchesOf(block), batchesOf(flat)];
  const common = mine.filter((batch) => theirs.includes(batch));
  const [largest, theirLargest] = [mine.at(-1), theirs.at(-1)];
  if (largest === undefined || theirLargest === undefined) return null;
  const ratioAt = (
    at: Comparison['ratios'][number]['at'],
    blockBatch: number,
    flatBatch: number,
  ) => {
    const over = measuredAt(cells, block, blockBatch);
    const under = measuredAt(cells, flat, flatBatch);
    const ratio = over && under && ratios(over.speeds, under.speeds);
    return ratio ? [{ at, blockBatch, flatBatch, ratio }] : [];
  };
  const all = [
    ...common.flatMap((batch) => ratioAt('same batch', batch, batch)),
    ...(largest === theirLargest ? [] : ratioAt('largest', largest, theirLargest)),
  ];
  return {
    block,
    flat,
    ratios: all,
    lengths: common.flatMap((batch) => {
      const pair = [measuredAt(cells, block, batch), measuredAt(cells, flat, batch)] as const;
      return pair[0] && pair[1] ? lengthCrossing(batch, pair[0], pair[1]) : [];
    }),
    batches: batchCrossing(all),
  };
}

function lengthCrossing(batch: number, block: Measured, flat: Measured): Comparison['lengths'] {
  const points = block.pace.flatMap(({ length, msPerToken }) => {
    const other = flat.pace.find((point) => point.length === length);
    return other ? [{ length, block: msPerToken, flat: other.msPerToken }] : [];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  return [{ batch, from: first.length, to: last.length, crossing: crossing(points) }];
}

/** From which batch on the block model is ahead, by the same ratios that are told: those of the batches that both have. */
function batchCrossing(all: Comparison['ratios']): Comparison['batches'] {
  const common = all.filter(({ at }) => at === 'same batch');
  const [from, to] = [common[0]?.blockBatch, common.at(-1)?.blockBatch];
  if (from === undefined || to === undefined) return null;
  const behind = common.findLastIndex(({ ratio }) => ratio.median < 1);
  const first = common[behind + 1]?.blockBatch;
  if (first === undefined) return { from, to, kind: 'never', batch: to };
  return { from, to, kind: behind < 0 ? 'always' : 'at', batch: first };
}
