'use client';

import { useRef } from 'react';
import { count } from '@/lib/lab/plan';
import type { LabResult } from '@/lib/lab/result';
import { layoutSpeed, type SpeedChart, type SpeedLine } from '@/lib/lab/speed-chart';
import { formatBytes } from '@/lib/model/cost';
import styles from './throughput.module.css';
import { useWidth } from './use-width';

/** Tokens per second against batch size, a line a row; the numbers stand in the table below. */
export function SpeedFigure({ result }: { result: LabResult }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame, 640);
  const narrow = width < 560;
  const chart = layoutSpeed(result, {
    width,
    height: narrow ? 260 : 300,
    labels: narrow ? 10 : 190,
  });
  return (
    <figure className={styles.figure}>
      <figcaption>
        <h3>Tokens per second against batch size</h3>
      </figcaption>
      <div ref={frame}>
        {chart ? (
          <Drawing chart={chart} named={!narrow} budget={formatBytes(result.budgetBytes)} />
        ) : (
          <p className={styles.empty}>The first measurement is on its way.</p>
        )}
      </div>
      {chart && narrow && (
        <ul className={styles.key} aria-label="Lines">
          {chart.lines.map((line) => (
            <li key={line.row}>
              <svg width={26} height={12} aria-hidden="true">
                <path d="M1 6H25" className={lineStyle(line)} />
                <Mark line={line} x={13} y={6} />
              </svg>
              {line.row}
            </li>
          ))}
        </ul>
      )}
      <p className={styles.note}>
        Medians; thin strokes span the rounds. In {formatBytes(result.budgetBytes)} fit{' '}
        {[...new Map(result.rows.map(({ model, fits }) => [model, fits]))]
          .map(([model, fits]) => `${count(fits)} of ${model}`)
          .join(', ')}
        .
      </p>
    </figure>
  );
}

function Drawing({ chart, named, budget }: { chart: SpeedChart; named: boolean; budget: string }) {
  const { width, height, plot, lines, budgets, xTicks, yTicks } = chart;
  const words = lines.map(({ points }) => points.map(({ label }) => label).join('; ')).join('. ');
  return (
    <svg className={styles.chart} width={width} height={height} role="img" aria-label={words}>
      {yTicks.map(({ y, text }) => (
        <g key={text}>
          <line className={styles.grid} x1={plot.left} x2={plot.right} y1={y} y2={y} />
          <text className={styles.tick} x={plot.left - 8} y={y + 4} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {xTicks.map(({ x, text }) => (
        <text key={text} className={styles.tick} x={x} y={plot.bottom + 17} textAnchor="middle">
          {text}
        </text>
      ))}
      <text
        className={styles.axis}
        x={(plot.left + plot.right) / 2}
        y={height - 6}
        textAnchor="middle"
      >
        sequences at once
      </text>
      {budgets.map(({ x, batch, models, level, anchor }) => (
        <g key={batch}>
          <line className={styles.budget} x1={x} x2={x} y1={8 + 16 * level} y2={plot.bottom} />
          <text
            className={styles.budgetText}
            x={anchor === 'start' ? x + 5 : x - 5}
            y={18 + 16 * level}
            textAnchor={anchor}
          >
            {named ? `${budget} full: ${models.join(', ')}` : models.join(', ')}
          </text>
        </g>
      ))}
      {lines.map((line) => (
        <g key={line.row}>
          <polyline
            className={lineStyle(line)}
            points={line.points.map(({ x, y }) => `${x},${y}`).join(' ')}
          />
          {line.points.map(({ x, y, low, high, batch, label }) => (
            <g key={batch}>
              <line className={lineStyle(line)} data-range="" x1={x} x2={x} y1={low} y2={high} />
              <Mark line={line} x={x} y={y}>
                <title>{label}</title>
              </Mark>
            </g>
          ))}
          {named && (
            <text
              className={styles.name}
              x={plot.right + 6}
              y={line.labelY + 4}
              data-kind={line.architecture}
            >
              {line.row}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

function lineStyle({ architecture, perToken }: SpeedLine): string {
  return [
    styles.line,
    architecture === 'block' ? styles.block : styles.flat,
    perToken ? styles.dashed : '',
  ].join(' ');
}

/** Circles, squares and diamonds tell models of one colour apart; hollow is a flat model token by token. */
function Mark({
  line,
  x,
  y,
  children,
}: {
  line: SpeedLine;
  x: number;
  y: number;
  children?: React.ReactNode;
}) {
  const shapes = [
    `M${x - 4.5} ${y}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z`,
    `M${x - 4} ${y - 4}h8v8h-8Z`,
    `M${x} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5Z`,
  ];
  return (
    <path
      d={shapes[line.shape % shapes.length]}
      className={`${styles.mark} ${line.architecture === 'block' ? styles.block : styles.flat}`}
      data-hollow={line.perToken || undefined}
    >
      {children}
    </path>
  );
}
