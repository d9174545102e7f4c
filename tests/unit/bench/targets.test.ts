import { expect, test } from 'vitest';
import { markdown } from '@/bench/lib/markdown';
import type { Report } from '@/bench/lib/report';
import { ours, peerOf, rivals, row } from '@/bench/lib/rows';
import { judge } from '@/bench/lib/targets';
import { spread } from '@/lib/lab/stats';
import { emptyReport } from './reports';

const AT = 1008;

function reportWith(change: Partial<Report>): Report {
  return { ...emptyReport('full'), ...change };
}

const growth = (id: string, ms: number) => ({
  row: id,
  length: AT,
  msPerToken: spread([ms]),
  sameTokens: true,
  heldBytes: 1,
  allocatedBytes: 1,
});
const verdict = (report: Report, about: string) =>
  judge(report).find(({ target }) => target.includes(about));

const b4 = row('tiny-b4', 'wasm', { tokensPerRun: 4 });
const same = row('tiny-flat-same', 'wasm', { tokensPerRun: 4 });

test('a ratio meets its target at the limit and misses it below', () => {
  const theirs = rivals('transformers.js').find(({ model }) => model === 'tiny-flat-same');
  const with4 = reportWith({ growth: [growth(b4.id, 1), growth(theirs?.id ?? '', 4)] });
  expect(verdict(with4, 'transformers.js on tiny-flat-same')).toEqual({
    target: 'tiny-b4 against transformers.js on tiny-flat-same',
    wanted: 'at least 4.00 ×',
    measured: '4.00 ×',
    met: true,
  });
  const with3 = reportWith({ growth: [growth(b4.id, 1), growth(theirs?.id ?? '', 3.9)] });
  expect(verdict(with3, 'transformers.js on tiny-flat-same')?.met).toBe(false);
});

test('an upper limit is met below it', () => {
  const outputs = (share: number) => [
    { model: b4.model, row: b4.id, length: AT, appMs: 1, quietMs: 1, share: spread([share]) },
  ];
  expect(verdict(reportWith({ outputs: outputs(0.1) }), 'attention')?.met).toBe(true);
  expect(verdict(reportWith({ outputs: outputs(0.11) }), 'attention')).toMatchObject({
    wanted: 'at most 10.0 %',
    measured: '11.0 %',
    met: false,
  });
});

test('the first token is compared with that of the same-size flat model', () => {
  const work = (id: string, ms: number) => ({
    row: id,
    work: 'prefill-heavy',
    batch: 1,
    tokensPerSecond: spread([1]),
    firstTokenMs: spread([ms]),
    heldBytes: 1,
    allocatedBytes: 1,
    runsPerToken: 1,
    block: null,
  });
  const perToken = row('tiny-flat-same', 'wasm').id;
  const report = reportWith({
    work: [work(b4.id, 10), work(same.id, 100), work(perToken, 80)],
  });
  expect(verdict(report, 'first token')).toMatchObject({ measured: '1/8.00', met: true });
});

test('WebGPU is judged by counts', () => {
  const calls = { dispatches: 240, maps: 1, bindGroups: 0, submits: 3 };
  const report = reportWith({
    webgpu: {
      adapter: 'some adapter',
      software: true,
      rows: [
        {
          model: 'tiny-b4',
          row: 'tiny-b4, WebGPU',
          steps: 8,
          perStep: calls,
          perToken: { ...calls, maps: 0.25 },
          allocatedBytes: 1,
          stepMs: null,
        },
      ],
    },
  });
  const judged = judge(report).filter(({ target }) => target.startsWith('WebGPU'));
  expect(judged.map(({ met }) => met)).toEqual([true, true, true]);
});

test('what was not measured is neither met nor missed, and the page says so', () => {
  const report = reportWith({ missing: [{ row: 'tiny-flat-match', reason: 'not there' }] });
  report.targets = judge(report);
  expect(new Set(report.targets.map(({ met }) => met))).toEqual(new Set([null]));
  const page = markdown(report, '## Why one was missed\n\nBecause.');
  expect(page).toContain('not measured |');
  expect(page).toContain('- tiny-flat-match: not there');
  expect(page).toContain('Because.');
});

test('a run is judged by what it was asked for', () => {
  const about = (report: Report) => judge(report).map(({ target }) => target);
  const page = about(emptyReport('page'));
  expect(page.length).toBeGreaterThan(0);
  expect(page.every((target) => target.startsWith('the page: '))).toBe(true);
  expect(about(emptyReport('full'))).toEqual(expect.arrayContaining(page));
  expect(about(emptyReport('full')).length).toBeGreaterThan(page.length);
  expect(about(emptyReport('quick'))).toEqual([]);
});

test('every flat row is compared with tiny-b4 run in the same way', () => {
  const rows = [
    ...ours('wasm'),
    ...ours('node', { form: 'quiet' }),
    ...rivals('transformers.js', 2),
  ];
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(peerOf(b4)).toBeNull();
  expect(peerOf(same)).toBe('tiny-b4, WASM');
  expect(peerOf(row('tiny-flat-same', 'node', { form: 'quiet' }))).toBe('tiny-b4, native, quiet');
  expect(peerOf(row('tiny-flat-match', 'transformers.js', { threads: 2 }))).toBe(
    'tiny-b4, WASM 2 threads',
  );
});
