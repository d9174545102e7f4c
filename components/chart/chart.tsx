'use client';

import { Table2 } from 'lucide-react';
import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useStageType } from '../canvas/stage-type';
import { useSpoken } from '../step/use-spoken';
import styles from './chart.module.css';
import {
  type ChartData,
  type ChartGeometry,
  type ChartMark,
  type ChartPoint,
  type ChartSeries,
  layoutChart,
} from './chart-layout';
import { ChartTable } from './chart-table';

export type { ChartAxis, ChartSeries } from './chart-layout';

interface ChartProps extends ChartData {
  /** What it shows; also the table's caption. */
  label: string;
  /** Pixels, in type of 12. */
  height?: number;
}

interface Chosen {
  series: number;
  point: number;
}

/**
 * Lines over two named axes, with a point cursor for pointer and arrow keys, and a table of the same numbers. Axes and lines that are
 * the same objects as before are not laid out again.
 */
export const Chart = memo(function Chart(props: ChartProps) {
  const { label, height: usual = 300, x, y, series, rules } = props;
  const data = useMemo<ChartData>(
    () => ({ x, y, series, ...(rules && { rules }) }),
    [x, y, series, rules],
  );
  const type = useStageType();
  const height = (usual * type) / 12;
  const [box, width] = useWidth();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [table, setTable] = useState(false);
  const [spoken, speak] = useSpoken();
  const tableId = useId();
  const geometry = useMemo(
    () => (width > 0 ? layoutChart(data, width, height, type) : null),
    [data, width, height, type],
  );
  const here = pointAt(data, chosen);

  const key = (event: KeyboardEvent) => {
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && !chosen) return;
    const next = moved(data, here && chosen, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next);
    speak(next ? inWords(data, next) : '');
  };
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const origin = event.currentTarget.getBoundingClientRect();
    const at = { x: event.clientX - origin.left, y: event.clientY - origin.top };
    setChosen(geometry && nearest(geometry, at));
  };

  return (
    <figure className={styles.chart}>
      <div className={styles.top}>
        <ul className={styles.legend} aria-label="Lines">
          {data.series.map((series) => (
            <li key={series.id}>
              <svg width="22" height="10" aria-hidden="true" {...toneOf(series)}>
                <path d="M0 5H22" className={styles.line} {...toneOf(series)} />
                {series.mark && <path className={styles.dot} d={markPath(series.mark, 11, 5)} />}
              </svg>
              {series.name}
            </li>
          ))}
        </ul>
        <button
          type="button"
          className={styles.switch}
          aria-label={`Show ${label} as a table`}
          title={`Show ${label} as a table`}
          aria-pressed={table}
          aria-controls={table ? tableId : undefined}
          onClick={() => setTable(!table)}
        >
          <Table2 size={16} aria-hidden="true" />
        </button>
      </div>
      {table ? (
        <div id={tableId}>
          <ChartTable caption={label} {...data} />
        </div>
      ) : (
        <>
          <div
            ref={box}
            className={styles.box}
            style={{ height }}
            role="application"
            aria-label={`${label}. Left and right go from point to point, up and down from line to line.`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the chart has a point cursor for the arrow keys
            tabIndex={0}
            onKeyDown={key}
            onBlur={() => setChosen(null)}
          >
            {geometry && (
              <Picture
                data={data}
                geometry={geometry}
                width={width}
                height={height}
                type={type}
                chosen={here ? chosen : null}
                onPoint={point}
                onLeave={() => setChosen(null)}
              />
            )}
          </div>
          <p className={styles.readout}>
            {chosen && here ? inWords(data, chosen) : `${scaleWords(data)}`}
          </p>
          <output className="visually-hidden">{spoken}</output>
        </>
      )}
    </figure>
  );
});

interface PictureProps {
  data: ChartData;
  geometry: ChartGeometry;
  width: number;
  height: number;
  type: number;
  chosen: Chosen | null;
  onPoint(event: PointerEvent<SVGSVGElement>): void;
  onLeave(): void;
}

function Picture(props: PictureProps) {
  const { data, geometry, width, height, type, chosen, onPoint, onLeave } = props;
  const { plot } = geometry;
  const mark = chosen && geometry.points[chosen.series]?.[chosen.point];
  return (
    <svg
      width={width}
      height={height}
      aria-hidden="true"
      onPointerMove={onPoint}
      onPointerDown={onPoint}
      onPointerLeave={(event) => {
        // A finger is gone at once; what it touched stays.
        if (event.pointerType !== 'touch') onLeave();
      }}
    >
      <Lines data={data} geometry={geometry} height={height} type={type} />
      {mark && (
        <>
          <path className={styles.guide} d={`M${mark.x} ${plot.top}V${plot.bottom}`} />
          <circle className={styles.chosen} cx={mark.x} cy={mark.y} r={5} />
        </>
      )}
    </svg>
  );
}

type LinesProps = Pick<PictureProps, 'data' | 'geometry' | 'height' | 'type'>;

