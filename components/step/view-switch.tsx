'use client';

import { Grid3x3, Table2 } from 'lucide-react';
import styles from './step.module.css';

interface ViewSwitchProps {
  table: boolean;
  what: string;
  onChange(table: boolean): void;
}

/** Changes a map to its table and back. */
export function ViewSwitch({ table, what, onChange }: ViewSwitchProps) {
  const label = table ? `Show ${what} as a map` : `Show ${what} as a table`;
  return (
    <button
      type="button"
      className={styles.switch}
      aria-label={label}
      title={label}
      onClick={() => onChange(!table)}
    >
      {table ? <Grid3x3 size={15} aria-hidden="true" /> : <Table2 size={15} aria-hidden="true" />}
    </button>
  );
}
