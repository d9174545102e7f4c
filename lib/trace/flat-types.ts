import type { LiveMethod } from '@/lib/methods-live/types';
import type { TraceHeader } from './types';

/**
 * What a flat model's run says of itself. Such a run lives in memory only: the trace file format is that of block models, so
 * there is no version and no id to find it by.
 */
export interface FlatTraceHeader
  extends Pick<TraceHeader, 'prompt' | 'sampling' | 'backend' | 'provenance' | 'created'> {
  model: Omit<TraceHeader['model'], 'architecture'> & { architecture: 'flat' };
  /** The changed cache that the run has; absent with the full one. */
  cache?: LiveMethod;
}

/**
 * What a run with a changed cache saw and what it left, as the engine counted. Positions are summed over layers: all heads of a
 * layer hold as many.
 */
export interface KeptRow {
  /** The positions that the row saw, its own included, by `packSeen`. */
  seen: Uint32Array;
  seenPositions: number;
  /** Bytes of their keys and values, or codes. */
  readBytes: number;
  /** What was left of them behind the run, for the next one. */
  heldPositions: number;
  heldBytes: number;
  /** Bytes of the scores that the method holds beside them. */
  scoreBytes: number;
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
  /** Of a run with a changed cache, which writes one token. */
  kept?: KeptRow;
  /** Duration of the run, read-back included. */
  ms: number;
}

/** One run of a flat model: it wrote `tokens` tokens from index `first` on. */
export interface FlatRun {
  first: number;
  tokens: number;
  ms: number;
}
