import { percentile, type Spread } from '@/lib/lab/stats';
import { drift, type Held } from './flatness';
import { type Frame, framesOf, type LongTask, longTasksOf, type TraceEvent } from './frames';

/** What the middle, the slow and the slowest frames take, in milliseconds. */
export interface FrameTimes {
  median: number;
  p95: number;
  max: number;
}

/** What a reader does, and what it costs the main thread. */
export interface FrameResult {
  row: string;
  /** Whether the 95th percentile has a target here. */
  judged: boolean;
  frames: number;
  /** Frames with at least `BUSY_MS` of script. */
  busy: number;
  /** Over the busy frames. */
  wall: FrameTimes;
  cpu: FrameTimes;
  longTasks: LongTask[];
}

/** A script that the page loads before the first Generate. */
export interface ScriptFile {
  name: string;
  bytes: number;
  gzipBytes: number;
  /** Only browsers without modules load it. */
  polyfill: boolean;
}

/** How the app's page behaves, on WASM with tiny-b4. */
export interface PageResult {
  /** When it was measured: the pages may be measured anew without the models. */
  created: string;
  /** Tokens of a full run, pads and prompt included. */
  tokens: number;
  viewport: { width: number; height: number };
  frames: FrameResult[];
  /** After each full run and a forced collection; null when it could not be measured. */
  memory: { held: Held[]; drift: number } | null;
  /** From the beginning of the navigation, in fresh profiles. */
  first: { paintMs: Spread; textMs: Spread } | null;
  scripts: ScriptFile[];
  /** Requests to other origins. */
  foreign: string[];
}

/** In a frame with less script than this the page found nothing to draw. Left in, such frames would hide the others. */
export const BUSY_MS = 1;
/** The run, counted from 0, from which on the memory has to be flat: the list of runs has been full for one run by then. */
export const FLAT_FROM = 5;

/** The row of a recording, from its events as `between` gives them. Throws when there was no busy frame. */
export function frameResult(
  row: string,
  judged: boolean,
  events: readonly TraceEvent[],
): FrameResult {
  const frames = framesOf(events);
  const busy = frames.filter(({ wallMs }) => wallMs >= BUSY_MS);
  if (busy.length === 0) throw new Error('the page drew nothing');
  const times = (of: (frame: Frame) => number): FrameTimes => {
    const values = busy.map(of);
    return {
      median: percentile(values, 0.5),
      p95: percentile(values, 0.95),
      max: percentile(values, 1),
    };
  };
  return {
    row,
    judged,
    frames: frames.length,
    busy: busy.length,
    wall: times(({ wallMs }) => wallMs),
    cpu: times(({ cpuMs }) => cpuMs),
    longTasks: longTasksOf(events),
  };
}

/** What was held after each run, and how far it goes away from what was held after the sixth. */
export function memoryResult(held: Held[]): NonNullable<PageResult['memory']> {
  return { held, drift: drift(held, FLAT_FROM) };
}

/** Compressed bytes of the scripts; those of old browsers on request. */
export function scriptBytes(scripts: readonly ScriptFile[], withPolyfill: boolean): number {
  return scripts
    .filter(({ polyfill }) => withPolyfill || !polyfill)
    .reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
}
