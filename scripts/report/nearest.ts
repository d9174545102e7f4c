/** An entry of the vocabulary and the cosine of its row to the vector asked for. */
export interface Neighbour {
  id: number;
  cosine: number;
}

/** Rows of an embedding table, each scaled to length 1, for cosines. Rows of zeros stay zeros. */
export class CosineTable {
  private readonly rows: Float32Array;

  /** `values`: [entries, width], row-major. */
  constructor(
    values: Float32Array,
    readonly width: number,
  ) {
    this.rows = values.slice();
    for (let start = 0; start < values.length; start += width) {
      const row = this.rows.subarray(start, start + width);
      const length = Math.hypot(...row);
      if (length > 0) for (let i = 0; i < width; i += 1) row[i] = (row[i] ?? 0) / length;
    }
  }

  /** The `count` rows of the largest cosine to `vector`, largest first (lowest id on ties). */
  nearest(vector: Float32Array, count: number): Neighbour[] {
    const { rows, width } = this;
    const length = Math.hypot(...vector) || 1;
    const found: Neighbour[] = [];
    for (let id = 0; id * width < rows.length; id += 1) {
      let product = 0;
      const start = id * width;
      for (let i = 0; i < width; i += 1) product += (rows[start + i] ?? 0) * (vector[i] ?? 0);
      const cosine = product / length;
      if (found.length === count && cosine <= (found[count - 1]?.cosine ?? 0)) continue;
      if (found.length === count) found.pop();
      let place = found.length;
      while (place > 0 && cosine > (found[place - 1]?.cosine ?? 0)) place -= 1;
      found.splice(place, 0, { id, cosine });
    }
    return found;
  }
}
