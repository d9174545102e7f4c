'use client';

import { useEffect, useRef } from 'react';
import { axisTable } from '@/lib/draw/axis-table';
import { useApp, useMoment } from '../page-context';
import { cachedLabel } from './label-cache';
import styles from './time.module.css';

/** What the axis shows, as a table: the blocks in view, up to the cursor. Opened on request. */
export function AxisTable() {
  const { trace, cursor } = useMoment();
  const axis = useApp((state) => state.axis);
  const writer = useApp((state) => state.writer);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    // The newest row is the one at the cursor.
    if (cursor !== null && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [cursor]);
  if (!trace || cursor === null) return <p className={styles.table}>Nothing is written yet.</p>;
  const label = (token: number) => cachedLabel(writer, trace.tokens[token] ?? 0);
  const { each, rows } = axisTable(trace, cursor, axis.from, axis.span, label);
  const surprise = each === 'token' ? 'surprise' : 'mean surprise';
  return (
    <section
      ref={box}
      className={styles.table}
      data-table
      aria-label="The time axis as a table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table>
        <caption>
          The blocks in view, one row a {each}. Bytes are held while the {each}
          {each === 'block' ? '’s last token' : ''} is chosen.
        </caption>
        <thead>
          <tr>
            <th scope="col">{each}</th>
            <th scope="col">text</th>
            <th scope="col">{surprise}</th>
            <th scope="col">global cache</th>
            <th scope="col">local cache (derived)</th>
            <th scope="col">flat, same size</th>
            {rows[0]?.sameLoss && <th scope="col">flat, same loss</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} aria-current={row.now || undefined}>
              <th scope="row">{row.name}</th>
              <td className={styles.text}>
                {row.text}
                {row.mark !== '' && <span className={styles.did}>{row.mark}</span>}
              </td>
              <td>{row.surprise}</td>
              <td>{row.global}</td>
              <td>{row.local}</td>
              <td>{row.flat}</td>
              {row.sameLoss && <td>{row.sameLoss}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
