import type { EngineInfo, EngineProblem, EngineStatus } from '@/lib/engine/types';
import type { Pace } from '@/lib/store/playback';
import type { FlatTrace } from '@/lib/trace/flat-trace';
import type { Trace } from '@/lib/trace/trace';
import type { Sampling } from '@/lib/trace/types';
import type { CacheChoice } from './caches';

/*
 * Words of Compare. Both lanes lie on one axis of text tokens: 0 is the prompt's first, pads are left out. In a block lane text
 * token u is token u + pads of the padded sequence. One cursor serves both; what is shown at it is what chose that token.
 */

export type LaneId = 'upper' | 'lower';
export const LANES: readonly LaneId[] = ['upper', 'lower'];

export function otherLane(lane: LaneId): LaneId {
  return lane === 'upper' ? 'lower' : 'upper';
}

/** The numbers of a lane's run. `instanceof FlatTrace` tells them apart. */
export type LaneTrace = Trace | FlatTrace;

/** What both lanes are asked for. */
export interface CompareRequest {
  prompt: string;
  /** Tokens to write at most. */
  maxTokens: number;
  sampling: Sampling;
}

export interface LaneState {
  /** The model that is loaded or was asked for. */
  readonly model: string;
  /** The cache that the model runs with; a block model has its full one. The run's own is in its trace's header. */
  readonly cache: CacheChoice;
  readonly status: EngineStatus;
  /** The engine as it was last ready. */
  readonly info: EngineInfo | null;
  /** The lane's one run. Its numbers live in typed arrays and grow; `progress` of the state says when. */
  readonly trace: LaneTrace | null;
  /** The lane whose text this run was given token by token; null when it drew its own. */
  readonly givenBy: LaneId | null;
  /** Why the last request did not run in this lane. */
  readonly problem: EngineProblem | null;
}

/** Everything that the page knows of a comparison, step data excepted. */
export interface CompareState extends CompareRequest {
  readonly lanes: Readonly<Record<LaneId, LaneState>>;
  /** Flat lanes write four tokens a run, as many as a block of L_B 4; else one. */
  unrolled: boolean;
  /** A run is asked for or goes on, in either lane. */
  running: boolean;
  /** Text token at the cursor; null before the first run. */
  cursor: number | null;
  playing: boolean;
  pace: Pace;
  /** The pace to come back to from `max`. */
  steadyPace: number;
  /** Grows as the traces do, but at most a few times a second: for React. Drawings read `trace.version`. */
  progress: number;

  setPrompt(prompt: string): void;
  setMaxTokens(count: number): void;
  setSampling(change: Partial<Sampling>): void;
  /** For the next run. */
  setUnrolled(unrolled: boolean): void;
  /** Puts the cursor on a text token; outside of both texts it is moved to their nearest end. */
  seek(cursor: number): void;
  setPlaying(playing: boolean): void;
  setPace(pace: Pace): void;
}

/**
 * The page's work with its two engines: `CompareSession` in `session.ts`. The engines run in turn and never at the same time,
 * loading included.
 */
export interface CompareControls {
  /** Loads both models, one after the other. Resolves when both are ready or have failed; the lanes' status says which. */
  open(): Promise<void>;
  /**
   * Gives a lane another model: stops the runs, frees the old model and its run, loads the new one, and writes the comparison's
   * text in this lane anew if there is one, up to where it was; the cursor stays. Also loads the same model again, after a failure.
   * `cache`: the full one if not said.
   */
  choose(lane: LaneId, model: string, cache?: CacheChoice): Promise<void>;
  /** Gives a lane's flat model another cache, and writes the comparison's text in this lane anew if there is one. */
  chooseCache(lane: LaneId, cache: CacheChoice): Promise<void>;
  /** Writes in both lanes what the state asks for. Runs in progress are stopped; only one run a lane is kept. */
  generate(): Promise<void>;
  /** Forces the text that lane `from` has written through the other lane's model, from the same prompt; `from` stays as it is. */
  giveText(from: LaneId): Promise<void>;
  /** Stops both; what was written stays. */
  stop(): void;
  /** Moves the playing cursor to time `now` (milliseconds). Returns whether it has to be called again. */
  tick(now: number): boolean;
  /** Ends both engines and lets go of all they held. */
  dispose(): void;
}

/** How far the common cursor can go, in text tokens. */
export interface CompareExtent {
  /** First token after the prompt. */
  first: number;
  /** Last token that can be shown: as far as both lanes are, where the other is not at its end. */
  last: number;
  /** Both runs have ended: nothing comes after `last`. */
  ended: boolean;
}

/** One run of a lane's engine: `tokens` text tokens from `first` on came from it. */
export interface LaneRun {
  first: number;
  /** Written by the run, those discarded behind the end included. */
  tokens: number;
  /** Measured, read-back included. */
  ms: number;
}

/** What one text token cost in a lane and how little it was expected. `figures.ts` makes them. */
export interface TokenFigures {
  /** The text token. */
  token: number;
  /**
   * Positions of the cache that were held while it was chosen, as the engine counted them, and their bytes. Of a changed cache: what
   * its run read, before anything was dropped; positions as mean of the layers, bytes with its scores.
   */
  heldPositions: number;
  heldBytes: number;
  /** Bytes of the token decoder's cache while it was chosen: derived. 0 in a flat lane, which has none. */
  localBytes: number;
  /** By `lib/model/work.ts`: derived. A block's share is its run's work divided by L_B. Null in the prompt. */
  work: TokenWork | null;
  /** The run that wrote it, and its even share of the run's time. Null in the prompt. */
  run: LaneRun | null;
  ms: number | null;
  /** −log2 softmax(logits)[token] at T = 1, in bits. Null in the prompt. */
  surprise: number | null;
  /** The token was given, not drawn. */
  given: boolean;
}

export interface TokenWork {
  /** Key positions read, summed over layers. */
  keysRead: number;
  /** Bytes of keys and values read. */
  kvBytesRead: number;
  multiplyAdds: number;
}

/** Sums over the written text tokens up to the cursor, it included. The prompt stands apart. */
export interface LaneTotals extends TokenWork {
  /** Text tokens summed over. */
  tokens: number;
  /** Milliseconds of their runs, each token with its share. */
  ms: number;
  /** Bits, and per token; null where there is none. */
  surprise: number;
  meanSurprise: number | null;
  /** The prefill: measured milliseconds (null where none was needed) and derived work. */
  promptMs: number | null;
  promptMultiplyAdds: number;
}
