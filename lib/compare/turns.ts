import { UNROLLED } from '@/lib/engine/flat-backend';
import type { GenerateRequest } from '@/lib/engine/types';
import { INITIAL_GRANT, type Pace } from '@/lib/store/playback';
import { FlatTrace } from '@/lib/trace/flat-trace';
import { promptTokensOf, textTokensOf } from './text-trace';
import type { LaneId, LaneTrace } from './types';

/** A lane whose run goes on. */
export interface Writing {
  id: LaneId;
  trace: LaneTrace;
  /** Tokens that a run of its engine writes. */
  runTokens: number;
}

/** Tokens that a run of a lane's engine writes: a block, or what the request says of a flat model; one with a changed cache. */
export function runTokens(trace: LaneTrace, request: Pick<GenerateRequest, 'unrolled'>): number {
  if (!(trace instanceof FlatTrace)) return trace.dims.blockLength;
  if (trace.header.cache) return 1;
  return request.unrolled ? UNROLLED : 1;
}

/**
 * The lane that makes its next run now: of those that are due the one with less text. Due is what the cursor needs: the run that
 * it is in and one ahead, counted in the larger of the lanes' runs, so that both keep the same distance. At full pace every lane
 * is due.
 */
export function dueLane(
  writing: readonly Writing[],
  furthest: number,
  pace: Pace | null,
): LaneId | null {
  const unit = Math.max(...writing.map((lane) => lane.runTokens));
  const due = writing.filter(({ trace }) => {
    const first = promptTokensOf(trace);
    const entered = Math.max(0, Math.floor((furthest - first) / unit));
    return pace === 'max' || textTokensOf(trace) - first < (entered + INITIAL_GRANT) * unit;
  });
  due.sort((a, b) => textTokensOf(a.trace) - textTokensOf(b.trace));
  return due[0]?.id ?? null;
}
