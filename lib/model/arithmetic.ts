/** How one attention weight comes about, step by step; numbers as float32, sums formed in float64. */
export interface AttentionArithmetic {
  /** q_i · k_i, [headWidth]. */
  products: Float32Array;
  /** The sum of the products. */
  dot: number;
  /** 1 / √headWidth. */
  scale: number;
  /** dot × scale: what the softmax is given at `column`. */
  score: number;
  /** The scores of the row's query with keys 0 … row, [row + 1]; later keys are masked. */
  row: Float32Array;
  /** Softmax of `row`, [row + 1]. */
  weights: Float32Array;
  /** The weight at `column`. */
  value: number;
}

/**
 * The arithmetic of one cell of a causal attention map: softmax over q · k / √d (paper, section 2.2 and 2.3).
 *
 * @param queries one head's queries after rotary embedding, not scaled, [rows, headWidth].
 * @param keys its keys after rotary embedding, [rows, headWidth].
 * @throws RangeError for a row that is not there, or a column that the row does not see.
 */
export function attentionArithmetic(
  queries: Float32Array,
  keys: Float32Array,
  row: number,
  column: number,
  headWidth: number,
): AttentionArithmetic {
  const rows = queries.length / headWidth;
  if (queries.length !== keys.length || !Number.isInteger(rows))
    throw new RangeError(
      `${queries.length} and ${keys.length} numbers are not rows of ${headWidth}`,
    );
  if (!(Number.isInteger(row) && row >= 0 && row < rows))
    throw new RangeError(`row ${row} is outside 0 … ${rows - 1}`);
  if (!(Number.isInteger(column) && column >= 0 && column <= row))
    throw new RangeError(`row ${row} sees columns 0 … ${row}, not ${column}`);
  const products = Array.from({ length: headWidth }, (_, i) =>
    product(queries, keys, row, column, i, headWidth),
  );
  const scale = 1 / Math.sqrt(headWidth);
  const scores = Array.from({ length: row + 1 }, (_, key) => {
    let dot = 0;
    for (let i = 0; i < headWidth; i++) dot += product(queries, keys, row, key, i, headWidth);
    return dot * scale;
  });
  const greatest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - greatest));
  const sum = powers.reduce((total, power) => total + power, 0);
  const weights = Float32Array.from(powers, (power) => power / sum);
  return {
    products: Float32Array.from(products),
    dot: products.reduce((total, value) => total + value, 0),
    scale,
    score: scores[column] ?? Number.NaN,
    row: Float32Array.from(scores),
    weights,
    value: weights[column] ?? Number.NaN,
  };
}

/** One head's [rows, headWidth] out of [layers, heads, rows, headWidth]: a view. */
export function headOf(
  values: Float32Array,
  layer: number,
  head: number,
  { heads, headWidth }: { heads: number; headWidth: number },
  rows: number,
): Float32Array {
  const size = rows * headWidth;
  const from = (layer * heads + head) * size;
  return values.subarray(from, from + size);
}

function product(
  queries: Float32Array,
  keys: Float32Array,
  row: number,
  key: number,
  i: number,
  width: number,
): number {
  return (queries[row * width + i] ?? Number.NaN) * (keys[key * width + i] ?? Number.NaN);
}
