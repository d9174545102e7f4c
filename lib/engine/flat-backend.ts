import type { Dims } from '@/lib/model/manifest';
import type { StepInputs } from './backend';

/** Tokens that the unrolled graphs write a run: as many as a block of the models they are compared with. */
export const UNROLLED = 4;

/** What a flat prefill measured over `tokens` tokens. */
export interface FlatPrefill {
  tokens: number;
  /** [L, heads, tokens, tokens], row i holding keys 0 … i, zeros after; null from the quiet graph. */
  attention: Float32Array | null;
  ms: number;
}

/** What one run measured: it was fed the token at `position` and wrote the 1 or 4 tokens after it. */
export interface FlatStep {
  position: number;
  picks: Int32Array;
  /** Which picks were given instead of drawn; absent where all were drawn. */
  forced?: readonly boolean[];
  /** [picks, vocabulary], before temperature, bans and cut. */
  logits: Float32Array;
  /**
   * [picks, L, heads, position + picks]: row j belongs to the token at position + j, whose logits chose pick j; zeros for
   * what it cannot see.
   */
  attention: Float32Array;
  /** Duration of the run, read-back included. */
  ms: number;
}

/** A flat model on one execution provider, batch 1. It owns the KV cache; callers run one thing at a time. */
export interface FlatBackend {
  readonly dims: Dims;
  /** Positions (tokens) written to the cache. */
  readonly held: number;
  /** Bytes of the live KV buffers. */
  readonly allocatedBytes: number;
  /** Drops the cache and fills it with `tokens`; zero tokens only drop it. `quiet` leaves the attention rows out. */
  prefill(tokens: Int32Array, options?: { quiet?: boolean }): Promise<FlatPrefill>;
  /**
   * Embeds the one token of `inputs` at position `held` and writes the next one, or the next four if `unrolled` (their
   * noise is [4, vocabulary], and all but the last are embedded as well). Throws when the cache has no room for that.
   */
  step(inputs: StepInputs, unrolled: boolean): Promise<FlatStep>;
  /** The cache buffers as they are: [T, 2·L, heads, headWidth] (layer 0 K, layer 0 V, …); zeros above `held`. */
  readCache(): Promise<Float32Array>;
  dispose(): Promise<void>;
}
