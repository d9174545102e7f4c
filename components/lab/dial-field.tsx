'use client';

import { memo, useId, useState } from 'react';
import styles from './field.module.css';

interface DialFieldProps {
  label: string;
  unit?: string;
  min: number;
  max: number;
  /** Where the slider stops. */
  stops: readonly number[];
  /** Whether the field takes whole numbers only. */
  whole?: boolean;
  value: number;
  onChange(value: number): void;
}

/** A number with a slider for its usual values and a field for any. What is typed may be unfinished; it is put right when the field is left. */
export const DialField = memo(function DialField(props: DialFieldProps) {
  const { label, unit, min, max, stops, whole = true, value, onChange } = props;
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const text = `${value.toLocaleString('en')}${unit ? ` ${unit}` : ''}`;
  return (
    <div className={styles.dial}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        className={styles.range}
        min={0}
        max={stops.length - 1}
        step={1}
        value={nearestStop(stops, value)}
        aria-valuetext={text}
        onChange={(event) => onChange(stops[event.target.valueAsNumber] ?? value)}
      />
      <input
        type="number"
        inputMode={whole ? 'numeric' : 'decimal'}
        aria-label={unit ? `${label}, ${unit}` : `${label}, number`}
        min={min}
        max={max}
        step={whole ? 1 : 'any'}
        value={draft ?? value}
        onChange={(event) => {
          setDraft(event.target.value);
          const typed = event.target.valueAsNumber;
          const usable = whole ? Number.isInteger(typed) : Number.isFinite(typed);
          if (usable) onChange(Math.min(max, Math.max(min, typed)));
        }}
        onBlur={() => setDraft(null)}
      />
      <span className={styles.unit}>{unit}</span>
    </div>
  );
});

function nearestStop(stops: readonly number[], value: number): number {
  let best = 0;
  stops.forEach((stop, i) => {
    if (Math.abs(stop - value) < Math.abs((stops[best] ?? 0) - value)) best = i;
  });
  return best;
}
