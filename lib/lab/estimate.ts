import { promptWork, runWork } from '@/lib/model/work';
import type { LabCell, LabModel, LabPlan } from './plan';

/**
 * What a browser on one core of an ordinary machine did when this was written: only to say beforehand about how long a run will
 * take. The first run on the page corrects it by what was measured.
 */
const MULTIPLY_ADDS_PER_MS = 3e6;
/** What a run of a model costs besides its arithmetic. */
const MS_PER_RUN = 0.6;
/** Loading a model that the browser keeps, and warming a row up. */
const START_MS = 1500;

/** About how many milliseconds one job takes before anything was measured here: its derived work, and its runs. */
export function expectedMs(
  model: Pick<LabModel, 'architecture' | 'dims'>,
  { row, job: { input, output, batch } }: LabCell,
): number {
  const runs = output / row.tokensPerRun + 1;
  const { blockLength } = model.dims;
  // Work grows evenly with the length, so the run in the middle stands for all.
  const written = (output / blockLength) * runWork(model, input + output / 2).total.multiplyAdds;
  const work = promptWork(model, input).total.multiplyAdds + written;
  return runs * MS_PER_RUN + (batch * work) / MULTIPLY_ADDS_PER_MS;
}

/** `expectedMs` of the cell's own model; 0 for a model that is not there. */
export function cellMs(models: readonly LabModel[], cell: LabCell): number {
  const model = models.find(({ id }) => id === cell.row.model);
  return model ? expectedMs(model, cell) : 0;
}

/**
 * About how many milliseconds a plan takes, with the loading and warming up of every row. `pace` is how many times as long as
 * expected an earlier plan took on this machine.
 */
export function planMs(plan: LabPlan, models: readonly LabModel[], pace = 1): number {
  const rounds = plan.cells.reduce((sum, cell) => sum + cellMs(models, cell), 0);
  const rows = new Set(plan.cells.map(({ row }) => row.id)).size;
  return pace * (START_MS * rows + plan.order.rounds * rounds);
}
