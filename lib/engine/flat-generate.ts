import type { FlatPrefill, FlatStep } from './flat-backend';
import type { FlatEngine } from './flat-session';
import { type LoopEnd, type LoopEventOf, type LoopRequest, writeOn } from './generate';

export type FlatLoopEvent = LoopEventOf<FlatPrefill, FlatStep>;

/**
 * Writes token after token, or four a run if `unrolled`; the texts are the same. `quiet` leaves out the attention of the
 * prompt. The last prompt token is fed by the first step; only a prompt that fills the context is prefilled whole.
 */
export async function* generateTokens(
  engine: FlatEngine,
  request: LoopRequest & { unrolled?: boolean; quiet?: boolean },
): AsyncGenerator<FlatLoopEvent, LoopEnd, void> {
  const { sampling, unrolled = false, quiet = false } = request;
  return yield* writeOn(engine.manifest, request, {
    prefill: (tokens) => engine.prefill(tokens, { quiet }),
    step: ([previous = -1], forced) => engine.step(previous, { sampling, forced, unrolled }),
  });
}
