'use client';

import { ChevronDown } from 'lucide-react';
import { memo, useCallback, useId, useState } from 'react';
import lab from '../lab.module.css';
import { type Figure, formatRatio, ratioOf } from './figures';
import styles from './scaling.module.css';

interface FigureTableProps {
  figures: readonly Figure[];
  rival: string;
  /** What the paper itself says of a figure, or null; the same function as long as that is the same. */
  stated(figure: string): string | null;
}

/** All figures side by side; each row opens its formula and its source. */
export const FigureTable = memo(function FigureTable({ figures, rival, stated }: FigureTableProps) {
  const [open, setOpen] = useState<string | null>(null);
  const id = useId();
  const toggle = useCallback((row: string) => setOpen((open) => (open === row ? null : row)), []);
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
            const opened = open === figure.id;
            const ratio = ratioOf(figure);
            return [
              figures[i - 1]?.group !== figure.group && (
                <tr key={figure.group} className={styles.group}>
                  <th scope="rowgroup" colSpan={5}>
                    {figure.group}
                  </th>
                </tr>
              ),
              <FigureRow
                key={figure.id}
                id={figure.id}
                group={figure.group}
                name={figure.name}
                stated={stated(figure.id)}
                block={say(figure, figure.block)}
                flat={say(figure, figure.flat)}
                ratio={ratio === null ? '' : `${formatRatio(ratio)} ×`}
                ratioTitle={ratio === null ? undefined : `${figure.ratio}, ${rival}`}
                formulaId={opened ? `${id}-${figure.id}` : undefined}
                onToggle={toggle}
              />,
              opened && (
                <tr
                  key={`${figure.id} opened`}
                  id={`${id}-${figure.id}`}
                  className={styles.formula}
                >
                  <td colSpan={5}>
                    {figure.formulas.map((formula) => (
                      <code key={formula}>{formula}</code>
                    ))}
                    <p>{figure.source}</p>
                  </td>
                </tr>
              ),
            ];
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
});

interface FigureRowProps {
  id: string;
  group: string;
  name: string;
  stated: string | null;
  block: string;
  flat: string;
  ratio: string;
  ratioTitle: string | undefined;
  /** Id of the opened row below, if it is open. */
  formulaId: string | undefined;
  onToggle(id: string): void;
}

/** One figure, in words: most of them stay the same while a dial is turned. */
const FigureRow = memo(function FigureRow(props: FigureRowProps) {
  const { id, group, name, stated, block, flat, ratio, ratioTitle, formulaId, onToggle } = props;
  return (
    <tr data-figure={id}>
      <th scope="row">
        {name}
        {stated !== null && <small className={styles.stated}>{stated}</small>}
      </th>
      <td>{block}</td>
      <td>{flat}</td>
      <td title={ratioTitle}>{ratio}</td>
      <td>
        <button
          type="button"
          className={styles.why}
          aria-label={`derived: formula and source of ${group}, ${name}`}
          aria-expanded={formulaId !== undefined}
          aria-controls={formulaId}
          onClick={() => onToggle(id)}
        >
          <span>derived</span>
          <ChevronDown size={14} aria-hidden="true" />
        </button>
      </td>
    </tr>
  );
});

function say({ format }: Figure, value: number | null): string {
  return value === null ? '–' : format(value);
}
