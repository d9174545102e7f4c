import type { Trace } from '@/lib/trace/trace';
import { type AxisView, axisBounds, FIRST_VIEW, frameView } from './axis-view';
import { clampCursor, DEFAULT_PACE, extentOf, type Pace } from './playback';
import { existingHead } from './selection-slice';
import type { AppState, Slice } from './store';
import type { Writer } from './writer';

/** The run on the screen and where in it the reader is. */
export interface PlaybackSlice {
  trace: Trace | null;
  /** What wrote the trace. */
  writer: Writer | null;
  /** Grows as the trace does, but at most a few times a second: for React. Drawings read `trace.version`. */
  progress: number;
  running: boolean;
  cursor: number | null;
  playing: boolean;
  pace: Pace;
  /** The pace to come back to from `max`. */
  steadyPace: number;
  /** Shows a new run from where it is written, or one that was left at token `cursor`. */
  showTrace(trace: Trace, writer: Writer | null, cursor?: number): void;
  /**
   * Puts the cursor on a token, and the axis on the cursor and what lies before it; anything outside the text is moved to its
   * nearest end. `onAxis`: by a pointer on the axis, whose ground then stays where it is.
   */
  seek(cursor: number, onAxis?: boolean): void;
  setPlaying(playing: boolean): void;
  setPace(pace: Pace): void;
  setRunning(running: boolean): void;
  markProgress(): void;
}

export const playbackSlice: Slice<PlaybackSlice> = (set) => ({
  trace: null,
  writer: null,
  progress: 0,
  running: false,
  cursor: null,
  playing: false,
  pace: DEFAULT_PACE,
  steadyPace: DEFAULT_PACE,
  showTrace: (trace, writer, cursor) =>
    set((state) => {
      const shown = { trace, cursor: clampCursor(cursor ?? extentOf(trace).last, extentOf(trace)) };
      return {
        ...shown,
        writer,
        playing: cursor === undefined || trace.end === null,
        // The model may have fewer heads than the one before it.
        global: existingHead(state.global, trace.dims.blockLayers, trace.dims.heads),
        local: existingHead(state.local, trace.dims.tokenLayers, trace.dims.heads),
        progress: state.progress + 1,
        // A new run is watched from where it is written, the whole of it if that was chosen.
        // Runs are compared at the same place and zoom.
        axis:
          cursor !== undefined
            ? framed({ ...state, ...shown })
            : state.axis.zoom === 'whole'
              ? { ...state.axis, following: true }
              : FIRST_VIEW,
      };
    }),
  seek: (cursor, onAxis = false) =>
    set((state) => {
      if (!state.trace) return {};
      const moved = { ...state, cursor: clampCursor(cursor, extentOf(state.trace)) };
      // Where the reader goes the view goes.
      const followed = state.axis.following ? state.axis : { ...state.axis, following: true };
      return { cursor: moved.cursor, axis: onAxis ? followed : framed(moved) };
    }),
  // Put somewhere by a pointer on the axis, a cursor that plays on from there is framed first.
  setPlaying: (playing) =>
    set((state) =>
      playing && state.axis.following ? { playing, axis: framed(state) } : { playing },
    ),
  setPace: (pace) => set(pace === 'max' ? { pace } : { pace, steadyPace: pace }),
  setRunning: (running) => set({ running }),
  markProgress: () => set((state) => ({ progress: state.progress + 1 })),
});

/** The axis after the cursor went somewhere. */
function framed(state: AppState): AxisView {
  return frameView(state.axis, axisBounds(state, state.axisRoom));
}
