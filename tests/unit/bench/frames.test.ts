import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { between, framesOf, longTasksOf, type TraceEvent } from '@/bench/lib/frames';

type Data = NonNullable<TraceEvent['args']>['data'];
type Line = [
  name: string,
  ph: string,
  ts: number,
  dur?: number,
  tdur?: number,
  data?: NonNullable<Data>,
];

/** Events of the page's main thread while it played a run, recorded in Chromium; tasks below 1 ms left out. */
const recorded: { longTask: Line[]; collection: Line[] } = JSON.parse(
  readFileSync(fileURLToPath(new URL('recorded-frames.json', import.meta.url)), 'utf8'),
);

const PAGE = { pid: 7, tid: 70 };

function eventsOf(lines: Line[]): TraceEvent[] {
  return lines.map(([name, ph, ts, dur, tdur, data]) => ({
    ...PAGE,
    name,
    ph,
    ts,
    ...(dur === undefined ? {} : { dur }),
    ...(tdur === undefined ? {} : { tdur }),
    ...(data ? { args: { data } } : {}),
  }));
}

const event = (name: string, ts: number, dur: number, thread = PAGE): TraceEvent => ({
  ...thread,
  name,
  ph: 'X',
  ts,
  dur,
  tdur: dur / 2,
});
const moment = (name: string, ts: number, thread = PAGE): TraceEvent => ({
  ...thread,
  name,
  ph: 'I',
  ts,
});

describe('the script of a frame', () => {
  test('is what runs until the next frame begins, React in a timer included', () => {
    const frames = framesOf(eventsOf(recorded.collection));
    const walls = frames.map(({ wallMs }) => Math.round(wallMs * 100) / 100);
    // Of the third, 3 ms are a collection inside the callback: they are counted once.
    expect(walls).toEqual([7.32, 18.95, 8.29, 1.92]);
    for (const { cpuMs, wallMs } of frames) {
      expect(cpuMs).toBeGreaterThan(0);
      expect(cpuMs).toBeLessThanOrEqual(wallMs);
    }
  });

  test('counts a collection beside callbacks, and nothing of layout, paint and other tasks', () => {
    const frames = framesOf([
      event('FunctionCall', 0, 900),
      moment('BeginMainThreadFrame', 1000),
      event('RunTask', 1000, 9000),
      event('Layout', 1100, 2000),
      event('FireAnimationFrame', 4000, 3000),
      event('FunctionCall', 4100, 2000),
      event('RunMicrotasks', 6500, 400),
      event('MinorGC', 8000, 1000),
      moment('BeginMainThreadFrame', 16_000),
      event('Commit', 17_000, 5000),
    ]);
    expect(frames).toEqual([
      { wallMs: 4, cpuMs: 2 },
      { wallMs: 0, cpuMs: 0 },
    ]);
  });
});

describe('a long task', () => {
  test('is told with its longest parts and where their code lies', () => {
    const tasks = longTasksOf(eventsOf(recorded.longTask));
    expect(tasks).toHaveLength(1);
    expect(tasks[0]?.wallMs).toBeCloseTo(50.75, 2);
    expect(tasks[0]?.cpuMs).toBeCloseTo(14.91, 2);
    expect(tasks[0]?.parts).toEqual(['Commit 19 ms']);

    const call = event('FunctionCall', 3000, 60_000);
    call.args = {
      data: {
        functionName: 'paint',
        url: 'http://localhost/_next/static/chunks/a.js?v=1',
        lineNumber: 12,
      },
    };
    // Paint inside paint is told once.
    const paints = [event('Paint', 70_000, 20_000), event('Paint', 71_000, 15_000)];
    expect(longTasksOf([event('RunTask', 1000, 90_000), call, ...paints])).toEqual([
      {
        atMs: 0,
        wallMs: 90,
        cpuMs: 45,
        parts: ['FunctionCall paint 60 ms (a.js:12)', 'Paint 20 ms'],
      },
    ]);
  });

  test('takes more than 50 ms', () => {
    expect(longTasksOf([event('RunTask', 0, 50_000)])).toEqual([]);
    expect(longTasksOf([event('RunTask', 0, 50_001)])).toHaveLength(1);
  });
});

describe('a recording', () => {
  test('is the thread that set the marks, between them, in order of time, outer events first', () => {
    const worker = { pid: 7, tid: 71 };
    const other = { pid: 8, tid: 70 };
    const all = [
      event('FunctionCall', 30, 5),
      event('RunTask', 30, 9),
      event('FunctionCall', 20, 5, worker),
      event('FunctionCall', 20, 5, other),
      event('RunTask', 5, 3),
      moment('begin', 10),
      moment('end', 40),
      event('RunTask', 50, 1),
    ];
    expect(between(all, 'begin', 'end').map(({ name, ts }) => [name, ts])).toEqual([
      ['begin', 10],
      ['RunTask', 30],
      ['FunctionCall', 30],
      ['end', 40],
    ]);
    expect(() => between(all, 'begin', 'stop')).toThrow('no stop');
    expect(() => between(all, 'start', 'end')).toThrow('no start');
  });
});
