import type { Dims } from '@/lib/model/manifest';
import type { Trace } from './trace';

/** Whose weights a map shows: one head, or the mean or maximum over the heads of a layer or of all layers. */
export type HeadChoice =
  | { layer: number; head: number | Combined }
  | { layer: 'all'; head: Combined };

/** How several heads become one map. */
export type Combined = 'mean' | 'max';

/** Whether two choices show the same weights. */
export function sameChoice(a: HeadChoice, b: HeadChoice): boolean {
  return a.layer === b.layer && a.head === b.head;
}

/** The nearest choice that exists in a decoder with `layers` layers of `heads` heads. */
export function existingHead(choice: HeadChoice, layers: number, heads: number): HeadChoice {
  if (choice.layer === 'all') return choice;
  const layer = Math.min(choice.layer, layers - 1);
  return {
    layer,
    head: typeof choice.head === 'number' ? Math.min(choice.head, heads - 1) : choice.head,
  };
}

/** A choice in words: `layer 0, head 3`; `layer 0, mean of 8 heads`; `all 3 layers, maximum of 24 heads`. */
export function choiceName(choice: HeadChoice, layers: number, heads: number): string {
  if (choice.layer === 'all') {
    return `all ${layers} layers, ${COMBINED_NAMES[choice.head]} of ${layers * heads} heads`;
  }
  const layer = `layer ${choice.layer}`;
  return typeof choice.head === 'number'
    ? `${layer}, head ${choice.head}`
    : `${layer}, ${COMBINED_NAMES[choice.head]} of ${heads} heads`;
}

/** What a map of several heads shows, in a line; null for a single head. */
export function combinedText(choice: HeadChoice, layers: number, heads: number): string | null {
  if (typeof choice.head === 'number') return null;
  const what =
    choice.layer === 'all'
      ? `${COMBINED_NAMES[choice.head]} of ${layers * heads} heads, all ${layers} layers`
      : `${COMBINED_NAMES[choice.head]} of ${heads} heads of layer ${choice.layer}`;
  return choice.head === 'max' ? `${what}, cell by cell: a row may exceed 1` : what;
}

/** The words for the two ways to combine heads. */
const COMBINED_NAMES: Record<Combined, string> = { mean: 'mean', max: 'maximum' };

/**
 * Global row `block` of a choice, over blocks 0 … `block`. A mean sums to one as a head's row does; a maximum, taken cell by
 * cell, does not. Do not write to it: combined rows are kept.
 *
 * @throws RangeError for a row, layer or head that does not exist.
 */
export function globalWeights(trace: Trace, block: number, choice: HeadChoice): Float32Array {
  const { layer, head } = choice;
  if (layer !== 'all' && typeof head === 'number') return trace.globalRow(block, layer, head);
  return combinedRow(trace, block, choice, trace.dims.blockLayers, (l, h) =>
    trace.globalRow(block, l, h),
  );
}

/** What rows are kept for. */
interface OfHeads {
  readonly dims: Pick<Dims, 'heads'>;
}

/** Row `index` of several heads of `trace`, made once from the rows that `weightsOf` gives (it may use one array for all). */
export function combinedRow(
  trace: OfHeads,
  index: number,
  choice: HeadChoice,
  layers: number,
  weightsOf: (layer: number, head: number) => Float32Array,
): Float32Array {
  const rows = combinedRows(trace, choice);
  let row = rows[index];
  if (!row) {
    row = combine(choice, layers, trace.dims.heads, weightsOf);
    rows[index] = row;
  }
  return row;
}

/** Combined rows made so far, by choice: a written row never changes, and a map asks for all of them with every block. */
const combinations = new WeakMap<OfHeads, Map<string, Float32Array[]>>();

function combinedRows(trace: OfHeads, { layer, head }: HeadChoice): Float32Array[] {
  let choices = combinations.get(trace);
  if (!choices) {
    choices = new Map();
    combinations.set(trace, choices);
  }
  const key = `${layer} ${head}`;
  let rows = choices.get(key);
  if (!rows) {
    rows = [];
    choices.set(key, rows);
  }
  return rows;
}

/**
 * The local map of a choice in block `block`, [R, R]; null where nothing was measured (prompt blocks).
 *
 * @throws RangeError for a layer or head that does not exist.
 */
export function localWeights(trace: Trace, block: number, choice: HeadChoice): Float32Array | null {
  const { tokenLayers, heads } = trace.dims;
  if (trace.localMap(block, 0, 0) === null) return null;
  const none = new Float32Array(0);
  return combine(
    choice,
    tokenLayers,
    heads,
    (layer, head) => trace.localMap(block, layer, head) ?? none,
  );
}

function combine(
  choice: HeadChoice,
  layers: number,
  heads: number,
  weightsOf: (layer: number, head: number) => Float32Array,
): Float32Array {
  if (choice.layer !== 'all' && typeof choice.head === 'number') {
    return weightsOf(choice.layer, choice.head);
  }
  const [from, to] = choice.layer === 'all' ? [0, layers] : [choice.layer, choice.layer + 1];
  const first = weightsOf(from, 0);
  const result = new Float64Array(first.length);
  for (let layer = from; layer < to; layer++) {
    for (let head = 0; head < heads; head++) {
      const weights = weightsOf(layer, head);
      for (let i = 0; i < result.length; i++) {
        const weight = weights[i] ?? 0;
        const before = result[i] ?? 0;
        result[i] = choice.head === 'max' ? Math.max(before, weight) : before + weight;
      }
    }
  }
  const count = choice.head === 'max' ? 1 : (to - from) * heads;
  return Float32Array.from(result, (sum) => sum / count);
}
