import type { Dims } from '@/lib/model/manifest';

/** How the tokens of a run were drawn. */
export interface Sampling {
  /** 32-bit unsigned integer. */
  seed: number;
  /** 0 is greedy: no noise. */
  temperature: number;
  /** 1–128, or null for off. */
  topK: number | null;
  /** Above 0 and at most 1; 1 is off. */
  topP: number;
  /** Ban end-of-text, so that the run goes on past it. */
  ignoreEnd: boolean;
}

/** Where the numbers of a trace come from; always on the screen. */
export type Provenance = 'measured' | 'recorded' | 'synthetic';

/** Where a run left another one: at token index `at` (padded sequence) the reader chose; all before is the parent's. */
export interface TraceBranch {
  /** The parent's `TraceHeader.id`. */
  parent: string;
  at: number;
}

export interface TraceHeader {
  format: 'blockscope-trace';
  version: 2;
  /** 32 hexadecimal digits, drawn anew for every run. */
  id: string;
  /** Null for a run of its own. */
  branch: TraceBranch | null;
  model: {
    id: string;
    architecture: 'block';
    dims: Dims;
    weightsSha256: string;
    padId: number;
    endId: number;
  };
  prompt: string;
  sampling: Sampling;
  /** For instance `wasm`, `webgpu (captured)`, `pytorch`. */
  backend: string;
  provenance: Provenance;
  /** ISO 8601. */
  created: string;
}

/** Why a run ended. */
export type EndReason = 'length' | 'end-of-text' | 'context-full' | 'stopped' | 'failed';

/**
 * What `prefill` measured over `blocks` prompt blocks (rows 0 … blocks − 1).
 * `globalAttention`: [blockLayers, heads, blocks, blocks], row i holding keys 0 … i, zeros after.
 * `contexts`: [blocks, width]. `kvNorms`: [blocks, blockLayers, 2 (K, V), heads], as in `StepResult`.
 */
export interface PrefillResult {
  blocks: number;
  globalAttention: Float32Array;
  contexts: Float32Array;
  kvNorms: Float32Array;
  ms: number;
}

/**
 * What one `step` measured: block `block` was written from context `block − 1`.
 * Row `block − 1` of the global map and its context are measured by the same run.
 */
export interface StepResult {
  block: number;
  /** blockLength token ids, in order. */
  picks: Int32Array;
  /** Which slots were given a token instead of drawing one, [blockLength]; absent where all were drawn. */
  forced?: readonly boolean[];
  /** [blockLength, vocabulary], before temperature, bans and cut. */
  logits: Float32Array;
  /** [blockLayers, heads, block]: global row `block − 1` over blocks 0 … block − 1. */
  globalAttention: Float32Array;
  /** [tokenLayers, heads, R, R] with R = prefixLength + blockLength − 1; query rows, key columns, zeros above. */
  localAttention: Float32Array;
  /** [width], after the block decoder's final LayerNorm: context `block − 1`. */
  context: Float32Array;
  /** [blockLayers, 2 (K, V), heads]: L2 norms of what block `block − 1` appended to the KV cache, K after rotary embedding. */
  kvNorms: Float32Array;
  /** [prefixLength, width]. */
  prefixes: Float32Array;
  /** Duration of the run, read-back included. */
  ms: number;
}
