import type { Dims } from '@/lib/model/manifest';
import type { PrefillResult, StepResult } from '@/lib/trace/types';

/** The sampling cut of a step: top-k first, then top-p on what it left. */
export interface Cut {
  /** 1 … vocabulary; the vocabulary size means off. */
  topK: number;
  /** Above 0; above 1 it is off. */
  topP: number;
}

/** Inputs of one step, already turned into what the graph takes. */
export interface StepInputs {
  /** The block to embed: blockLength token ids. */
  tokens: Int32Array;
  /** [blockLength, vocabulary]; Gumbel noise, with forced tokens added. */
  noise: Float32Array;
  /** [vocabulary]; −1e9 bans an entry before the cut. */
  logitBias: Float32Array;
  inverseTemperature: number;
  cut: Cut | null;
}

/**
 * A model on one execution provider, batch 1. It owns the global KV cache; callers run one thing at a time.
 */
export interface Backend {
  readonly dims: Dims;
  /** Global positions (blocks) written to the cache. */
  readonly held: number;
  /** Bytes of the live KV buffers. */
  readonly allocatedBytes: number;
  /** Drops the cache and fills it with `tokens` ([blocks, blockLength]); zero blocks only drop it. */
  prefill(tokens: Int32Array): Promise<PrefillResult>;
  /** Embeds one block at position `held`, appends its K and V, and writes the next block. */
  step(inputs: StepInputs): Promise<StepResult>;
  /** The cache buffers as they are: [T, 2·blockLayers, heads, headWidth] (layer 0 K, layer 0 V, …); zeros above `held`. */
  readCache(): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Added to a score or a logit to hide it: exp underflows to exactly 0. */
export const HIDDEN = -1e9;
/** Added to a forced token's noise: above anything the cut or a ban leaves. */
export const FORCED = 1e30;
