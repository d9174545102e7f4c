import { describe, expect, test } from 'vitest';
import { layoutRatios } from '@/lib/lab/ratio-chart';
import { layoutSpeed } from '@/lib/lab/speed-chart';
import { cell, resultOf } from './results';

const MATCH = 'tiny-flat-match, unrolled';
const SIZE = { width: 600, height: 320, labels: 160 };

describe('tokens per second against batch size', () => {
  const result = resultOf([
    cell('tiny-b4', 1, 50),
    cell('tiny-b4', 4, 200),
    cell(MATCH, 1, 100),
    cell(MATCH, 2, 198),
  ]);
  const chart = layoutSpeed(result, SIZE);
  if (!chart) throw new Error('no chart');

  test('doubling the batch is the same way to the right everywhere, and speed begins at 0', () => {
    const [block, flat] = chart.lines;
    const at = (batch: number) => chart.xTicks.find(({ text }) => text === String(batch))?.x ?? 0;
    expect(at(4) - at(2)).toBeCloseTo(at(2) - at(1), 6);
    expect(block?.points.map(({ batch }) => batch)).toEqual([1, 4]);
    const height = (speed: number) => {
      const point = [...(block?.points ?? []), ...(flat?.points ?? [])].find(
        ({ tokensPerSecond }) => tokensPerSecond === speed,
      );
      return chart.plot.bottom - (point?.y ?? 0);
    };
    expect(height(200)).toBeCloseTo(4 * height(50), 6);
    expect(chart.yTicks[0]).toEqual({ y: chart.plot.bottom, text: '0' });
  });

  test('names stand apart and inside, and every point lies in the plot', () => {
    const [a, b] = chart.lines.map(({ labelY }) => labelY);
    expect(Math.abs((a ?? 0) - (b ?? 0))).toBeGreaterThanOrEqual(16);
    for (const { points } of chart.lines)
      for (const { x, y } of points) {
        expect(x).toBeGreaterThanOrEqual(chart.plot.left);
        expect(x).toBeLessThanOrEqual(chart.plot.right);
        expect(y).toBeGreaterThanOrEqual(chart.plot.top);
        expect(y).toBeLessThanOrEqual(chart.plot.bottom);
      }
  });

  test('the budget stands at the largest batch that fits, where that is near what was measured', () => {
    expect(chart.budgets.map(({ batch, models }) => [batch, models])).toEqual([
      [5, ['tiny-flat-same']],
    ]);
    const [x4, x5] = [chart.lines[0]?.points[1]?.x ?? 0, chart.budgets[0]?.x ?? 0];
    expect(x5).toBeGreaterThan(x4);
    const wide = layoutSpeed(resultOf([cell('tiny-b4', 32, 50)]), SIZE);
    expect(wide?.budgets.map(({ batch }) => batch)).toEqual([5, 16, 43]);
  });

  test('there is none before anything is measured', () => {
    expect(
      layoutSpeed(resultOf([{ row: MATCH, batch: 1, outcome: { kind: 'not-measured' } }]), SIZE),
    ).toBeNull();
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
