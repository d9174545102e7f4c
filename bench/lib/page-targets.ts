import { number, percent } from '@/lib/lab/table';
import { type PageResult, scriptBytes } from './page';
import type { Report } from './report';
import type { Rule } from './targets';

const ms = (value: number) => `${number(value)} ms`;
const kB = (value: number) => `${number(value / 1000)} kB`;
const count = (value: number) => (value === 0 ? 'none' : value.toLocaleString('en'));

/** A rule about a part of the page's results; null where that part is missing. */
function rule(
  target: string,
  limit: number,
  show: Rule['show'],
  of: (page: PageResult) => number | null,
): Rule {
  return {
    target: `the page: ${target}`,
    limit,
    side: 'most',
    show,
    of: ({ page }: Report) => (page ? of(page) : null),
  };
}

const worst = (values: number[]) => (values.length > 0 ? Math.max(...values) : null);

/** Every row that was not measured would make the judgement too kind. */
export const SCENES = 13;
const all = ({ frames }: PageResult) => (frames.length === SCENES ? frames : []);

/** What the page has to meet. */
export const PAGE_RULES: Rule[] = [
  rule('script a frame while playing and scrubbing, 95th percentile, slowest row', 10, ms, (page) =>
    worst(
      all(page)
        .filter(({ judged }) => judged)
        .map(({ wall }) => wall.p95),
    ),
  ),
  rule('tasks above 50 ms after loading', 0, count, (page) => {
    const rows = all(page);
    return rows.length > 0 ? rows.reduce((sum, row) => sum + row.longTasks.length, 0) : null;
  }),
  rule(
    'memory after the seventh and eighth full run, against the sixth',
    0.05,
    percent,
    ({ memory }) => memory?.drift ?? null,
  ),
  rule('first contentful paint, median', 1000, ms, ({ first }) => first?.paintMs.median ?? null),
  rule('first token drawn, median', 1000, ms, ({ first }) => first?.textMs.median ?? null),
  rule('compressed JavaScript before the first Generate', 300_000, kB, ({ scripts }) =>
    scripts.length > 0 ? scriptBytes(scripts, false) : null,
  ),
  rule('the same with the polyfills of old browsers', 300_000, kB, ({ scripts }) =>
    scripts.length > 0 ? scriptBytes(scripts, true) : null,
  ),
  rule('requests to other origins', 0, count, ({ foreign }) => foreign.length),
];
