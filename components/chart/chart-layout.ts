import { curveStepAfter, line, scaleLinear, scaleLog } from 'd3';

export type ChartTone = 'global' | 'local' | 'now' | 'flat' | 'ink' | 'mute';

export type ChartMark = 'circle' | 'square' | 'diamond';

export interface ChartPoint {
  x: number;
  y: number;
  /** Least and greatest of the values that `y` stands for: a thin stroke where points have marks. */
  range?: readonly [number, number];
  /** Said and shown behind the point's numbers. */
  note?: string;
}

export interface ChartSeries {
  id: string;
  name: string;
  tone: ChartTone;
  /** In the order of x. A missing value is left out. */
  points: readonly ChartPoint[];
  /** Denser points for the line alone, where those that are read out would hide its shape. */
  line?: readonly ChartPoint[];
  /** `step`: a value holds until the next. `line` if not said. */
  shape?: 'line' | 'step';
  dashed?: boolean;
  /** A mark at every point; hollow on a dashed line. */
  marks?: boolean;
  /** Tells lines of one tone apart; a circle if not said. */
  mark?: ChartMark;
}

export interface ChartAxis {
  /** What it counts, with its unit. */
  label: string;
  scale?: 'linear' | 'log';
  /** From 0 to the greatest value if not said; on a log scale from the least. */
  domain?: readonly [number, number];
  format(value: number): string;
  ticks?(domain: readonly [number, number], count: number): readonly number[];
}

/** A line across the chart with a name. */
export interface ChartRule {
  axis: 'x' | 'y';
  at: number;
  name: string;
}

export interface ChartData {
  x: ChartAxis;
  y: ChartAxis;
  series: readonly ChartSeries[];
  rules?: readonly ChartRule[];
}

interface Tick {
  at: number;
  text: string;
}

export interface ChartPixel {
  x: number;
  y: number;
  range?: readonly [number, number];
}

export interface ChartGeometry {
  plot: { left: number; top: number; right: number; bottom: number };
  xTicks: readonly Tick[];
  yTicks: readonly Tick[];
  /** SVG paths, one for each series. */
  paths: readonly string[];
  /** Pixels of every point, by series. */
  points: readonly (readonly ChartPixel[])[];
  rules: readonly { axis: 'x' | 'y'; at: number; name: string }[];
}

/** Of the type's size: the width of a character, about. */
const CHARACTER = 0.6;

/** Where everything of a chart lies in a box of `width` × `height` pixels, in type of size `type`. */
export function layoutChart(
  { x, y, series, rules = [] }: ChartData,
  width: number,
  height: number,
  type = 12,
): ChartGeometry {
  const yDomain = domainOf(y, [
    ...series.flatMap(({ points, line }) => (line ?? points).map((point) => point.y)),
    ...rules.filter(({ axis }) => axis === 'y').map(({ at }) => at),
  ]);
  const xDomain = domainOf(
    x,
    series.flatMap(({ points }) => points.map((point) => point.x)),
  );
  const rows = Math.max(2, Math.floor(height / ((56 / 12) * type)));
  const yValues = ticksOf(y, yDomain, rows);
  const longest = Math.max(0, ...yValues.map((value) => y.format(value).length));
  const plot = {
    left: 10 + longest * CHARACTER * type,
    top: 2 * type,
    right: width - 14,
    bottom: height - (10 / 3) * type,
  };
  const across = scaleOf(x, xDomain).range([plot.left, plot.right]);
  const up = scaleOf(y, yDomain).range([plot.bottom, plot.top]);
  const columns = Math.max(2, Math.floor((plot.right - plot.left) / (7.5 * type)));
  const points = series.map((one) =>
    one.points.map(({ x, y, range }) => ({
      x: across(x),
      y: up(y),
      ...(range && { range: [up(range[0]), up(range[1])] as const }),
    })),
  );
  return {
    plot,
    xTicks: ticksOf(x, xDomain, columns).map((value) => ({
      at: across(value),
      text: x.format(value),
    })),
    yTicks: yValues.map((value) => ({ at: up(value), text: y.format(value) })),
    paths: series.map((one) => {
      const path = line<{ x: number; y: number }>(
        (point) => across(point.x),
        (point) => up(point.y),
      );
      return (
        (one.shape === 'step' ? path.curve(curveStepAfter) : path)(one.line ?? one.points) ?? ''
      );
    }),
    points,
    rules: rules.map(({ axis, at, name }) => ({
      axis,
      name,
      at: axis === 'x' ? across(at) : up(at),
    })),
  };
}

function domainOf(axis: ChartAxis, values: readonly number[]): readonly [number, number] {
  if (axis.domain) return axis.domain;
  const max = Math.max(...values, Number.MIN_VALUE);
  if (axis.scale !== 'log') return [0, max];
  return [Math.min(...values.filter((value) => value > 0), max), max];
}

function scaleOf(axis: ChartAxis, domain: readonly [number, number]) {
  return axis.scale === 'log' ? scaleLog().domain(domain) : scaleLinear().domain(domain);
}

function ticksOf(
  axis: ChartAxis,
  domain: readonly [number, number],
  count: number,
): readonly number[] {
  const inside = (value: number) => value >= domain[0] && value <= domain[1];
  return (axis.ticks?.(domain, count) ?? scaleOf(axis, domain).ticks(count)).filter(inside);
}
