'use client';

import { reasonOf } from '@/lib/lab/markdown';
import { count } from '@/lib/lab/plan';
import type { CellResult, LabResult, Measured } from '@/lib/lab/result';
import { number, percent } from '@/lib/lab/table';
import { duration } from '@/lib/lab/words';
import { formatBytes } from '@/lib/model/cost';
import styles from './throughput.module.css';

const PARTS = [
  { name: 'reading the prompt', of: ({ prefillMs }: Measured) => prefillMs, style: styles.reading },
  { name: 'writing', of: ({ stepMs }: Measured) => stepMs, style: styles.writing },
  {
    name: 'outside the runtime',
    of: ({ outsideMs }: Measured) => outsideMs,
    style: styles.outside,
  },
] as const;

/** Every cell in numbers; one that could not be measured says why. */
export function CellTable({ result }: { result: LabResult }) {
  return (
    <section aria-labelledby="throughput-table">
      <div className={styles.title}>
        <h3 id="throughput-table">Every measurement</h3>
        <ul className={styles.key} aria-label="Where the time goes">
          {PARTS.map(({ name, style }) => (
            <li key={name}>
              <i className={style} aria-hidden="true" />
              {name}
            </li>
          ))}
        </ul>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className={styles.scroll} aria-label="Table of every measurement" tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Batch</th>
              <th scope="col">Tokens/s</th>
              <th scope="col">First token</th>
              <th scope="col">Where the time goes</th>
              <th scope="col">K and V held</th>
              <th scope="col">allocated</th>
              <th scope="col">Rounds</th>
            </tr>
          </thead>
          <tbody>
            {result.cells.map((cell) => (
              <Row
                key={`${cell.row} ${cell.batch}`}
                cell={cell}
                running={result.ended === 'running'}
              />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Row({ cell, running }: { cell: CellResult; running: boolean }) {
  const { row, batch, outcome } = cell;
  return (
    <tr data-row={row} data-batch={batch}>
      <th scope="row">{row}</th>
      <td>{count(batch)}</td>
      {outcome.kind === 'measured' ? (
        <Numbers measured={outcome} />
      ) : (
        <td className={styles.reason} colSpan={6}>
          {outcome.kind === 'not-measured' && running ? 'waits for its turn' : reasonOf(outcome)}
        </td>
      )}
    </tr>
  );
}

function Numbers({ measured }: { measured: Measured }) {
  const { tokensPerSecond, firstTokenMs, totalMs, heldBytes, allocatedBytes } = measured;
  const shares = PARTS.map(({ name, of, style }) => ({
    name,
    style,
    share: of(measured) / totalMs,
  }));
  return (
    <>
      <td>
        <b>{number(tokensPerSecond.median)}</b>
      </td>
      <td>{duration(firstTokenMs.median)}</td>
      <td>
        <span className={styles.parts}>
          <span className={styles.stack} aria-hidden="true">
            {shares.map(({ name, style, share }) => (
              <i key={name} className={style} style={{ width: `${100 * share}%` }} />
            ))}
          </span>
          <span>{shares.map(({ share }) => percent(share)).join(' · ')}</span>
        </span>
      </td>
      <td>{formatBytes(heldBytes)}</td>
      <td>{formatBytes(allocatedBytes)}</td>
      <td>{count(tokensPerSecond.rounds)}</td>
    </>
  );
}
