import { describe, expect, test } from 'vitest';
import { speedData } from '@/components/lab/throughput/speed-data';
import { layoutRatios } from '@/lib/lab/ratio-chart';
import { cell, resultOf } from './results';

const MATCH = 'tiny-flat-match, unrolled';

describe('tokens per second against batch size', () => {
  const result = resultOf([
    cell('tiny-b4', 1, 50),
    cell('tiny-b4', 4, 200),
    cell(MATCH, 1, 100),
    cell('tiny-flat-match, per token', 1, 90),
    cell('tiny-flat-same, unrolled', 1, 40),
    { row: MATCH, batch: 2, outcome: { kind: 'failed', reason: 'No memory.' } },
  ]);
  const chart = speedData(result);
  if (!chart) throw new Error('no chart');

  test('has a line for each row that was measured, and a point for each of its cells', () => {
    expect(
      chart.series.map(({ name, tone, mark, dashed, points }) => [
        name,
        tone,
        mark,
        dashed,
        points.map(({ x, y }) => [x, y]),
      ]),
    ).toEqual([
      [
        'tiny-b4',
        'global',
        'circle',
        false,
        [
          [1, 50],
          [4, 200],
        ],
      ],
      [MATCH, 'flat', 'circle', false, [[1, 100]]],
      ['tiny-flat-match, per token', 'flat', 'circle', true, [[1, 90]]],
      ['tiny-flat-same, unrolled', 'flat', 'square', false, [[1, 40]]],
    ]);
    expect(chart.y.domain).toEqual([0, 200]);
  });

  test('marks the budget where it is near what was measured', () => {
    expect(chart.rules).toEqual([{ axis: 'x', at: 5, name: 'budget: 5 of tiny-flat-same' }]);
    expect(chart.x.domain).toEqual([1, 5]);
    const wide = speedData(resultOf([cell('tiny-b4', 32, 50)]));
    expect(wide?.rules?.map(({ at }) => at)).toEqual([5, 16, 43]);
    expect(wide?.x.domain).toEqual([1, 43]);
  });

  test('is not there before anything is measured', () => {
    const waiting = { row: MATCH, batch: 1, outcome: { kind: 'not-measured' } as const };
    expect(speedData(resultOf([waiting]))).toBeNull();
  });
});

describe('ratios', () => {
  test('show the paper alone before a run, and what was measured above it after', () => {
    const alone = layoutRatios(null, 0, 700);
    expect(alone.bands.map(({ source }) => source)).toEqual(['paper', 'paper', 'paper', 'paper']);
    expect(alone.ticks.map(({ text }) => text)).toEqual([
      '1/4',
      '1/2',
      '1',
      '2',
      '4',
      '8',
      '16',
      '32',
    ]);
    expect([alone.ticks[0]?.x, alone.one, alone.ticks.at(-1)?.x]).toEqual([0, 200, 700]);
    const with1 = layoutRatios(resultOf([cell('tiny-b4', 1, 50), cell(MATCH, 1, 100)]), 0, 700);
    expect(with1.bands[0]).toMatchObject({ source: 'here', rival: 'same loss' });
    expect(with1.bands[0]?.marks[0]).toMatchObject({ x: 100, ratio: 0.5, note: '1' });
  });

  test('the scale grows with a measurement beyond it', () => {
    const chart = layoutRatios(resultOf([cell('tiny-b4', 1, 5000), cell(MATCH, 1, 100)]), 0, 800);
    expect(chart.ticks.at(-1)?.text).toBe('64');
    expect(chart.bands[0]?.marks[0]?.x).toBeLessThanOrEqual(800);
  });
});
