import { withoutRange } from './slots';
import type { DroppingMethod, HeldLayer, KeptPolicy, PolicyShape, PromptRows } from './types';

/** Halvings of the interval in which the common share of attention is searched. */
const HALVINGS = 60;

/**
 * PrefixKV (arXiv 2412.03409, by its released code): after the prompt every layer keeps the positions that hold one common share
 * of its attention, the largest with which all layers together stay within the budget. While writing, a layer grows in
 * proportion to the text; what is over leaves from one fixed slot.
 */
export class PrefixKV implements KeptPolicy {
  readonly perHead = false;
  readonly readsRows = true;
  readonly sinks = 0;
  readonly scoreBytes = 0;
  /** Positions of the prompt that each layer keeps; empty before the prompt's end. */
  counts: number[] = [];

  constructor(
    private readonly shape: PolicyShape,
    private readonly method: Extract<DroppingMethod, { id: 'prefix-kv' }>,
  ) {}

  room(layer: number): number {
    const { contextLength } = this.shape;
    return Math.min(contextLength, this.allowed(layer, contextLength) + 1);
  }

  afterPrompt(rows: PromptRows | null): (Int32Array | null)[] {
    if (!rows) throw new Error('PrefixKV needs the attention rows of the prompt');
    const { layers, promptLength } = this.shape;
    const sorted = Array.from({ length: layers }, (_, layer) => this.sorted(rows, layer));
    const cumulative = sorted.map(({ cumulative }) => cumulative);
    this.counts =
      this.method.kept >= 1 ? new Array(layers).fill(promptLength) : this.withinBudget(cumulative);
    return sorted.map(({ order }, layer) => {
      const count = this.counts[layer] ?? 0;
      if (count === promptLength) return null;
      const kept = new Set<number>();
      for (let j = 0; j < this.method.start; j++) kept.add(j);
      kept.add(promptLength - 1);
      for (const position of order) {
        if (kept.size >= count) break;
        kept.add(position);
      }
      return Int32Array.from(kept).sort();
    });
  }

  before(): null {
    return null;
  }

  after(layer: number, _row: Float32Array, { count, positions }: HeldLayer): Int32Array | null {
    const newest = positions[count - 1] ?? 0;
    if (count <= this.allowed(layer, newest + 1)) return null;
    const { start, tail } = this.method;
    const slot = Math.max(start, (this.counts[layer] ?? 0) - tail);
    return withoutRange(count, slot, slot + 1);
  }

  /** Slots of a layer when the text has `length` tokens: R_l · length, in whole ones. */
  private allowed(layer: number, length: number): number {
    return Math.floor(((this.counts[layer] ?? 0) * length) / this.shape.promptLength);
  }

  /** Positions by importance, the greatest first, and which share of the attention the first of them hold. */
  private sorted(rows: PromptRows, layer: number) {
    const { heads, promptLength } = this.shape;
    const importance = new Float64Array(promptLength);
    for (let head = 0; head < heads; head++)
      for (let query = 0; query < promptLength; query++) {
        const row = rows.row(layer, head, query);
        for (let key = 0; key <= query; key++)
          importance[key] = (importance[key] ?? 0) + (row[key] ?? 0) / heads;
      }
    const order = Array.from(importance.keys()).sort(
      (a, b) => (importance[b] ?? 0) - (importance[a] ?? 0) || a - b,
    );
    const sum = importance.reduce((a, b) => a + b, 0);
    let running = 0;
    const cumulative = order.map((position) => {
      running += (importance[position] ?? 0) / sum;
      return running;
    });
    return { order, cumulative };
  }

  /** The counts of the largest share with which the layers stay within the budget. */
  private withinBudget(cumulative: number[][]): number[] {
    const { layers, promptLength } = this.shape;
    const budget = Math.floor(this.method.kept * layers * promptLength + 1e-9);
    const least = Math.min(this.method.start + 1, promptLength);
    const counts = (share: number) =>
      cumulative.map((layer) => {
        const at = layer.findIndex((reached) => reached >= share);
        return Math.max(least, at < 0 ? promptLength : at + 1);
      });
    let low = 0;
    let high = 1;
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (counts(middle).reduce((a, b) => a + b, 0) <= budget) low = middle;
      else high = middle;
    }
    return counts(low);
  }
}
