'use client';

import { useId, useState } from 'react';
import styles from './throughput.module.css';

interface WholeFieldProps {
  label: string;
  unit: string;
  min: number;
  max: number;
  step: number;
  value: number;
  /** Puts a typed number right; as it is, if left out. */
  whole?(typed: number): number;
  onChange(value: number): void;
}

/** A labelled whole number. What is typed may be unfinished; it is put right when the field is left, or by Enter. */
export function WholeField({
  label,
  unit,
  min,
  max,
  step,
  value,
  whole = (typed) => typed,
  onChange,
}: WholeFieldProps) {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const settle = () => {
    const typed = Number.parseInt(draft ?? '', 10);
    setDraft(null);
    if (Number.isFinite(typed)) onChange(Math.min(max, Math.max(min, whole(typed))));
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        min={min}
        max={max}
        step={step}
        value={draft ?? value}
        onChange={(event) => {
          const typed = event.target.valueAsNumber;
          // The arrows of the field give whole numbers at once.
          if (Number.isFinite(typed) && whole(typed) === typed && typed >= min && typed <= max) {
            setDraft(null);
            onChange(typed);
          } else setDraft(event.target.value);
        }}
        onKeyDown={({ key }) => {
          if (key === 'Enter') settle();
        }}
        onBlur={settle}
      />
      <span className={styles.unit}>{unit}</span>
    </div>
  );
}
