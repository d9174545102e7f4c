import { expect, test } from 'vitest';
import type { PageResult } from '@/bench/lib/page';
import type { Report } from '@/bench/lib/report';
import { withPage } from '@/bench/lib/with-page';
import { emptyReport } from './reports';

const page = (created: string): PageResult => ({
  created,
  tokens: 1008,
  viewport: { width: 1440, height: 900 },
  frames: [],
  memory: null,
  first: null,
  scripts: [],
  foreign: [],
});

const earlier: Report = {
  ...emptyReport('full'),
  minutes: 26,
  page: page('2030-01-02'),
  missing: [
    { row: 'tiny-b8', reason: 'its bundle is not there' },
    { row: 'the page, memory', reason: 'no heap' },
  ],
};

test('pages measured anew take the place of the earlier ones, and of what was missing of them', () => {
  const now: Report = {
    ...emptyReport('page'),
    page: page('2030-02-03'),
    missing: [{ row: 'the page, first paint', reason: 'no paint' }],
  };
  const both = withPage(earlier, now);
  expect(both).toEqual({
    ...earlier,
    page: now.page,
    missing: [
      { row: 'tiny-b8', reason: 'its bundle is not there' },
      { row: 'the page, first paint', reason: 'no paint' },
    ],
  });
});

test('pages measured in another browser are not put beside the rest', () => {
  const now = emptyReport('page');
  now.machine.browser = 'Chromium 2';
  expect(() => withPage(earlier, now)).toThrow('browser: Chromium 1, now Chromium 2');
});
