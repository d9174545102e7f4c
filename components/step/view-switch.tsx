'use client';

import { Table2 } from 'lucide-react';
import styles from './step.module.css';

interface ViewSwitchProps {
  /** For instance `global attention`. */
  what: string;
  table: boolean;
  onChange(table: boolean): void;
}

/** Changes between a map and its numbers in a table. */
export function ViewSwitch({ what, table, onChange }: ViewSwitchProps) {
  const label = `Show ${what} as a table`;
  return (
    <button
      type="button"
      className={styles.switch}
      aria-label={label}
      aria-pressed={table}
      title={label}
      onClick={() => onChange(!table)}
    >
      <Table2 size={15} aria-hidden="true" />
    </button>
  );
}
