'use client';

import { LayoutGrid, Table2 } from 'lucide-react';
import styles from './step.module.css';

/** How a map is shown: one head large, all heads small, or its numbers in a table. */
export type MapView = 'map' | 'heads' | 'table';

interface ViewSwitchProps {
  view: MapView;
  /** For instance `global attention`. */
  what: string;
  onChange(view: MapView): void;
}

/** Changes between the large map, all heads, and the table. */
export function ViewSwitch({ view, what, onChange }: ViewSwitchProps) {
  const toggle = (other: MapView, label: string, Icon: typeof LayoutGrid) => (
    <button
      type="button"
      className={styles.switch}
      aria-label={label}
      aria-pressed={view === other}
      title={label}
      onClick={() => onChange(view === other ? 'map' : other)}
    >
      <Icon size={15} aria-hidden="true" />
    </button>
  );
  return (
    <span className={styles.switches}>
      {toggle('heads', `Show all heads of ${what}`, LayoutGrid)}
      {toggle('table', `Show ${what} as a table`, Table2)}
    </span>
  );
}
