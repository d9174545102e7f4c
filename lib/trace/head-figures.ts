import { placeOf } from '@/lib/model/layout';
import type { Trace } from './trace';

/** A number that says how a head looks, to compare heads by. */
export interface Figure {
  /** Unique in its decoder. */
  id: string;
  /** For instance `share on block 0`. */
  name: string;
  /** What exactly is measured, and over which rows. */
  definition: string;
  unit: 'bits' | 'share' | 'blocks';
  /** The figure of one row: a query's weights on keys 0 … row.length − 1, the last being its own position. */
  of(row: Float32Array): number;
}

/** Entropy of a row in bits, −Σ w log₂ w: 0 when all lies on one key, log₂ of the number of keys when spread evenly. */
export function entropyBits(row: Float32Array): number {
  let bits = 0;
  for (const weight of row) if (weight > 0) bits -= weight * Math.log2(weight);
  return bits;
}

/** How far back a row looks on average, Σ w · (query − key), in positions. */
export function meanDistance(row: Float32Array): number {
  let distance = 0;
  row.forEach((weight, key) => {
    distance += weight * (row.length - 1 - key);
  });
  return distance;
}

/** Global rows start to count here: row 0 has a single key and no choice. */
const FIRST_GLOBAL_ROW = 1;

/** The figures of the block decoder; each is a mean over global rows 1 … the cursor's. */
export const GLOBAL_FIGURES: readonly Figure[] = [
  {
    id: 'entropy',
    name: 'entropy',
    definition: 'spread of a row, −Σ w log₂ w',
    unit: 'bits',
    of: entropyBits,
  },
  {
    id: 'first',
    name: 'share on block 0',
    definition: 'weight of row b on block 0',
    unit: 'share',
    of: (row) => row[0] ?? Number.NaN,
  },
  {
    id: 'previous',
    name: 'share on the block before',
    definition: 'weight of row b on block b − 1',
    unit: 'share',
    of: (row) => row[row.length - 2] ?? Number.NaN,
  },
  {
    id: 'distance',
    name: 'mean distance',
    definition: 'Σ w · (b − key) of row b; its own block is 0',
    unit: 'blocks',
    of: meanDistance,
  },
];

/**
 * The figures of the token decoder with `prefixLength` prefixes; each is a mean over the rows that chose the tokens written up
 * to the cursor: rows P − 1 … of every block after the prompt. In row P − 1 the own position is the last prefix.
 */
export function localFigures(prefixLength: number): readonly Figure[] {
  const prefixes = Array.from(
    { length: prefixLength },
    (_, prefix): Figure => ({
      id: `prefix-${prefix}`,
      name: `share on prefix ${prefix}`,
      definition: `weight of a row on prefix ${prefix}`,
      unit: 'share',
      of: (row) => row[prefix] ?? Number.NaN,
    }),
  );
  return [
    {
      id: 'entropy',
      name: 'entropy',
      definition: 'spread of a row, −Σ w log₂ w',
      unit: 'bits',
      of: entropyBits,
    },
    ...prefixes,
    {
      id: 'own',
      name: 'share on its own position',
      definition: 'weight of a row on the query’s own position',
      unit: 'share',
      of: (row) => row[row.length - 1] ?? Number.NaN,
    },
  ];
}

/** The figures of every head of one decoder: [layer][head][figure], means over `rows` rows. */
export interface HeadTable {
  /** Rows that the means are over; 0 when there is none yet, and then there are no values. */
  rows: number;
  value(layer: number, head: number, figure: number): number | null;
}

/**
 * The figures of all heads of a trace. Rows never change, so each is measured once and running sums give the mean at any
 * cursor.
 */
export class HeadFigures {
  readonly localFigures: readonly Figure[];
  private readonly globalSums: RunningSums;
  private readonly localSums: RunningSums;

  constructor(private readonly trace: Trace) {
    const { blockLayers, tokenLayers, heads, prefixLength } = trace.dims;
    this.localFigures = localFigures(prefixLength);
    this.globalSums = new RunningSums(blockLayers, heads, GLOBAL_FIGURES, (row, layer, head) =>
      trace.globalRow(FIRST_GLOBAL_ROW + row, layer, head),
    );
    this.localSums = new RunningSums(tokenLayers, heads, this.localFigures, (row, layer, head) =>
      this.choosingRow(row, layer, head),
    );
  }

  /** The block decoder's figures while the token at `cursor` is chosen. */
  global(cursor: number): HeadTable {
    const known = Math.min(this.trace.rows, placeOf(cursor, this.trace.dims).block);
    return this.globalSums.after(Math.max(0, known - FIRST_GLOBAL_ROW));
  }

  /** The token decoder's figures while the token at `cursor` is chosen; none in the prompt, which it never saw. */
  local(cursor: number): HeadTable {
    const { blockLength } = this.trace.dims;
    return this.localSums.after(Math.max(0, cursor + 1 - this.trace.promptBlocks * blockLength));
  }

  /** The row that chose the token `index` places after the prompt. */
  private choosingRow(index: number, layer: number, head: number): Float32Array {
    const { trace } = this;
    const token = trace.promptBlocks * trace.dims.blockLength + index;
    const { block, localRow } = placeOf(token, trace.dims);
    const map = trace.localMap(block, layer, head);
    if (!map) throw new RangeError(`token ${token} was not written yet`);
    const start = localRow * trace.localSide;
    return map.subarray(start, start + localRow + 1);
  }
}

/** Sums of figures over rows 0 … n − 1 for every n that was asked for, extended as rows are added. */
class RunningSums {
  private readonly sums: Float64Array[];

  constructor(
    private readonly layers: number,
    private readonly heads: number,
    private readonly figures: readonly Figure[],
    private readonly rowOf: (row: number, layer: number, head: number) => Float32Array,
  ) {
    this.sums = [new Float64Array(layers * heads * figures.length)];
  }

  after(rows: number): HeadTable {
    while (this.sums.length <= rows) this.add();
    const sums = this.sums[rows];
    return {
      rows,
      value: (layer, head, figure) => {
        const sum = sums?.[(layer * this.heads + head) * this.figures.length + figure];
        return rows === 0 || sum === undefined ? null : sum / rows;
      },
    };
  }

  private add(): void {
    const row = this.sums.length - 1;
    const next = Float64Array.from(this.sums[row] ?? []);
    let at = 0;
    for (let layer = 0; layer < this.layers; layer++) {
      for (let head = 0; head < this.heads; head++) {
        const weights = this.rowOf(row, layer, head);
        for (const figure of this.figures) {
          next[at] = (next[at] ?? 0) + figure.of(weights);
          at++;
        }
      }
    }
    this.sums.push(next);
  }
}

/** A figure's value for people: `2.31`, `37 %`, `12.4`. */
export function figureText(value: number | null, unit: Figure['unit']): string {
  if (value === null) return '–';
  if (unit === 'share') {
    const percent = value * 100;
    return percent > 0 && percent < 0.5 ? '<1 %' : `${percent.toFixed(0)} %`;
  }
  return value.toFixed(unit === 'bits' ? 2 : 1);
}

const known = new WeakMap<Trace, HeadFigures>();

/** The figures of a trace, kept with it. */
export function figuresOf(trace: Trace): HeadFigures {
  const figures = known.get(trace) ?? new HeadFigures(trace);
  known.set(trace, figures);
  return figures;
}
