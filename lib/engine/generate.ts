import type { EndReason, PrefillResult, Sampling, StepResult } from '@/lib/trace/types';
import type { BlockEngine } from './session';

export interface LoopRequest {
  /** The padded prompt, or everything written so far: a whole number of blocks. */
  tokens: Int32Array;
  /** Tokens to write at most; null runs to the end of text or of the context. */
  maxTokens: number | null;
  sampling: Sampling;
}

export type LoopEvent =
  | { type: 'prefill'; result: PrefillResult }
  /** `end` is set with the last block, so that nobody has to ask once more to learn that it was the last. */
  | { type: 'step'; result: StepResult; end: LoopEnd | null };

export interface LoopEnd {
  reason: EndReason;
  /** Length of the padded sequence that counts: what follows in its block is discarded. */
  length: number;
}

/**
 * Writes block after block. Every `next()` is one run of the engine, so whoever pulls sets the pace; returning early is
 * stopping. The last prompt block is embedded by the first step; only a prompt that fills the context is prefilled whole.
 */
export async function* generateBlocks(
  engine: BlockEngine,
  { tokens, maxTokens, sampling }: LoopRequest,
): AsyncGenerator<LoopEvent, LoopEnd, void> {
  const { blockLength, contextLength } = engine.dims;
  const { endId } = engine.manifest.tokenizer;
  if (tokens.length === 0 || tokens.length % blockLength !== 0)
    throw new Error(`${tokens.length} tokens are not a whole number of blocks`);
  const wanted = tokens.length + (maxTokens ?? Number.POSITIVE_INFINITY);
  const limit = Math.min(contextLength, wanted);
  const full: EndReason = wanted <= contextLength ? 'length' : 'context-full';
  const ahead = tokens.length >= limit ? tokens.length : tokens.length - blockLength;
  yield { type: 'prefill', result: await engine.prefill(tokens.subarray(0, ahead)) };
  let previous = tokens.slice(tokens.length - blockLength);
  for (let length = tokens.length; length < limit; length += blockLength) {
    const result = await engine.step(previous, { sampling });
    // A copy: the result may be handed to another thread while this waits.
    previous = result.picks.slice();
    const at = sampling.ignoreEnd ? -1 : previous.indexOf(endId);
    const end: LoopEnd | null =
      at >= 0 && length + at < limit
        ? { reason: 'end-of-text', length: length + at + 1 }
        : length + blockLength >= limit
          ? { reason: full, length: limit }
          : null;
    yield { type: 'step', result, end };
    if (end) return end;
  }
  return { reason: full, length: limit };
}
