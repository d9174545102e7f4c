import type { Manifest } from '@/lib/model/manifest';
import type { EndReason, PrefillResult, Sampling, StepResult } from '@/lib/trace/types';
import type { BlockEngine } from './session';

export interface LoopRequest {
  /** The padded prompt, or everything written so far: a whole number of blocks (of one token in a flat model). */
  tokens: Int32Array;
  /** Tokens to write at most; null runs to the end of text or of the context. */
  maxTokens: number | null;
  sampling: Sampling;
  /**
   * Ids for the tokens behind `tokens`, written instead of drawn; −1 where the model is free, as it is behind the last. An
   * end-of-text before the last of them does not end the run.
   */
  forced?: Int32Array | null;
}

export type LoopEventOf<Prefill, Step> =
  | { type: 'prefill'; result: Prefill }
  /** `end` is set with the last step, so that nobody has to ask once more to learn that it was the last. */
  | { type: 'step'; result: Step; end: LoopEnd | null };

export type LoopEvent = LoopEventOf<PrefillResult, StepResult>;

export interface LoopEnd {
  reason: EndReason;
  /** Length of the padded sequence that counts: what the last step wrote behind it is discarded. */
  length: number;
}

/** The two things a model can do, with the cache between them. */
export interface Writer<Prefill, Step> {
  prefill(tokens: Int32Array): Promise<Prefill>;
  /** Embeds `previous` (one block) and writes what comes after it; `forced` as in `LoopRequest`, from there on. */
  step(previous: Int32Array, forced: Int32Array | null): Promise<Step>;
}

/**
 * Writes block after block. Every `next()` is one run of the engine, so whoever pulls sets the pace; returning early is
 * stopping. The last prompt block is embedded by the first step; only a prompt that fills the context is prefilled whole.
 */
export async function* generateBlocks(
  engine: BlockEngine,
  request: LoopRequest,
): AsyncGenerator<LoopEvent, LoopEnd, void> {
  const { sampling } = request;
  return yield* writeOn(engine.manifest, request, {
    prefill: (tokens) => engine.prefill(tokens),
    step: (previous, forced) => engine.step(previous, { sampling, forced }),
  });
}

/** The loop of `generateBlocks` for any model whose steps write one block or more. */
export async function* writeOn<Prefill, Step extends { picks: Int32Array }>(
  { dims, tokenizer: { endId } }: Manifest,
  { tokens, maxTokens, sampling, forced = null }: LoopRequest,
  writer: Writer<Prefill, Step>,
): AsyncGenerator<LoopEventOf<Prefill, Step>, LoopEnd, void> {
  const { blockLength, contextLength } = dims;
  if (tokens.length === 0 || tokens.length % blockLength !== 0)
    throw new Error(`${tokens.length} tokens are not a whole number of blocks`);
  const wanted = tokens.length + (maxTokens ?? Number.POSITIVE_INFINITY);
  const limit = Math.min(contextLength, wanted);
  const full: EndReason = wanted <= contextLength ? 'length' : 'context-full';
  const ahead = tokens.length >= limit ? tokens.length : tokens.length - blockLength;
  yield { type: 'prefill', result: await writer.prefill(tokens.subarray(0, ahead)) };
  let previous = tokens.slice(tokens.length - blockLength);
  let length = tokens.length;
  while (length < limit) {
    const done = length - tokens.length;
    const given = forced && done < forced.length ? forced.subarray(done) : null;
    const result = await writer.step(previous, given);
    // A copy: the result may be handed to another thread while this waits.
    const picks = result.picks.slice();
    const chosen = given?.findLastIndex((id) => id >= 0) ?? -1;
    const at = sampling.ignoreEnd ? -1 : picks.indexOf(endId, Math.max(0, chosen));
    const end: LoopEnd | null =
      at >= 0 && length + at < limit
        ? { reason: 'end-of-text', length: length + at + 1 }
        : length + picks.length >= limit
          ? { reason: full, length: limit }
          : null;
    yield { type: 'step', result, end };
    if (end) return end;
    previous = picks.subarray(picks.length - blockLength);
    length += picks.length;
  }
  return { reason: full, length: limit };
}
