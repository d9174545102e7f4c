'use client';

import { X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { type RefObject, useId, useState } from 'react';
import { boundsText, isSetting } from '@/lib/compare/cache-address';
import {
  type CacheChoice,
  type CacheParameter,
  CHANGED_CACHES,
  cacheKind,
} from '@/lib/compare/caches';
import type { LaneId } from '@/lib/compare/types';
import buttons from '../button.module.css';
import { Sheet } from '../sheet/sheet';
import step from '../step/step.module.css';
import styles from './cache-sheet.module.css';

interface CacheSheetProps {
  lane: LaneId;
  button: RefObject<HTMLButtonElement | null>;
  cache: CacheChoice;
  onChoose(cache: CacheChoice): void;
  onClose(): void;
}

/** The settings of a lane's cache, what it keeps, and what is not claimed. New settings begin the lane's run anew. */
export function CacheSheet({ lane, button, cache, onChoose, onClose }: CacheSheetProps) {
  const kind = cacheKind(cache.id);
  const id = useId();
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const textOf = ({ name }: CacheParameter) => drafts[name] ?? String(cache.values[name]);
  const bad = kind.parameters.find(
    (parameter) => !isSetting(numberOf(textOf(parameter)), parameter),
  );
  const changed = kind.parameters.some(
    (parameter) => numberOf(textOf(parameter)) !== cache.values[parameter.name],
  );
  const apply = () => {
    const values = kind.parameters.map((parameter) => [
      parameter.name,
      numberOf(textOf(parameter)),
    ]);
    setDrafts({});
    onChoose({ id: cache.id, values: Object.fromEntries(values) });
  };
  return (
    <Sheet
      id={id}
      button={button}
      onClose={onClose}
      keepsFocus={() => false}
      className={styles.sheet}
      side="bottom"
      align="start"
      sideOffset={6}
      collisionPadding={8}
      aria-label={`${kind.name}, ${lane} lane`}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!bad && changed) apply();
        }}
      >
        <div className={styles.head}>
          <h3>{kind.name}</h3>
          <Popover.Close className={step.close} aria-label="Close">
            <X size={15} aria-hidden="true" />
          </Popover.Close>
        </div>
        <p>{kind.keeps}</p>
        {kind.parameters.map((parameter) => (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            text={textOf(parameter)}
            onChange={(text) => setDrafts({ ...drafts, [parameter.name]: text })}
          />
        ))}
        {bad && (
          <p className={styles.bad} role="alert">
            {bad.label} must be {boundsText(bad)}.
          </p>
        )}
        <button
          type="submit"
          className={`${buttons.button} ${buttons.strong}`}
          disabled={bad !== undefined || !changed}
        >
          Write anew with these
        </button>
        <p className={styles.note}>{kind.note}</p>
        <p className={styles.note}>{CHANGED_CACHES}</p>
        {kind.arXiv && <p className={styles.note}>Paper: arXiv {kind.arXiv}</p>}
      </form>
    </Sheet>
  );
}

interface ParameterFieldProps {
  parameter: CacheParameter;
  text: string;
  onChange(text: string): void;
}

function ParameterField({ parameter, text, onChange }: ParameterFieldProps) {
  const { label, unit, min, max, choices } = parameter;
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {choices ? (
        <select id={id} value={text} onChange={(event) => onChange(event.target.value)}>
          {choices.map((choice, at) => (
            <option key={choice} value={at}>
              {choice}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          type="number"
          inputMode="numeric"
          min={min}
          max={max}
          step={1}
          value={text}
          aria-invalid={!isSetting(numberOf(text), parameter)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      {!choices && <span className={styles.unit}>{unit}</span>}
    </div>
  );
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
