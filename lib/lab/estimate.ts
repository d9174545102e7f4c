import type { Dims } from '@/lib/model/manifest';
import type { LabCell, LabModel, LabPlan } from './plan';
import { decoderWeights } from './rival';

/**
 * What a browser on one core of an ordinary machine did when this was written: only to say beforehand about how long a run will
 * take. The first run on the page replaces it by what was measured.
 */
const MULTIPLY_ADDS_PER_MS = 3e6;
/** What a run of a model costs besides its arithmetic. */
const MS_PER_RUN = 0.6;

/** About how many milliseconds one job takes before anything was measured here. */
export function expectedMs(
  { architecture, dims }: Pick<LabModel, 'architecture' | 'dims'>,
  { row, job: { input, output, batch } }: LabCell,
): number {
  const runs = output / row.tokensPerRun + 1;
  const work =
    architecture === 'block' ? blockWork(dims, input, output) : flatWork(dims, input, output);
  return runs * MS_PER_RUN + (batch * work) / MULTIPLY_ADDS_PER_MS;
}

/** Multiply-adds of one sequence, to the accuracy of an estimate: matrices, head and attention. */
function flatWork(dims: Dims, input: number, output: number): number {
  const { blockLayers, width, vocabulary } = dims;
  const weights = decoderWeights(dims);
  const read = input * (weights + 2 * blockLayers * width * input);
  const each = weights + vocabulary * width + 2 * blockLayers * width * (input + output / 2);
  return read + output * each;
}

function blockWork(dims: Dims, input: number, output: number): number {
  const { blockLayers, tokenLayers, width, vocabulary, blockLength, prefixLength } = dims;
  const global = decoderWeights({ ...dims, tokenLayers: 0 });
  const local = decoderWeights({ width, tokenLayers, blockLayers: 0 });
  const blocks = input / blockLength;
  const read = blocks * (global + 2 * blockLayers * width * blocks);
  const each =
    global +
    2 * blockLayers * width * (blocks + output / blockLength / 2) +
    (prefixLength + blockLength - 1) * local +
    prefixLength * width * width +
    blockLength * vocabulary * width;
  return read + (output / blockLength) * each;
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

/** Loading a model that the browser keeps, and warming it up. */
const START_MS = 1500;
