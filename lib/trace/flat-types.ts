import type { TraceHeader } from './types';

/**
 * What a flat model's run says of itself. Such a run lives in memory only: the trace file format is that of block models, so
 * there is no version and no id to find it by.
 */
export interface FlatTraceHeader
  extends Pick<TraceHeader, 'prompt' | 'sampling' | 'backend' | 'provenance' | 'created'> {
  model: Omit<TraceHeader['model'], 'architecture'> & { architecture: 'flat' };
}

/**
 * What a flat prefill measured over `tokens` prompt tokens (rows 0 … tokens − 1).
 * `attention`: the rows packed as by `packRows`, row 0 first.
 */
export interface FlatPrefillResult {
  tokens: number;
  attention: Uint16Array;
  /** Duration of the run, the rows' way out of it included. */
  ms: number;
}

/** What one run measured: it was fed the token at `position` and wrote the one or four tokens after it. */
export interface FlatStepResult {
  /** Positions in the cache before the run, as the engine counts them. */
  position: number;
  /** Token ids, in order. */
  picks: Int32Array;
  /** Which of them were given instead of drawn; absent where all were drawn. */
  forced?: readonly boolean[];
  /** [picks, vocabulary], before temperature, bans and cut. */
  logits: Float32Array;
  /** Rows position … position + picks − 1, packed as by `packRows`: row position + j chose pick j. */
  attention: Uint16Array;
  /** Duration of the run, read-back included. */
  ms: number;
}

/** One run of a flat model: it wrote `tokens` tokens from index `first` on. */
export interface FlatRun {
  first: number;
  tokens: number;
  ms: number;
}
