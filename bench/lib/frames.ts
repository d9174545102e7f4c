/** An event of Chromium's tracing, as far as it is used here. Times in microseconds. */
export interface TraceEvent {
  name: string;
  /** `X` is an event with a duration, `I` a moment. */
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  /** Processor time of the thread; less than `dur` where it had to wait for a processor. */
  tdur?: number;
  args?: { data?: { functionName?: string; url?: string; lineNumber?: number; type?: string } };
}

/** Categories that these functions need, for `Tracing.start`. */
export const CATEGORIES = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
  'v8',
  'blink.user_timing',
];

/** Script between the beginning of a frame of the main thread and that of the next one, in milliseconds. */
export interface Frame {
  /** As a clock on the wall shows it: what a reader waits for. */
  wallMs: number;
  /** Of the processor alone: what a machine with other work does not add to. */
  cpuMs: number;
}

/** A task that held the main thread. Times in milliseconds. */
export interface LongTask {
  /** From the beginning of the recording. */
  atMs: number;
  wallMs: number;
  cpuMs: number;
  /** Its parts of some length, in order of time, outer ones first: name, milliseconds, and where the code lies. */
  parts: string[];
}

/** Script runs while one of these does: callbacks, events, timers, microtasks, compiling and garbage collection. */
const SCRIPT = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'MajorGC',
  'MinorGC',
  'RunMicrotasks',
  'TimerFire',
  'v8.callFunction',
  'v8.compile',
]);
const FRAME = 'BeginMainThreadFrame';
const TASK = 'RunTask';

/** Longer tasks are long, by the definition of the Long Tasks API. */
export const LONG_TASK_MS = 50;
/** A part of a long task that is told. */
const PART_MS = 5;
const PARTS = 8;

/**
 * The events of the page's main thread between `performance.mark(begin)` and `performance.mark(end)`, in order of time, an outer
 * event before what it holds. Throws when a mark is missing.
 */
export function between(events: readonly TraceEvent[], begin: string, end: string): TraceEvent[] {
  const first = events.find(({ name }) => name === begin);
  const last = events.findLast(({ name }) => name === end);
  if (!first || !last) throw new Error(`the trace has no ${first ? end : begin}`);
  return events
    .filter(
      ({ pid, tid, ts }) =>
        pid === first.pid && tid === first.tid && ts >= first.ts && ts <= last.ts,
    )
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
}

/** The frames that begin in `events`, which come from `between`. What lies before the first is left out. */
export function framesOf(events: readonly TraceEvent[]): Frame[] {
  const frames: Frame[] = [];
  let frame: Frame | undefined;
  let counted = Number.NEGATIVE_INFINITY;
  for (const { name, ph, ts, dur = 0, tdur = 0 } of events) {
    if (name === FRAME) {
      frame = { wallMs: 0, cpuMs: 0 };
      frames.push(frame);
    } else if (ph === 'X' && SCRIPT.has(name) && ts >= counted) {
      // What lies inside is counted with it: a collection during a callback, a callback during a task.
      counted = ts + dur;
      if (!frame) continue;
      frame.wallMs += dur / 1000;
      frame.cpuMs += tdur / 1000;
    }
  }
  return frames;
}

/** The tasks above 50 ms in `events`, which come from `between`. */
export function longTasksOf(events: readonly TraceEvent[]): LongTask[] {
  const start = events[0]?.ts ?? 0;
  return events
    .filter(({ name, dur = 0 }) => name === TASK && dur > LONG_TASK_MS * 1000)
    .map((task) => ({
      atMs: (task.ts - start) / 1000,
      wallMs: (task.dur ?? 0) / 1000,
      cpuMs: (task.tdur ?? 0) / 1000,
      parts: events
        .filter(
          ({ name, ts, dur = 0 }) =>
            name !== TASK &&
            !/^v8\./i.test(name) &&
            dur > PART_MS * 1000 &&
            ts >= task.ts &&
            ts < task.ts + (task.dur ?? 0),
        )
        .filter(isFirstOfItsName)
        .slice(0, PARTS)
        .map(describe),
    }));
}

/** Paint and callbacks lie inside each other many times over. */
function isFirstOfItsName(event: TraceEvent, index: number, all: readonly TraceEvent[]): boolean {
  const key = ({ name, args }: TraceEvent) =>
    [name, args?.data?.type, args?.data?.functionName, args?.data?.url].join();
  return all.findIndex((other) => key(other) === key(event)) === index;
}

function describe({ name, dur = 0, args }: TraceEvent): string {
  const { functionName, url, lineNumber, type } = args?.data ?? {};
  const file = url?.split('/').at(-1)?.split('?')[0];
  const place = file ? ` (${file}${lineNumber === undefined ? '' : `:${lineNumber}`})` : '';
  return (
    [name, type, functionName, `${Math.round(dur / 1000)} ms`].filter(Boolean).join(' ') + place
  );
}
