import type { HeldLayer, LiveMethod } from '@/lib/methods-live/types';
import type { Dims, Manifest } from '@/lib/model/manifest';
import type { StepInputs } from './backend';
import { EngineError } from './errors';
import type { FlatPrefill } from './flat-backend';

/** What one run of a flat model with a changed cache measured: it was fed the token at `position` and wrote the next one. */
export interface KeptStep {
  position: number;
  picks: Int32Array;
  /** Whether the pick was given instead of drawn, [1]; absent where it was drawn. */
  forced?: readonly boolean[];
  /** [vocabulary], before temperature, bans and cut. */
  logits: Float32Array;
  /** By layer: [heads, seen.count], the weights on what it saw, its own token included. */
  rows: Float32Array[];
  /** By layer: what the run saw. */
  seen: HeldLayer[];
  /** By layer: what was left of it after the run. */
  kept: HeldLayer[];
  /** Bytes of the keys and values, or codes, that the run read, its own token's included. */
  readBytes: number;
  /** Bytes of those that were left after the run. */
  heldBytes: number;
  /** Bytes of the scores that the method holds beside them. */
  scoreBytes: number;
  /** Duration of the run, read-back and the method's own work included. */
  ms: number;
}

/** One way to run a flat model with a changed cache. It owns the cache; callers run one thing at a time. */
export interface KeptRunner {
  /** Positions of the text that were run. */
  readonly length: number;
  /** Bytes of the live buffers of the cache. */
  readonly allocatedBytes: number;
  /** Drops the cache and runs all tokens of the prompt but the last; the first step is fed that one. */
  prefill(tokens: Int32Array, quiet: boolean): Promise<FlatPrefill>;
  /** Embeds the one token of `inputs` and writes the next one. Throws when the context is full. */
  step(inputs: StepInputs): Promise<KeptStep>;
}

/** The graphs that a method runs. A bundle may come without the last of them. */
export function keptGraphs(method: LiveMethod['id']): readonly string[] {
  return method === 'lorc' ? ['lorc'] : ['prefill', 'prefill-quiet', 'step-kept'];
}

/** All graphs of all methods. */
export const KEPT_GRAPHS: readonly string[] = [...keptGraphs('multi-head'), ...keptGraphs('lorc')];

/** Throws `EngineError` `bad-request` when the model cannot run with a changed cache. */
export function checkKept({ id, architecture, graphs }: Manifest): void {
  const reason =
    architecture !== 'flat'
      ? 'is not a flat model'
      : KEPT_GRAPHS.every((name) => name in graphs)
        ? null
        : 'was exported without the graphs for it';
  if (reason)
    throw new EngineError({
      code: 'bad-request',
      message: `The model "${id}" ${reason}, so it cannot run with a changed cache.`,
      recovery: 'none',
    });
}

/** Throws when another token does not fit. */
export function checkRoom(length: number, { contextLength }: Dims): void {
  if (length >= contextLength) throw new Error('the context is full');
}
