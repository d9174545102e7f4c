import { segment, text } from './svg';

/** A place for a chart: the rectangle of its axes. */
export interface Panel {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Tick {
  at: number;
  label: string;
}

export interface AxisLabels {
  title: string;
  xTitle: string;
  yTitle: string;
}

/** Panels side by side. */
export function panelsIn(
  count: number,
  { x, y, width, height, gap }: Panel & { gap: number },
): Panel[] {
  return Array.from({ length: count }, (_, i) => ({ x: x + i * (width + gap), y, width, height }));
}

/** Grid lines, ticks and titles of a chart; ticks are in pixels. */
export function axes(
  { x, y, width, height }: Panel,
  { title, xTitle, yTitle }: AxisLabels,
  xTicks: readonly Tick[],
  yTicks: readonly Tick[],
): string {
  const bottom = y + height;
  return [
    text(x, y - 30, title, { bold: true, size: 14 }),
    text(x, y - 12, yTitle, { colour: 'mute', size: 12 }),
    text(x + width / 2, bottom + 38, xTitle, { anchor: 'middle', colour: 'mute', size: 12 }),
    ...yTicks.flatMap(({ at, label }) => [
      segment([x, at], [x + width, at], 'line'),
      text(x - 8, at + 4, label, { anchor: 'end', colour: 'mute', size: 12 }),
    ]),
    ...xTicks.map(({ at, label }) =>
      text(at, bottom + 18, label, { anchor: 'middle', colour: 'mute', size: 12 }),
    ),
    segment([x, bottom], [x + width, bottom], 'mute'),
  ].join('\n');
}

/** The lowest and highest of some numbers with room on both sides. */
export function padded(values: readonly number[], room = 0.08): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const space = (high - low || Math.abs(high) || 1) * room;
  return [low - space, high + space];
}
