import { promptTokensOf, textTokensOf } from './text-trace';
import { type CompareExtent, type CompareState, LANES, type LaneTrace } from './types';

/** The traces that there are, upper first. */
export function tracesOf({ lanes }: Pick<CompareState, 'lanes'>): LaneTrace[] {
  return LANES.flatMap((lane) => lanes[lane].trace ?? []);
}

/**
 * How far the common cursor can go: to the last token of the lane that is behind, among those that still write; to the end of
 * the longer text once both have ended. Null before the first run.
 */
export function compareExtent(traces: readonly LaneTrace[]): CompareExtent | null {
  if (traces.length === 0) return null;
  const writing = traces.filter((trace) => trace.end === null);
  const last =
    writing.length > 0
      ? Math.min(...writing.map(textTokensOf))
      : Math.max(...traces.map(textTokensOf));
  return {
    first: Math.max(...traces.map(promptTokensOf)),
    last: last - 1,
    ended: writing.length === 0,
  };
}
