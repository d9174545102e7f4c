import type { LiveMethod } from '@/lib/methods-live/types';
import type { FlatPrefill } from './flat-backend';
import { type LoopEnd, type LoopEventOf, type LoopRequest, writeOn } from './generate';
import type { KeptEngine } from './kept-engine';
import type { KeptStep } from './kept-types';

export type KeptLoopEvent = LoopEventOf<FlatPrefill, KeptStep>;

/** Writes token after token with a changed cache, as `generateTokens` does with the full one; `forced` gives it a text. */
export async function* generateKept(
  engine: KeptEngine,
  request: LoopRequest & { method: LiveMethod; quiet?: boolean },
): AsyncGenerator<KeptLoopEvent, LoopEnd, void> {
  const { method, sampling, quiet = false } = request;
  return yield* writeOn(engine.manifest, request, {
    prefill: (tokens) => engine.prefill(tokens, method, { quiet }),
    step: ([previous = -1], forced) => engine.step(previous, { sampling, forced }),
  });
}
