import type { EngineInfo, GenerateRequest } from '@/lib/engine/types';
import type { LaneState } from './types';

/**
 * What a lane has written, as a request gives it to another model: token by token where both read by one tokenizer, else the
 * same characters in the other's tokens. Null where nothing is written.
 */
export function givenText(
  from: Pick<LaneState, 'trace' | 'info'>,
  to: EngineInfo,
): Required<Pick<GenerateRequest, 'forced' | 'maxTokens'>> | null {
  const { trace, info } = from;
  if (!trace || !info || trace.generated.length === 0) return null;
  const forced = inTokensOf(trace.generated, info, to);
  return { forced, maxTokens: forced.length };
}

/** Whether two models cut a text into the same tokens, so that it can be compared token by token. */
export function sameTokens(a: EngineInfo, b: EngineInfo): boolean {
  return a.manifest.tokenizer.sha256 === b.manifest.tokenizer.sha256;
}

function inTokensOf(ids: Int32Array, from: EngineInfo, to: EngineInfo): Int32Array {
  if (sameTokens(from, to)) return ids.slice();
  const { endId } = from.manifest.tokenizer;
  const ended = ids.at(-1) === endId;
  const text = from.tokenizer.decode(ended ? ids.subarray(0, -1) : ids);
  const own = to.tokenizer.encode(text);
  return Int32Array.from(ended ? [...own, to.manifest.tokenizer.endId] : own);
}
