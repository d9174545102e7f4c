/*
 * Methods that a trained flat model runs with as it is: a cache from which positions are dropped, or one of low-rank codes. Ids
 * and meanings are those of `lib/methods`; shares lie in 0 … 1.
 */

/** Ranks of the codes of each layer, 1 … width. */
export interface Ranks {
  keys: readonly number[];
  values: readonly number[];
}

export type DroppingMethod =
  /** The full cache. */
  | { id: 'multi-head' }
  /** The last `window` positions, the current one among them. */
  | { id: 'sliding-window'; window: number }
  /** The first `sinks` and the last `window` positions. */
  | { id: 'streaming-llm'; sinks: number; window: number }
  /**
   * `cache` of the prompt's positions, of these `recent` the last ones. `seed` names the Gumbel noise. `steps` tokens are to be
   * written: over them τ goes from 1 to 2.
   */
  | { id: 'keyformer'; cache: number; recent: number; seed: number; steps: number }
  /** `kept` of all positions, mean of the layers; the first `start` always stay, the last `tail` kept entries may still go. */
  | { id: 'prefix-kv'; kept: number; start: number; tail: number };

export type LiveMethod = DroppingMethod | { id: 'lorc'; ranks: Ranks };

/** What one layer holds, in the order of the cache, which is that of the text. */
export interface HeldLayer {
  /** Slots. */
  count: number;
  /** The text positions of the slots: [count] for all heads alike, or [heads, count] if `perHead`. */
  positions: Int32Array;
  perHead: boolean;
}

/** The attention rows of a prompt of `length` tokens. */
export interface PromptRows {
  length: number;
  /** The weights of `query` on positions 0 … query. */
  row(layer: number, head: number, query: number): Float32Array;
}

/** The shape of the model and of the run. */
export interface PolicyShape {
  layers: number;
  heads: number;
  contextLength: number;
  /** Tokens of the prompt. */
  promptLength: number;
}

/**
 * Decides what a cache holds. Slots to keep are given ascending, [count] or [heads, count] if `perHead`; null keeps all. For
 * every token `before` is asked before it is run, `after` with the rows that came back; at the end of the prompt, `afterPrompt`
 * in their place.
 */
export interface KeptPolicy {
  /** Heads of a layer hold positions of their own. */
  readonly perHead: boolean;
  /** The rows of the prompt are wanted. */
  readonly readsRows: boolean;
  /** So many first slots stand at the head of the cache instead of where they stood in the text: 0, or all distances are the text's. */
  readonly sinks: number;
  /** Bytes of the numbers that the policy itself holds for what is in the cache now. */
  readonly scoreBytes: number;
  /** The most slots that a layer fills behind the prompt, a new token's included. Known once `afterPrompt` has been asked. */
  room(layer: number): number;
  /** For each layer; slot j holds position j. */
  afterPrompt(rows: PromptRows | null): (Int32Array | null)[];
  before(layer: number, count: number): Int32Array | null;
  /** `row` is [heads, held.count]; the last slot is the new token's. */
  after(layer: number, row: Float32Array, held: HeldLayer): Int32Array | null;
}
