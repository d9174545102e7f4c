'use client';

import { useId } from 'react';
import styles from './prompt.module.css';

interface RangeFieldProps {
  label: string;
  min: number;
  max: number;
  step: number;
  value: number;
  /** The value in words, for instance `off`. */
  text: string;
  onChange(value: number): void;
}

/** A labelled slider with its value beside it. */
export function RangeField({ label, text, onChange, ...range }: RangeFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={styles.range}
        type="range"
        aria-valuetext={text}
        {...range}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      <output htmlFor={id} className={styles.value}>
        {text}
      </output>
    </div>
  );
}
