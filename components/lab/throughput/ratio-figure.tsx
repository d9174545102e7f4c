'use client';

import { useRef } from 'react';
import { PAPER_WORDS } from '@/lib/lab/paper';
import { layoutRatios, type RatioBand, type RatioChart } from '@/lib/lab/ratio-chart';
import type { LabResult } from '@/lib/lab/result';
import styles from './throughput.module.css';
import { useWidth } from './use-width';

/** Height of a band; a measured one has its batches above the marks, and a longer name. */
const BAND = { here: 70, paper: 56 };
const TOP = 8;

/** How many times as many tokens a second the block model writes: here, filled, and in the paper, hollow. */
export function RatioFigure({ result }: { result: LabResult | null }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame, 640);
  const chart = layoutRatios(result, 12, Math.max(240, width) - 20);
  return (
    <figure className={styles.figure}>
      <figcaption>
        <h3>How many times as many tokens a second the block model writes</h3>
      </figcaption>
      <div ref={frame}>
        <Drawing chart={chart} width={Math.max(240, width)} />
      </div>
      <p className={styles.note}>
        {result && 'Filled: measured here, the batch above. Hollow: the paper. '}
        {PAPER_WORDS.conditions} {PAPER_WORDS.one}
      </p>
      <details className={styles.details}>
        <summary>As a table</summary>
        <RatioTable chart={chart} />
      </details>
    </figure>
  );
}

function Drawing({ chart, width }: { chart: RatioChart; width: number }) {
  const { bands, ticks, one } = chart;
  const tops = bands.map((_, i) =>
    bands.slice(0, i).reduce((sum, { source }) => sum + BAND[source], TOP),
  );
  const bottom = bands.reduce((sum, { source }) => sum + BAND[source], TOP);
  const words = bands
    .map((band) => `${bandName(band)}: ${band.marks.map(({ label }) => label).join(', ')}`)
    .join('. ');
  return (
    <svg className={styles.chart} width={width} height={bottom + 40} role="img" aria-label={words}>
      {ticks.map(({ x, text }) => (
        <g key={text}>
          <line className={styles.grid} x1={x} x2={x} y1={TOP} y2={bottom} />
          <text className={styles.tick} x={x} y={bottom + 16} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      <line className={styles.one} x1={one} x2={one} y1={TOP} y2={bottom} />
      <text className={styles.axis} x={one - 6} y={bottom + 34} textAnchor="end">
        flat faster
      </text>
      <text className={styles.axis} x={one + 6} y={bottom + 34}>
        block faster, times
      </text>
      {bands.map((band, i) => (
        <Band key={bandName(band)} band={band} y={tops[i] ?? TOP} />
      ))}
    </svg>
  );
}

function Band({ band, y }: { band: RatioBand; y: number }) {
  const middle = y + BAND[band.source] - 14;
  const notes = apart(band);
  return (
    <g>
      <text className={styles.band} x={12} y={y + 14}>
        {band.source === 'paper' && 'Paper: '}
        {band.name}
        <tspan className={styles.rival} x={12} dy={15}>
          {band.rival}
        </tspan>
      </text>
      {band.marks.map(({ x, label }) => (
        <circle
          key={label}
          className={styles.ratio}
          data-source={band.source}
          cx={x}
          cy={middle}
          r={5}
        >
          <title>{label}</title>
        </circle>
      ))}
      {band.source === 'here' &&
        notes.map(({ x, note }) => (
          <text key={note} className={styles.tick} x={x} y={middle - 9} textAnchor="middle">
            {note}
          </text>
        ))}
    </g>
  );
}

/** Notes of marks that are too near one another are left to the table. */
function apart({ marks }: RatioBand): RatioBand['marks'] {
  const kept: RatioBand['marks'] = [];
  for (const mark of marks) if (kept.every(({ x }) => Math.abs(x - mark.x) > 14)) kept.push(mark);
  return kept;
}

function bandName({ source, name, rival }: RatioBand): string {
  return `${source === 'paper' ? 'Paper: ' : ''}${name}, ${rival}`;
}

function RatioTable({ chart }: { chart: RatioChart }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Ratio of tokens per second</th>
        </tr>
      </thead>
      <tbody>
        {chart.bands.flatMap((band) =>
          band.marks.map(({ label }) => (
            <tr key={`${bandName(band)} ${label}`}>
              <th scope="row">{bandName(band)}</th>
              <td>{label}</td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}
