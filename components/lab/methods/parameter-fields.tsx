'use client';

import { memo, useId } from 'react';
import type { Method, Parameter, Params } from '@/lib/methods/types';
import fields from '../field.module.css';
import styles from './methods.module.css';

interface ParameterFieldsProps {
  method: Method;
  /** Which parameters; all if not said. */
  keys?: readonly string[];
  values: Params;
  onChange(values: Params): void;
}

/** A slider for every parameter of a method; what is assumed is marked. */
export const ParameterFields = memo(function ParameterFields(props: ParameterFieldsProps) {
  const { method, keys, values, onChange } = props;
  const shown = Object.entries(method.parameters).filter(([key]) => keys?.includes(key) ?? true);
  return (
    <div className={styles.parameters}>
      {shown.map(([key, parameter]) => (
        <ParameterField
          key={key}
          parameter={parameter}
          value={values[key] ?? parameter.default}
          onChange={(value) => onChange({ ...values, [key]: value })}
        />
      ))}
    </div>
  );
});

interface ParameterFieldProps {
  parameter: Parameter;
  value: number;
  onChange(value: number): void;
}

function ParameterField({ parameter, value, onChange }: ParameterFieldProps) {
  const { label, unit, min, max, step = 1, assumption, choices } = parameter;
  const id = useId();
  const text = choices?.[value] ?? `${value.toLocaleString('en')}${unit ? ` ${unit}` : ''}`;
  const name = (
    <>
      {label}
      {assumption && <em className={styles.mark}>assumed</em>}
    </>
  );
  if (choices) {
    return (
      <label className={fields.choice}>
        <span>{name}</span>
        <select value={value} onChange={(event) => onChange(Number(event.target.value))}>
          {choices.map((choice, i) => (
            <option key={choice} value={i}>
              {choice}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <div className={styles.parameter}>
      <label htmlFor={id}>{name}</label>
      <output htmlFor={id}>{text}</output>
      <input
        id={id}
        type="range"
        className={fields.range}
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={text}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </div>
  );
}
