import { count } from '@/lib/lab/plan';
import type { LabResult } from '@/lib/lab/result';
import { number } from '@/lib/lab/table';
import type { ChartData, ChartMark, ChartSeries } from '../../chart/chart-layout';

const MARKS: readonly ChartMark[] = ['circle', 'square', 'diamond'];

/**
 * Tokens per second against batch size as a chart: batches on a log scale, speeds from 0 up, a line for each row, an upright
 * line at the largest batch whose K and V fit in the budget. Null as long as nothing is measured.
 */
export function speedData(result: LabResult): ChartData | null {
  const series = result.rows.flatMap((row) => seriesOf(result, row));
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) return null;
  const most = Math.max(2, ...result.cells.map(({ batch }) => batch));
  const rules = budgetsOf(result).filter(({ at }) => at <= 2 * most);
  const right = Math.max(most, ...rules.map(({ at }) => at));
  return {
    x: {
      label: 'sequences at once',
      scale: 'log',
      domain: [1, right],
      format: count,
      ticks: () => [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b),
    },
    y: {
      label: 'tokens a second',
      domain: [0, Math.max(...points.map(({ y, range }) => range?.[1] ?? y))],
      format: (speed) => number(speed).replace(/\.0+$/, ''),
    },
    series,
    rules,
  };
}

type Row = LabResult['rows'][number];

function seriesOf({ rows, cells }: LabResult, row: Row): ChartSeries[] {
  const points = cells.flatMap(({ row: id, batch, outcome }) => {
    if (id !== row.id || outcome.kind !== 'measured') return [];
    const { median, min, max, rounds } = outcome.tokensPerSecond;
    return [
      {
        x: batch,
        y: median,
        range: [min, max] as const,
        note: `${number(min)}–${number(max)} over ${count(rounds)} ${rounds === 1 ? 'round' : 'rounds'}`,
      },
    ];
  });
  if (points.length === 0) return [];
  const kin = rows.filter(({ architecture }) => architecture === row.architecture);
  const place = [...new Set(kin.map(({ model }) => model))].indexOf(row.model);
  return [
    {
      id: row.id,
      name: row.id,
      tone: row.architecture === 'block' ? 'global' : 'flat',
      dashed: row.architecture === 'flat' && row.tokensPerRun === 1,
      marks: true,
      mark: MARKS[place % MARKS.length] ?? 'circle',
      points,
    },
  ];
}

/** One line for all models in whose budget the same number of sequences fits. */
function budgetsOf({ rows }: LabResult): { axis: 'x'; at: number; name: string }[] {
  const models = new Map<number, string[]>();
  for (const { model, fits } of rows) {
    const known = models.get(fits) ?? [];
    if (fits > 0 && !known.includes(model)) models.set(fits, [...known, model]);
  }
  return [...models]
    .sort(([a], [b]) => a - b)
    .map(([at, names]) => ({ axis: 'x', at, name: `budget: ${count(at)} of ${names.join(', ')}` }));
}