/** All of the picture that a cursor does not change. */
const Lines = memo(function Lines({ data, geometry, height, type }: LinesProps) {
  const { plot } = geometry;
  return (
    <>
      <text className={styles.axisName} x={4} y={type}>
        {data.y.label}
      </text>
      <text className={styles.axisName} x={plot.right} y={height - 5} textAnchor="end">
        {data.x.label}
      </text>
      {geometry.yTicks.map(({ at, text }) => (
        <g key={text}>
          <path className={styles.grid} d={`M${plot.left} ${at}H${plot.right}`} />
          <text className={styles.tick} x={plot.left - 6} y={at + type / 3} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {geometry.xTicks.map(({ at, text }, i) => (
        <g key={text}>
          <path className={styles.base} d={`M${at} ${plot.bottom}v5`} />
          <text
            className={styles.tick}
            x={at}
            y={plot.bottom + 1.5 * type}
            textAnchor={
              i === geometry.xTicks.length - 1 && at > plot.right - 2 * type ? 'end' : 'middle'
            }
          >
            {text}
          </text>
        </g>
      ))}
      <path className={styles.base} d={`M${plot.left} ${plot.bottom}H${plot.right}`} />
      {geometry.rules.map(({ axis, at, name }, i) => (
        <g key={name}>
          <path
            className={styles.rule}
            d={
              axis === 'y'
                ? `M${plot.left} ${at}H${plot.right}`
                : `M${at} ${plot.top}V${plot.bottom}`
            }
          />
          <text
            className={styles.ruleName}
            x={axis === 'y' ? plot.right : at - 5}
            // Names of upright lines stand under one another: two lines may be near.
            y={axis === 'y' ? at - 5 : plot.top + (type * (10 + 15 * i)) / 12}
            textAnchor="end"
          >
            {name}
          </text>
        </g>
      ))}
      {data.series.map((series, i) => (
        <g key={series.id} {...toneOf(series)}>
          <path className={styles.line} d={geometry.paths[i]} {...toneOf(series)} />
          {series.marks &&
            geometry.points[i]?.map(({ x, y, range }) => (
              <g key={x}>
                {range && <path className={styles.range} d={`M${x} ${range[0]}V${range[1]}`} />}
                <path className={styles.dot} d={markPath(series.mark ?? 'circle', x, y)} />
              </g>
            ))}
        </g>
      ))}
    </>
  );
});

function markPath(mark: ChartMark, x: number, y: number): string {
  if (mark === 'square') return `M${x - 3.5} ${y - 3.5}h7v7h-7Z`;
  if (mark === 'diamond') return `M${x} ${y - 4.5}l4.5 4.5l-4.5 4.5l-4.5 -4.5Z`;
  return `M${x - 3} ${y}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z`;
}

function toneOf({ tone, dashed }: ChartSeries) {
  return { 'data-tone': tone, 'data-dashed': dashed ? '' : undefined };
}

/** The width of the element that the ref is put on, 0 before it is known. */
function useWidth(): [(element: HTMLDivElement | null) => void, number] {
  const [width, setWidth] = useState(0);
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const known = useRef(0);
  useEffect(() => {
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      const next = Math.round(entry?.contentRect.width ?? 0);
      if (next === known.current) return;
      known.current = next;
      setWidth(next);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, width];
}

function pointAt({ series }: ChartData, chosen: Chosen | null): ChartPoint | null {
  return (chosen && series[chosen.series]?.points[chosen.point]) ?? null;
}

/** Where a key leads: null leaves the chart, undefined is no key of it. */
function moved(
  { series }: ChartData,
  chosen: Chosen | null,
  key: string,
): Chosen | null | undefined {
  if (key === 'Escape') return null;
  if (!['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(key))
    return undefined;
  const from = chosen ?? { series: 0, point: -1 };
  const last = (line: number) => (series[line]?.points.length ?? 0) - 1;
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const step = key === 'ArrowUp' ? -1 : 1;
    const line = Math.min(series.length - 1, Math.max(0, from.series + (chosen ? step : 0)));
    const x = series[from.series]?.points[Math.max(0, from.point)]?.x ?? 0;
    return last(line) < 0 ? null : { series: line, point: nearestTo(series[line], x) };
  }
  const end = last(from.series);
  if (end < 0) return null;
  const point = { ArrowLeft: from.point - 1, ArrowRight: from.point + 1, Home: 0, End: end }[key];
  return { series: from.series, point: Math.min(end, Math.max(0, point ?? 0)) };
}

function nearestTo(series: ChartSeries | undefined, x: number): number {
  let best = 0;
  series?.points.forEach((point, i) => {
    const before = series.points[best]?.x ?? 0;
    if (Math.abs(point.x - x) < Math.abs(before - x)) best = i;
  });
  return best;
}

function nearest({ points }: ChartGeometry, at: { x: number; y: number }): Chosen | null {
  let best: Chosen | null = null;
  let least = Number.POSITIVE_INFINITY;
  points.forEach((line, series) => {
    line.forEach(({ x, y }, point) => {
      // Along the axis first: lines that lie on each other differ little in y.
      const distance = (x - at.x) ** 2 * 4 + (y - at.y) ** 2;
      if (distance >= least) return;
      least = distance;
      best = { series, point };
    });
  });
  return best;
}

function inWords(data: ChartData, chosen: Chosen): string {
  const point = pointAt(data, chosen);
  if (!point) return '';
  const { x, y, series } = data;
  const note = point.note ? `; ${point.note}` : '';
  return `${series[chosen.series]?.name}: ${y.format(point.y)} at ${x.format(point.x)} ${x.label}${note}`;
}

function scaleWords({ x, y }: ChartData): string {
  const [across, up] = [x.scale ?? 'linear', y.scale ?? 'linear'];
  return across === up
    ? `Both axes: ${across} scale.`
    : `Across: ${across} scale; up: ${up} scale.`;
}
