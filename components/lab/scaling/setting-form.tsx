'use client';

import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import { PAPER_RIVALS, PRESETS } from '@/lib/model/paper-sizes';
import type { Setting } from '@/lib/model/scaling';
import { DialField } from '../dial-field';
import fields from '../field.module.css';
import styles from '../lab.module.css';
import type { Change } from '../use-address-state';
import { presetOf, SAME_SIZE, type ScalingState } from './scaling-address';
import {
  BYTE_CHOICES,
  MODEL_INPUTS,
  type NumberKey,
  type SettingInput,
  USE_INPUTS,
} from './setting-inputs';

interface SettingFormProps {
  state: ScalingState;
  /** The same function at every rendering. */
  onChange: Change<ScalingState>;
}

/** Everything that the calculator is asked about. */
export function SettingForm({ state, onChange }: SettingFormProps) {
  const { setting, rival } = state;
  const model = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    // On a phone the results come below: what is rarely set stays out of the way.
    if (model.current) model.current.open = window.matchMedia('(min-width: 900px)').matches;
  }, []);
  const preset = presetOf(setting);
  const set = useCallback(
    (change: (setting: Setting) => Partial<Setting>) =>
      onChange(({ setting }) => ({ setting: { ...setting, ...change(setting) } })),
    [onChange],
  );
  const field = (input: SettingInput) => (
    <SettingField
      key={input.key}
      input={input}
      width={setting.width}
      value={setting[input.key]}
      onSet={set}
    />
  );
  return (
    <section className={styles.side} aria-label="Setting">
      <label className={fields.choice}>
        <span>Start from</span>
        <select
          value={preset ?? 'own'}
          onChange={(event) => {
            const found = PRESETS.find(({ id }) => id === event.target.value);
            if (found) onChange({ setting: found.setting });
          }}
        >
          {preset === null && <option value="own">own numbers</option>}
          <optgroup label="Sizes of the paper">{options('paper')}</optgroup>
          <optgroup label="Models that run here">{options('here')}</optgroup>
        </select>
      </label>
      <p className={styles.small}>
        {PRESETS.find(({ id }) => id === preset)?.source ?? 'Numbers of your own.'}
      </p>
      <label className={fields.choice}>
        <span>Compare with</span>
        <select value={rival} onChange={(event) => onChange({ rival: event.target.value })}>
          <option value={SAME_SIZE}>flat, same size</option>
          <optgroup label="Flat sizes of the paper">
            {PAPER_RIVALS.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      <h3>Use</h3>
      {USE_INPUTS.map(field)}
      <p className={styles.small}>
        Output: {(setting.context - setting.prompt).toLocaleString('en')} tokens, the rest of the
        context.
      </p>
      <label className={fields.check}>
        <input
          type="checkbox"
          checked={setting.countWeights}
          onChange={({ target: { checked } }) => set(() => ({ countWeights: checked }))}
        />
        Weights take their part of the memory
      </label>
      <label className={fields.choice}>
        <span>Bytes a number</span>
        <select
          value={setting.bytesPerNumber}
          onChange={({ target: { value } }) => set(() => ({ bytesPerNumber: Number(value) }))}
        >
          {BYTE_CHOICES.map(({ bytes, name }) => (
            <option key={bytes} value={bytes}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <details ref={model} className={fields.group}>
        <summary>Model</summary>
        <div>{MODEL_INPUTS.map(field)}</div>
      </details>
    </section>
  );
}

interface SettingFieldProps {
  input: SettingInput;
  width: number;
  value: number;
  onSet(change: (setting: Setting) => Partial<Setting>): void;
}

/** One number of the setting. */
const SettingField = memo(function SettingField({ input, width, value, onSet }: SettingFieldProps) {
  const stops = useMemo(() => stopsFor(input, width), [input, width]);
  const change = useCallback(
    (value: number) => onSet((setting) => changed(setting, input.key, value)),
    [input, onSet],
  );
  return (
    <DialField
      label={input.label}
      unit={input.unit}
      min={input.min}
      max={input.max}
      stops={stops}
      whole={input.key !== 'memoryGiB'}
      value={value}
      onChange={change}
    />
  );
});

function options(group: 'paper' | 'here') {
  return PRESETS.filter((preset) => preset.group === group).map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ));
}

/** Heads and block lengths that a width cannot be cut into are no stops. */
function stopsFor({ key, stops }: SettingInput, width: number): readonly number[] {
  return key === 'heads' || key === 'blockLength'
    ? stops.filter((stop) => width % stop === 0)
    : stops;
}

/** A change, with what has to go along: a prompt stays shorter than the context, a width keeps whole heads. */
function changed(setting: Setting, key: NumberKey, value: number): Partial<Setting> {
  if (key === 'context' && setting.prompt >= value)
    return { context: value, prompt: Math.max(1, Math.floor(value / 2)) };
  if (key === 'prompt') return { prompt: Math.min(value, setting.context - 1) };
  if (key === 'width') {
    let { heads } = setting;
    while (value % heads !== 0) heads -= 1;
    return { width: value, heads };
  }
  return { [key]: value };
}
