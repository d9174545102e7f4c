import type { Dims } from '@/lib/model/manifest';
import type { PrefillResult, StepResult } from '@/lib/trace/types';
import type { GoldenCase } from './golden-file';

/** What an engine measured on a golden case: prefill of all prompt blocks but the last, then the written blocks. */
export interface Measured {
  prefill: Pick<PrefillResult, 'blocks'> &
    Record<'globalAttention' | 'contexts' | 'kvNorms', ArrayLike<number>>;
  steps: (Pick<StepResult, 'block'> &
    Record<
      | 'picks'
      | 'logits'
      | 'globalAttention'
      | 'localAttention'
      | 'context'
      | 'kvNorms'
      | 'prefixes',
      ArrayLike<number>
    >)[];
  /** [T, 2·blockLayers, heads, headWidth], as the backend holds it. */
  cache: ArrayLike<number>;
}

/** The largest difference of one quantity, in units of its tolerance: above 1 is a failure. */
export interface Difference {
  quantity: string;
  /** Numbers compared. */
  count: number;
  /** Largest absolute difference. */
  largest: number;
  /** Largest difference over its tolerance, 1e-4 + 1e-4 · |reference|, or 1e-4 for attention. */
  ratio: number;
}

/**
 * Compares everything that a case holds with what was measured. Throws when picks or sizes differ; the caller checks the
 * ratios. A case without attention (a long prompt) is compared by its logits.
 */
export function compareCase(golden: GoldenCase, measured: Measured, dims: Dims): Difference[] {
  const picks = measured.steps.flatMap((step) => Array.from(step.picks));
  if (picks.join() !== golden.picks.slice(0, picks.length).join())
    throw new Error(`${golden.name}: picks ${picks.join()} instead of ${golden.picks.join()}`);
  const tally = new Tally();
  const {
    blockLayers,
    heads,
    headWidth,
    blockLength,
    vocabulary,
    width,
    prefixLength,
    tokenLayers,
  } = dims;
  const prompt = golden.tokens.length / blockLength;
  const embedded = prompt + golden.picks.length / blockLength - 1;
  const take = (name: string) => golden.arrays.get(name);
  const local = (prefixLength + blockLength - 1) ** 2 * tokenLayers * heads;
  const [logits, attention, contexts] = ['logits', 'global_attention', 'contexts'].map(take);
  const [locals, prefixes, kv] = ['local_attention', 'prefixes', 'kv'].map(take);

  const globalRow = (
    name: string,
    values: ArrayLike<number>,
    row: number,
    at: (map: number) => number,
  ) => {
    for (let map = 0; attention && map < blockLayers * heads; map++)
      for (let key = 0; key <= row; key++)
        tally.add(
          name,
          values[at(map) + key],
          attention[(map * embedded + row) * embedded + key],
          0,
        );
  };
  // Of the reference in float64; and of the cache that the backend itself holds.
  const perRow = 2 * blockLayers * heads;
  const normsOfRow = (norms: ArrayLike<number>, from: number, row: number) => {
    for (let i = 0; i < perRow; i++) {
      const at = row * perRow + i;
      if (kv) tally.add('K and V norms', norms[from + i], normAt(kv, at, headWidth));
      const own = normAt(measured.cache, at, headWidth);
      tally.add('K and V norms against the cache', norms[from + i], own);
    }
  };
  const { blocks } = measured.prefill;
  for (let row = 0; row < blocks; row++) {
    globalRow(
      'global attention (prefill)',
      measured.prefill.globalAttention,
      row,
      (map) => (map * blocks + row) * blocks,
    );
    normsOfRow(measured.prefill.kvNorms, row * perRow, row);
    if (contexts)
      tally.range(
        'contexts (prefill)',
        measured.prefill.contexts,
        row * width,
        contexts,
        row * width,
        width,
      );
  }
  measured.steps.forEach((step, i) => {
    const row = step.block - 1;
    const size = blockLength * vocabulary;
    if (logits) tally.range('logits', step.logits, 0, logits, i * size, size);
    globalRow('global attention', step.globalAttention, row, (map) => map * step.block);
    if (contexts) tally.range('contexts', step.context, 0, contexts, row * width, width);
    normsOfRow(step.kvNorms, 0, row);
    const wide = prefixLength * width;
    if (prefixes) tally.range('prefixes', step.prefixes, 0, prefixes, i * wide, wide);
    if (locals) tally.range('local attention', step.localAttention, 0, locals, i * local, local, 0);
  });
  const held = blocks + measured.steps.length;
  const slot = 2 * blockLayers * width;
  if (kv) tally.range('KV cache', measured.cache, 0, kv, 0, held * slot);
  return tally.differences();
}

/** L2 norm of the `size` numbers of head `index`. */
function normAt(values: ArrayLike<number>, index: number, size: number): number {
  let squares = 0;
  for (let i = index * size; i < (index + 1) * size; i++) squares += (values[i] ?? Number.NaN) ** 2;
  return Math.sqrt(squares);
}

/** Collects the largest differences by quantity. */
export class Tally {
  private readonly found = new Map<string, Difference>();

  add(quantity: string, value: number | undefined, reference: number | undefined, relative = 1e-4) {
    if (value === undefined || reference === undefined)
      throw new Error(`${quantity}: sizes differ`);
    const entry = this.found.get(quantity) ?? { quantity, count: 0, largest: 0, ratio: 0 };
    const difference = Math.abs(value - reference);
    entry.count += 1;
    // Written so that NaN counts as the worst of all.
    if (!(difference <= entry.largest)) entry.largest = difference;
    const ratio = difference / (1e-4 + relative * Math.abs(reference));
    if (!(ratio <= entry.ratio)) entry.ratio = ratio;
    this.found.set(quantity, entry);
  }

  range(
    quantity: string,
    values: ArrayLike<number>,
    from: number,
    references: ArrayLike<number>,
    start: number,
    length: number,
    relative?: number,
  ) {
    for (let i = 0; i < length; i++)
      this.add(quantity, values[from + i], references[start + i], relative);
  }

  differences(): Difference[] {
    return [...this.found.values()];
  }
}

/** The worst of several cases as lines of a table: quantity, numbers compared, largest difference, share of its tolerance. */
export function parityTable(title: string, cases: Difference[][]): string {
  const worst = new Map<string, Difference>();
  for (const { quantity, count, largest, ratio } of cases.flat()) {
    const before = worst.get(quantity) ?? { quantity, count: 0, largest: 0, ratio: 0 };
    worst.set(quantity, {
      quantity,
      count: before.count + count,
      largest: Math.max(before.largest, largest),
      ratio: Math.max(before.ratio, ratio),
    });
  }
  const rows = [...worst.values()].map(
    ({ quantity, count, largest, ratio }) =>
      `  ${quantity.padEnd(28)}${String(count).padStart(9)}  ${largest.toExponential(1)}  ${(100 * ratio).toFixed(1)} %`,
  );
  return [
    `${title}: largest difference from PyTorch, and its share of the tolerance`,
    ...rows,
  ].join('\n');
}
