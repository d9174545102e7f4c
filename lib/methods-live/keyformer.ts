import { fillNoise } from '@/lib/model/noise';
import { withoutRange } from './slots';
import type { DroppingMethod, HeldLayer, KeptPolicy, PolicyShape, PromptRows } from './types';

/** Gumbel noise of a position, [layers · heads]. */
export type PositionNoise = (position: number) => Float32Array;

/** Keeps the noise apart from that of a sampling with the same seed: "KEYF". */
const SALT = 0x4b455946;
const TAU = { first: 1, last: 2 };

/** The noise named by `seed`: one number for each position, layer and head, by the hash that also serves the sampling. */
export function keyformerNoise(
  seed: number,
  { layers, heads }: Pick<PolicyShape, 'layers' | 'heads'>,
): PositionNoise {
  return (position) => {
    const noise = new Float32Array(layers * heads);
    fillNoise(noise, { seed: (seed ^ SALT) >>> 0, position });
    return noise;
  };
}

/**
 * Keyformer (arXiv 2403.09054, algorithm 1): each head keeps the last w positions and the k − w others with the best scores. A
 * token that leaves the window competes, as in the paper; the released code freezes the set. The noise of a position is drawn
 * once.
 *
 * A score sums softmax((x + ζ) / τ) over rows (equation 9). Attention rows are softmax(x), so ln of a weight is x up to a shift
 * that the softmax does not see.
 */
export class Keyformer implements KeptPolicy {
  readonly perHead = true;
  readonly readsRows = true;
  readonly sinks = 0;
  /** Slots that are kept, k, and how many of them are the last ones, w. */
  readonly keep: number;
  readonly recent: number;
  private readonly steps: number;
  private readonly noises: Float32Array[] = [];
  /** By layer: [heads, room], the scores of the slots. */
  private readonly scores: Float32Array[];
  private readonly counts: number[];

  constructor(
    private readonly shape: PolicyShape,
    { cache, recent, seed, steps }: Extract<DroppingMethod, { id: 'keyformer' }>,
    private readonly noise: PositionNoise = keyformerNoise(seed, shape),
  ) {
    this.keep = Math.max(1, Math.round(shape.promptLength * cache));
    this.recent = Math.max(1, Math.round(this.keep * recent));
    this.steps = steps;
    this.scores = Array.from(
      { length: shape.layers },
      () => new Float32Array(shape.heads * this.room()),
    );
    this.counts = new Array(shape.layers).fill(0);
  }

  get scoreBytes(): number {
    return this.counts.reduce((sum, count) => sum + 4 * this.shape.heads * count, 0);
  }

  room(): number {
    return Math.min(this.shape.contextLength, this.keep + 1);
  }

  afterPrompt(rows: PromptRows | null): (Int32Array | null)[] {
    if (!rows) throw new Error('Keyformer needs the attention rows of the prompt');
    const { heads, promptLength } = this.shape;
    const count = Math.min(this.keep, promptLength);
    return this.scores.map((scores, layer) => {
      const kept = new Int32Array(heads * count);
      for (let head = 0; head < heads; head++) {
        const sums = new Float32Array(promptLength);
        for (let query = 0; query < promptLength; query++)
          this.add(sums, 0, rows.row(layer, head, query), layer, head, (slot) => slot, TAU.first);
        const best = bestSlots(sums, count, Math.min(this.recent, count));
        kept.set(best, head * count);
        for (let i = 0; i < count; i++) scores[head * this.room() + i] = sums[best[i] ?? 0] ?? 0;
      }
      this.counts[layer] = count;
      return count < promptLength ? kept : null;
    });
  }

  before(): null {
    return null;
  }

  after(layer: number, row: Float32Array, { count, positions }: HeldLayer): Int32Array | null {
    const { heads } = this.shape;
    const room = this.room();
    const scores = this.scores[layer] as Float32Array;
    const newest = positions[count - 1] ?? 0;
    const step = Math.min(this.steps, newest - this.shape.promptLength + 1);
    const tau = TAU.first + (step * (TAU.last - TAU.first)) / this.steps;
    const over = count > this.keep;
    const kept = new Int32Array(over ? heads * (count - 1) : 0);
    for (let head = 0; head < heads; head++) {
      const base = head * room;
      const at = (slot: number) => positions[head * count + slot] ?? 0;
      scores[base + count - 1] = 0;
      this.add(scores, base, row.subarray(head * count, (head + 1) * count), layer, head, at, tau);
      if (!over) continue;
      let worst = 0;
      for (let slot = 1; slot < count && at(slot) <= newest - this.recent; slot++)
        if ((scores[base + slot] ?? 0) < (scores[base + worst] ?? 0)) worst = slot;
      kept.set(withoutRange(count, worst, worst + 1), head * (count - 1));
      scores.copyWithin(base + worst, base + worst + 1, base + count);
    }
    this.counts[layer] = Math.min(count, this.keep);
    return over ? kept : null;
  }

  /** Adds softmax((ln row + ζ) / τ) to the scores from `base` on; `positionOf` a slot gives its noise. */
  private add(
    scores: Float32Array,
    base: number,
    row: Float32Array,
    layer: number,
    head: number,
    positionOf: (slot: number) => number,
    tau: number,
  ): void {
    const index = layer * this.shape.heads + head;
    const terms = new Float64Array(row.length);
    let highest = Number.NEGATIVE_INFINITY;
    for (let slot = 0; slot < row.length; slot++) {
      const noise = this.noiseOf(positionOf(slot))[index] ?? 0;
      const term = (Math.log(row[slot] ?? 0) + noise) / tau;
      terms[slot] = term;
      if (term > highest) highest = term;
    }
    let sum = 0;
    for (let slot = 0; slot < row.length; slot++) {
      const weight = Math.exp((terms[slot] ?? 0) - highest);
      terms[slot] = weight;
      sum += weight;
    }
    for (let slot = 0; slot < row.length; slot++)
      scores[base + slot] = (scores[base + slot] ?? 0) + (terms[slot] ?? 0) / sum;
  }

  private noiseOf(position: number): Float32Array {
    let noise = this.noises[position];
    if (!noise) {
      noise = this.noise(position);
      this.noises[position] = noise;
    }
    return noise;
  }
}

/** The last `recent` slots and the best of the others, `count` in all, ascending; the earlier one on ties. */
function bestSlots(scores: Float32Array, count: number, recent: number): Int32Array {
  const border = scores.length - recent;
  const others = Array.from({ length: border }, (_, slot) => slot)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .slice(0, count - recent);
  const last = Array.from({ length: recent }, (_, i) => border + i);
  return Int32Array.from([...others, ...last]).sort();
}
