import { fitting, type LabModel, type LabOrder, UNIT } from './plan';
import { rivalName } from './rival';
import { BUDGET_BYTES, WORKS } from './work';

const MIB = 1024 * 1024;

/** Kinds of work to choose from: tokens read and written by each sequence. */
export const PRESETS = {
  short: { name: 'A first look', input: 448, output: 64 },
  'prefill-heavy': { name: 'Prefill-heavy', ...WORKS['prefill-heavy'] },
  'decode-heavy': { name: 'Decode-heavy', ...WORKS['decode-heavy'] },
} as const;

export type PresetName = keyof typeof PRESETS;

/** The preset of an amount of work; null where it is the reader's own. */
export function presetOf({ input, output }: Pick<LabOrder, 'input' | 'output'>): PresetName | null {
  const found = (Object.keys(PRESETS) as PresetName[]).find(
    (name) => PRESETS[name].input === input && PRESETS[name].output === output,
  );
  return found ?? null;
}

/** Limits of the fields. */
export const LIMITS = {
  mostBatch: [1, 2, 4, 8, 16, 32, 64],
  budgetMiB: { min: 1, max: 1024 },
  rounds: { min: 1, max: 9 },
} as const;

/** The nearest whole number of units, at least one. */
export function wholeUnits(tokens: number): number {
  return Math.max(1, Math.round(tokens / UNIT)) * UNIT;
}

/** The family of a model, by its id: `tiny` of `tiny-b4`. */
function familyOf(id: string): string {
  return id.split('-')[0] ?? id;
}

/**
 * What is asked for before the reader says anything: the first block model that has a rival in its family, beside its fairest
 * rival, on little work, so that it ends within about a minute on a slow machine.
 */
export function firstOrder(models: readonly LabModel[]): LabOrder {
  const pairs = models
    .filter(({ architecture }) => architecture === 'block')
    .flatMap((block) => {
      const rivals = models.filter(
        (flat) => flat.architecture === 'flat' && familyOf(flat.id) === familyOf(block.id),
      );
      const fairest =
        rivals.find((flat) => rivalName(block, flat).includes('same loss')) ?? rivals[0];
      return fairest ? [[block, fairest]] : [];
    });
  const chosen = pairs[0] ?? models.slice(0, 1);
  const room = Math.min(...chosen.map(({ dims }) => dims.contextLength), 1024);
  const { input, output } = PRESETS.short;
  const work =
    room >= input + output
      ? { input, output }
      : { input: wholeUnits(room * 0.6), output: wholeUnits(room * 0.3) };
  return {
    models: chosen.map(({ id }) => id),
    ...work,
    batches: { kind: 'growing', most: 8 },
    budgetBytes: BUDGET_BYTES,
    rounds: 3,
    threads: 1,
  };
}

/** Bytes of whole MiB. */
export function ofMiB(mebibytes: number): number {
  return mebibytes * MIB;
}

/** Whole MiB of bytes. */
export function toMiB(bytes: number): number {
  return Math.round(bytes / MIB);
}

/** The most tokens that every chosen model can hold; 0 without any. */
export function roomOf(order: LabOrder, models: readonly LabModel[]): number {
  const chosen = models.filter(({ id }) => order.models.includes(id));
  return chosen.length === 0 ? 0 : Math.min(...chosen.map(({ dims }) => dims.contextLength));
}

/** Why an order cannot be run, in one sentence; null where it can. */
export function orderProblem(order: LabOrder, models: readonly LabModel[]): string | null {
  if (order.models.length === 0) return 'Choose at least one model.';
  const length = order.input + order.output;
  const room = roomOf(order, models);
  const chosen = models.filter(({ id }) => order.models.includes(id));
  const short = chosen.filter(({ dims }) => dims.contextLength < length);
  if (short.length === chosen.length && short.length > 0)
    return `${length.toLocaleString('en')} tokens fit in no model chosen: at most ${room.toLocaleString('en')} do. Make prompt or output shorter.`;
  const none = chosen.every(
    (model) => model.dims.contextLength < length || fitting(model, length, order.budgetBytes) === 0,
  );
  if (none)
    return 'Not one sequence fits in the budget: raise it, or make prompt or output shorter.';
  return null;
}
