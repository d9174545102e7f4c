import { describe, expect, it } from 'vitest';
import { type ChartData, layoutChart } from '@/components/chart/chart-layout';
import { binaryTicks } from '@/components/chart/ticks';

const plain = { label: 'tokens', format: String };

const data: ChartData = {
  x: { ...plain, domain: [0, 100] },
  y: { ...plain, label: 'bytes' },
  series: [
    {
      id: 'a',
      name: 'a',
      tone: 'global',
      shape: 'step',
      points: [
        { x: 0, y: 0 },
        { x: 50, y: 10 },
        { x: 100, y: 40 },
      ],
    },
  ],
};

describe('layoutChart', () => {
  it('puts points in proportion between the axes, zero at the bottom', () => {
    const { plot, points } = layoutChart(data, 600, 300);
    const [first, middle, last] = points[0] ?? [];
    expect(first).toEqual({ x: plot.left, y: plot.bottom });
    expect(middle?.x).toBeCloseTo((plot.left + plot.right) / 2);
    expect(middle?.y).toBeCloseTo(plot.bottom - (plot.bottom - plot.top) / 4);
    expect(last).toEqual({ x: plot.right, y: plot.top });
  });

  it('keeps a value until the next in a step line', () => {
    const { plot, paths } = layoutChart(data, 600, 300);
    // The first value goes on until the middle, at the bottom.
    const middle = (plot.left + plot.right) / 2;
    expect(paths[0]).toContain(`L${Math.round(middle * 1000) / 1000},${plot.bottom}`);
  });

  it('makes room for a rule above all values, and puts equal factors at equal distances on a log scale', () => {
    const log = layoutChart(
      {
        ...data,
        x: { ...plain, scale: 'log', domain: [1, 100] },
        series: [{ ...data.series[0], points: [1, 10, 100].map((x) => ({ x, y: 1 })) } as never],
        rules: [{ axis: 'y', at: 50, name: 'budget' }],
      },
      600,
      300,
    );
    const [a, b, c] = (log.points[0] ?? []).map(({ x }) => x) as [number, number, number];
    expect(b - a).toBeCloseTo(c - b);
    expect(log.rules[0]?.at).toBe(log.plot.top);
  });
});

it('ticks tokens and bytes at multiples of a power of two', () => {
  expect(binaryTicks([0, 2176], 5)).toEqual([0, 512, 1024, 1536, 2048]);
  expect(binaryTicks([0, 0], 5)).toEqual([0]);
});
