'use client';

import { ChevronDown } from 'lucide-react';
import { Fragment, useId, useState } from 'react';
import lab from '../lab.module.css';
import { type Figure, formatRatio, ratioOf } from './figures';
import styles from './scaling.module.css';

interface FigureTableProps {
  figures: readonly Figure[];
  rival: string;
  /** What the paper itself says of a figure, or null. */
  stated(figure: string): string | null;
}

/** All figures side by side; each row opens its formula and its source. */
export function FigureTable({ figures, rival, stated }: FigureTableProps) {
  const [open, setOpen] = useState<string | null>(null);
  const id = useId();
  return (
    <section aria-label="All numbers">
      <h3 className={lab.heading}>All numbers</h3>
      <p className={lab.small}>
        None of them is measured here. “derived” at the end of a row opens its formula and its
        source.
      </p>
      <table className={styles.table}>
        <thead>
          <tr>
            <td />
            <th scope="col" className={styles.block}>
              block
            </th>
            <th scope="col" className={styles.flat}>
              flat<span className={styles.rival}>, {rival}</span>
            </th>
            <th scope="col">ratio</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {figures.map((figure, i) => {
            const ratio = ratioOf(figure);
            const opened = open === figure.id;
            const first = figures[i - 1]?.group !== figure.group;
            const say = (value: number | null) => (value === null ? '–' : figure.format(value));
            return (
              <Fragment key={figure.id}>
                {first && (
                  <tr className={styles.group}>
                    <th scope="rowgroup" colSpan={5}>
                      {figure.group}
                    </th>
                  </tr>
                )}
                <tr data-figure={figure.id}>
                  <th scope="row">
                    {figure.name}
                    <Stated words={stated(figure.id)} />
                  </th>
                  <td>{say(figure.block)}</td>
                  <td>{say(figure.flat)}</td>
                  <td title={ratio === null ? undefined : `${figure.ratio}, ${rival}`}>
                    {ratio === null ? '' : `${formatRatio(ratio)} ×`}
                  </td>
                  <td>
                    <button
                      type="button"
                      className={styles.why}
                      aria-label={`derived: formula and source of ${figure.group}, ${figure.name}`}
                      aria-expanded={opened}
                      aria-controls={opened ? `${id}-${figure.id}` : undefined}
                      onClick={() => setOpen(opened ? null : figure.id)}
                    >
                      <span>derived</span>
                      <ChevronDown size={14} aria-hidden="true" />
                    </button>
                  </td>
                </tr>
                {opened && (
                  <tr id={`${id}-${figure.id}`} className={styles.formula}>
                    <td colSpan={5}>
                      {figure.formulas.map((formula) => (
                        <code key={formula}>{formula}</code>
                      ))}
                      <p>{figure.source}</p>
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
      <p className={lab.small}>
        n_b, n_t: layers of block and token decoder; L: layers of the flat transformer; D: width; V:
        vocabulary; L_B: block length; P: prefix length; n: context. A ratio says how many times
        more the flat transformer takes, and how many times more sequences fit for the block model.
      </p>
    </section>
  );
}

function Stated({ words }: { words: string | null }) {
  return words === null ? null : <small className={styles.stated}>{words}</small>;
}
