'use client';

import { useId, useState } from 'react';
import styles from './prompt.module.css';

interface NumberFieldProps {
  label: string;
  unit?: string;
  min: number;
  max: number;
  value: number;
  onChange(value: number): void;
}

/** A labelled whole number. What is typed may be unfinished; it is put right when the field is left. */
export function NumberField({ label, unit, min, max, value, onChange }: NumberFieldProps) {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={styles.number}
        type="number"
        inputMode="numeric"
        min={min}
        max={max}
        step={1}
        value={draft ?? value}
        onChange={(event) => {
          setDraft(event.target.value);
          const typed = event.target.valueAsNumber;
          if (Number.isInteger(typed)) onChange(Math.min(max, Math.max(min, typed)));
        }}
        onBlur={() => setDraft(null)}
      />
      <span className={styles.unit}>{unit}</span>
    </div>
  );
}
