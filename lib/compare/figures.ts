import { bytesPerGlobalPosition, localHeldBytes } from '@/lib/model/cost';
import { slotOf } from '@/lib/model/layout';
import { promptWork } from '@/lib/model/work';
import { FlatTrace } from '@/lib/trace/flat-trace';
import { bytesPerKeptPosition, keptPromptWork } from './kept-work';
import { checkToken, ledgerOf, modelOf, workAt } from './ledger';
import { heldAt, isGiven, padsOf, promptTokensOf, runAt } from './text-trace';
import type { LaneTotals, LaneTrace, TokenFigures } from './types';

/**
 * What text token `token` cost and how little it was expected. Positions are those that the recorders check against the engine's
 * own count with every run.
 *
 * @throws RangeError for a token that is not known.
 */
export function tokenFigures(trace: LaneTrace, token: number): TokenFigures {
  checkToken(trace, token);
  const { dims } = trace;
  const heldPositions = heldAt(trace, token);
  const run = runAt(trace, token);
  return {
    token,
    heldPositions,
    heldBytes: heldBytesAt(trace, token),
    localBytes: trace instanceof FlatTrace || !run ? 0 : localHeldBytes(token + trace.pads, dims),
    work: run && workAt(trace, token),
    run,
    ms: run && run.ms / run.tokens,
    surprise: ledgerOf(trace).surpriseOf(token),
    given: isGiven(trace, token),
  };
}

/** Bytes of what is held while text token `token` is chosen; of a changed cache as the engine counted, its scores included. */
export function heldBytesAt(trace: LaneTrace, token: number): number {
  if (!(trace instanceof FlatTrace))
    return heldAt(trace, token) * bytesPerGlobalPosition(trace.dims);
  const kept = trace.kept(token - 1);
  return kept ? kept.readBytes + kept.scoreBytes : token * bytesPerKeptPosition(trace);
}

/**
 * Sums over the written tokens up to `token`.
 *
 * @throws RangeError for a token that is not known.
 */
export function laneTotals(trace: LaneTrace, token: number): LaneTotals {
  checkToken(trace, token);
  const prompt = promptTokensOf(trace);
  const ledger = ledgerOf(trace);
  const tokens = Math.max(0, token + 1 - prompt);
  const surprise = ledger.sum('surprise', token);
  return {
    tokens,
    keysRead: ledger.sum('keysRead', token),
    kvBytesRead: ledger.sum('kvBytesRead', token),
    multiplyAdds: ledger.sum('multiplyAdds', token),
    ms: ledger.sum('ms', token),
    surprise,
    meanSurprise: tokens > 0 ? surprise / tokens : null,
    promptMs: trace.prefillMs,
    promptMultiplyAdds:
      trace instanceof FlatTrace
        ? keptPromptWork(trace, prompt)
        : promptWork(modelOf(trace), prompt).total.multiplyAdds,
  };
}

/**
 * Mean surprise in bits of the written tokens up to `token`, by the slot that they have in `like`: the block lane's slots for
 * both lanes, so that the same tokens are compared. Null for a slot without a token. [blockLength of `like`]
 *
 * @throws RangeError for a token that is not known.
 */
export function surpriseBySlot(
  trace: LaneTrace,
  token: number,
  like: LaneTrace = trace,
): (number | null)[] {
  checkToken(trace, token);
  const { dims } = like;
  const ledger = ledgerOf(trace);
  const sums = new Float64Array(dims.blockLength);
  const counts = new Int32Array(dims.blockLength);
  for (let at = promptTokensOf(trace); at <= token; at += 1) {
    const slot = slotOf(at + padsOf(like), dims);
    sums[slot] = (sums[slot] ?? 0) + (ledger.surpriseOf(at) ?? 0);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return Array.from(sums, (sum, slot) => (counts[slot] ? sum / (counts[slot] ?? 1) : null));
}
