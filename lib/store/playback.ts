/** Tokens a second at which the cursor moves, or `max`: as fast as it goes. */
export type Pace = number | 'max';

export const PACES: readonly Pace[] = [1, 2, 4, 8, 16, 32, 'max'];
export const DEFAULT_PACE = 8;

/** Blocks that a run may write before the cursor enters its first written block: that one and one ahead. */
export const INITIAL_GRANT = 2;

/** How far a cursor can go in a trace. */
export interface Extent {
  blockLength: number;
  /** First token after the prompt: where writing starts. */
  first: number;
  /** Last token that belongs to the text and is known. */
  last: number;
  /** The run has ended: nothing comes after `last`. */
  ended: boolean;
}

/** The extent of a trace. */
export function extentOf(trace: {
  readonly dims: { blockLength: number };
  readonly promptBlocks: number;
  readonly textLength: number;
  readonly end: unknown;
}): Extent {
  const { blockLength } = trace.dims;
  return {
    blockLength,
    first: trace.promptBlocks * blockLength,
    last: trace.textLength - 1,
    ended: trace.end !== null,
  };
}

/** The nearest token that the cursor can stand on. */
export function clampCursor(cursor: number, extent: Extent): number {
  return Math.min(extent.last, Math.max(0, Math.round(cursor)));
}

export interface Playhead {
  cursor: number;
  playing: boolean;
  /** Milliseconds of pace saved up towards the next token. */
  carry: number;
}

/** Moves a playing cursor on by `elapsed` milliseconds; it waits at the last known token while the run goes on. */
export function advance(head: Playhead, elapsed: number, pace: Pace, extent: Extent): Playhead {
  if (!head.playing) return head;
  if (head.cursor >= extent.last) {
    return { cursor: head.cursor, playing: !extent.ended, carry: 0 };
  }
  if (pace === 'max') return { cursor: extent.last, playing: !extent.ended, carry: 0 };
  // Nothing is chosen inside the prompt, so live playback starts at the first written token.
  const step = 1000 / pace;
  const time = head.carry + elapsed;
  const tokens = Math.floor(time / step);
  if (tokens === 0) return { ...head, carry: time };
  const cursor = Math.min(extent.last, head.cursor + tokens);
  return {
    cursor,
    playing: !(extent.ended && cursor === extent.last),
    carry: cursor === extent.last ? 0 : time - tokens * step,
  };
}

/**
 * Blocks to grant now, so that the engine is at most one block ahead of the furthest place that the cursor has been.
 * At full pace the engine is never kept waiting: two blocks beyond what is written.
 */
export function grantsDue(
  granted: number,
  furthest: number,
  writtenBlocks: number,
  pace: Pace | null,
  extent: Extent,
): number {
  const entered = Math.floor((furthest - extent.first) / extent.blockLength);
  const paced = Math.max(0, entered) + INITIAL_GRANT;
  const allowed = pace === 'max' ? Math.max(paced, writtenBlocks + INITIAL_GRANT) : paced;
  return Math.max(0, allowed - granted);
}
