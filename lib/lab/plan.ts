import type { Job } from '@/lib/engine/quiet-job';
import { formatBytes } from '@/lib/model/cost';
import type { Manifest } from '@/lib/model/manifest';
import { sequenceBytes } from './work';

/** What a plan needs to know of a model. */
export type LabModel = Pick<
  Manifest,
  'id' | 'architecture' | 'dims' | 'parameters' | 'weights' | 'scores'
>;

/** What the reader asks for. */
export interface LabOrder {
  models: readonly string[];
  /** Tokens of each sequence: read, and written. Whole units of `UNIT`. */
  input: number;
  output: number;
  /** Batches 1, 2, 4 … up to `most`; or one sequence, and as many as fit in the budget. */
  batches: { kind: 'growing'; most: number } | { kind: 'budget' };
  /** The most that the K and V of all sequences may take; holds for every batch. */
  budgetBytes: number;
  rounds: number;
  threads: number;
}

/** Prompt and output are whole multiples of this: whole blocks of every block length up to 8, and whole unrolled runs. */
export const UNIT = 8;

/** A line of the results: a model in the way that it is run. */
export interface LabRow {
  /** As the results call it, such as `tiny-flat-same, unrolled`. */
  id: string;
  model: string;
  architecture: Manifest['architecture'];
  tokensPerRun: number;
}

/** One measurement: a row at a batch. */
export interface LabCell {
  row: LabRow;
  job: Job;
  /** Of K and V, of all sequences at full length; what the engine then makes. */
  cacheBytes: number;
}

/** A cell that is not tried, and why, in one sentence. */
export interface LeftOutCell {
  row: LabRow;
  batch: number;
  reason: string;
}

export interface LabPlan {
  order: LabOrder;
  rows: LabRow[];
  /** The most sequences that fit in the budget, by the row's id; 0 where one does not, or the context is too short. */
  fits: Record<string, number>;
  cells: LabCell[];
  leftOut: LeftOutCell[];
}

/** The ways a model is run: a block model block by block; a flat one four tokens a run, and one. */
export function rowsOf({
  id,
  architecture,
  dims,
}: Pick<LabModel, 'id' | 'architecture' | 'dims'>): LabRow[] {
  if (architecture === 'block')
    return [{ id, model: id, architecture, tokensPerRun: dims.blockLength }];
  return [
    { id: `${id}, unrolled`, model: id, architecture, tokensPerRun: 4 },
    { id: `${id}, per token`, model: id, architecture, tokensPerRun: 1 },
  ];
}

/** How many sequences of `length` tokens have their K and V in `budgetBytes`. */
export function fitting({ dims }: Pick<LabModel, 'dims'>, length: number, budgetBytes: number) {
  return Math.floor(budgetBytes / sequenceBytes(dims, length));
}

/** The batches of an order for a row in whose budget `fits` sequences have room. */
function batchesOf({ batches }: LabOrder, fits: number): number[] {
  if (batches.kind === 'budget') return fits > 1 ? [1, fits] : [1];
  const growing: number[] = [];
  for (let batch = 1; batch <= batches.most; batch *= 2) growing.push(batch);
  return growing;
}

/** What will be measured for an order, and what not. Models that the order does not name are passed over. */
export function planLab(order: LabOrder, models: readonly LabModel[]): LabPlan {
  const length = order.input + order.output;
  const plan: LabPlan = { order, rows: [], fits: {}, cells: [], leftOut: [] };
  for (const model of models.filter(({ id }) => order.models.includes(id))) {
    const { contextLength } = model.dims;
    const fits = length > contextLength ? 0 : fitting(model, length, order.budgetBytes);
    for (const row of rowsOf(model)) {
      plan.rows.push(row);
      plan.fits[row.id] = fits;
      for (const batch of batchesOf(order, fits)) {
        const cacheBytes = batch * sequenceBytes(model.dims, length);
        const reason =
          length > contextLength
            ? `${count(length)} tokens do not fit in its context of ${count(contextLength)}.`
            : batch > fits
              ? `Its K and V would take ${formatBytes(cacheBytes)}, more than the budget of ${formatBytes(order.budgetBytes)}.`
              : null;
        if (reason !== null) plan.leftOut.push({ row, batch, reason });
        else
          plan.cells.push({
            row,
            job: { input: order.input, output: order.output, batch },
            cacheBytes,
          });
      }
    }
  }
  return plan;
}

/** A whole number as it is read: 1,008. */
export function count(value: number): string {
  return value.toLocaleString('en');
}
