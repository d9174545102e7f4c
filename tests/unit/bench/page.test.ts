import { describe, expect, test } from 'vitest';
import { drift } from '@/bench/lib/flatness';
import type { TraceEvent } from '@/bench/lib/frames';
import { frameResult, memoryResult, type PageResult, scriptBytes } from '@/bench/lib/page';
import { pageMarkdown } from '@/bench/lib/page-markdown';
import { PAGE_RULES, SCENES } from '@/bench/lib/page-targets';
import { verdictOf } from '@/bench/lib/targets';
import { COMPARE, EXPLORE, LAB } from '@/bench/suites/scenes';
import { percentile, spread } from '@/lib/lab/stats';
import { emptyReport } from './reports';

const MIB = 2 ** 20;
const held = (...mib: number[]) =>
  mib.map((size) => ({ heapBytes: (size * MIB) / 4, buffersBytes: (size * MIB * 3) / 4 }));

/** A recording of frames with that much script each. */
function recording(...scripts: number[]): TraceEvent[] {
  const thread = { pid: 1, tid: 1 };
  return scripts.flatMap((ms, frame): TraceEvent[] => [
    { ...thread, name: 'BeginMainThreadFrame', ph: 'I', ts: frame * 100_000 },
    {
      ...thread,
      name: 'FireAnimationFrame',
      ph: 'X',
      ts: frame * 100_000 + 10,
      dur: ms * 1000,
      tdur: ms * 500,
    },
  ]);
}

const row = (name: string, judged: boolean, ...scripts: number[]) =>
  frameResult(name, judged, recording(...scripts));

const PAGE: PageResult = {
  created: '2026-11-23T12:00:00.000Z',
  tokens: 1008,
  viewport: { width: 1440, height: 900 },
  frames: [
    row('generating', false, 30),
    ...Array.from({ length: SCENES - 2 }, (_, i) => row(`scene ${i}`, true, 2, 4)),
    row('the slowest', true, 10),
  ],
  memory: memoryResult(held(10, 20, 30, 40, 50, 60, 61, 62)),
  first: { paintMs: spread([100, 200, 300]), textMs: spread([900, 1100, 1300]) },
  scripts: [
    { name: 'a.js', bytes: 900_000, gzipBytes: 280_000, polyfill: false },
    { name: 'old.js', bytes: 100_000, gzipBytes: 40_000, polyfill: true },
  ],
  foreign: [],
};

const verdicts = (change: Partial<PageResult>) => {
  const report = { ...emptyReport('page'), page: { ...PAGE, ...change } };
  return PAGE_RULES.map((rule) => verdictOf(rule, report));
};
const verdict = (about: string, change: Partial<PageResult> = {}) =>
  verdicts(change).find(({ target }) => target.includes(about));

describe('a percentile', () => {
  test('is interpolated between neighbours, in any order', () => {
    const values = Array.from({ length: 101 }, (_, i) => 100 - i);
    expect(percentile(values, 0.95)).toBe(95);
    expect(percentile([1, 2], 0.5)).toBe(1.5);
    expect(percentile([3], 0.95)).toBe(3);
    expect(percentile([], 0.95)).toBeNaN();
  });
});

describe('a row of frames', () => {
  test('leaves out frames that found nothing to draw', () => {
    const result = row('playing', true, 0.2, 8, 0.4, 4, 6);
    expect(result).toMatchObject({
      frames: 5,
      busy: 3,
      wall: { median: 6, max: 8 },
      cpu: { median: 3, max: 4 },
    });
    expect(result.wall.p95).toBeCloseTo(7.8, 9);
  });

  test('does not exist when the page drew nothing', () => {
    expect(() => row('playing', true, 0.2, 0.1)).toThrow('drew nothing');
  });
});

describe('memory', () => {
  test('is flat when it stays near the sixth run, whatever came before', () => {
    expect(drift(held(1, 2, 3, 4, 5, 100, 104, 103), 5)).toBeCloseTo(0.04, 9);
    expect(drift(held(1, 2, 3, 4, 5, 100, 99, 92), 5)).toBeCloseTo(0.08, 9);
  });

  test('needs a run after the one it is compared with', () => {
    expect(() => drift(held(1, 2, 3, 4, 5, 6), 5)).toThrow(RangeError);
    expect(() => drift([], 5)).toThrow(RangeError);
  });
});

describe('the targets of the page', () => {
  test('look at the slowest judged row, at its limit', () => {
    expect(verdict('95th percentile')).toMatchObject({ measured: '10.0 ms', met: true });
    const frames = [...PAGE.frames.slice(0, -1), row('the slowest', true, 10.1)];
    expect(verdict('95th percentile', { frames })).toMatchObject({ met: false });
  });

  test('know how many rows there are to be', () => {
    const stages = [EXPLORE, COMPARE, ...LAB];
    expect(stages.reduce((sum, { scenes }) => sum + scenes.length, 0)).toBe(SCENES);
  });

  test('are not met by rows that are missing', () => {
    const frames = PAGE.frames.slice(0, -1);
    expect(verdict('95th percentile', { frames })?.met).toBeNull();
    expect(verdict('above 50 ms', { frames })?.met).toBeNull();
    expect(verdict('memory', { memory: null })?.met).toBeNull();
    expect(verdict('first token', { first: null })?.met).toBeNull();
    expect(verdict('JavaScript', { scripts: [] })?.met).toBeNull();
  });

  test('want no long task in any row, generating included', () => {
    expect(verdict('above 50 ms')).toMatchObject({ wanted: 'none', measured: 'none', met: true });
    const task = { atMs: 1, wallMs: 51, cpuMs: 20, parts: [] };
    const [first, ...rest] = PAGE.frames;
    const frames = first ? [{ ...first, longTasks: [task] }, ...rest] : [];
    expect(verdict('above 50 ms', { frames })).toMatchObject({ measured: '1', met: false });
  });

  test('cover memory, the first second, size and other origins', () => {
    expect(verdict('memory')).toMatchObject({ measured: '3.3 %', met: true });
    expect(verdict('contentful')?.met).toBe(true);
    expect(verdict('first token')).toMatchObject({ measured: '1,100 ms', met: false });
    expect(verdict('compressed JavaScript')?.met).toBe(true);
    expect(verdict('old browsers')).toMatchObject({ measured: '320 kB', met: false });
    expect(verdict('other origins')?.met).toBe(true);
    expect(verdict('other origins', { foreign: ['https://a.test/x'] })?.met).toBe(false);
  });
});

test('the page’s Markdown says what was counted, and every long task', () => {
  const task = { atMs: 1500, wallMs: 60, cpuMs: 20, parts: ['Commit 40 ms'] };
  const [first, ...rest] = PAGE.frames;
  const text = pageMarkdown({
    ...PAGE,
    frames: first ? [{ ...first, longTasks: [task] }, ...rest] : [],
  });
  expect(text).toContain(
    '| generating | 1 | 1 | 30.0 / 30.0 / 30.0 | 15.0 / 15.0 / 15.0 | 1 (0 by processor time) |',
  );
  expect(text).toContain(
    '- generating, at 1.50 s: 60.0 ms, 20.0 ms on the processor: Commit 40 ms.',
  );
  expect(text).toContain('| 8 | 15.5 MiB | 46.5 MiB | 62 MiB |');
  expect(text).toContain('280 kB, with the polyfills of old browsers 320 kB');
  expect(text).toContain('Requests to other origins: none.');
  expect(scriptBytes(PAGE.scripts, true)).toBe(320_000);
});
