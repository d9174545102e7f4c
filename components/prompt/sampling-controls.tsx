'use client';

import { type ReactNode, useState } from 'react';
import type { Sampling } from '@/lib/trace/types';
import { NumberField } from './number-field';
import styles from './prompt.module.css';
import { RangeField } from './range-field';

/** The slider's place after 128: no top-k cut. */
const TOP_K_OFF = 129;

interface SamplingControlsProps {
  sampling: Sampling;
  onSampling(change: Partial<Sampling>): void;
  maxTokens: number;
  onMaxTokens(count: number): void;
  /** The longest text that the model can hold. */
  context: number;
  /** Whether the fields are open from the start on a wide screen. */
  startOpen?: boolean;
  /** What else is chosen here. */
  children?: ReactNode;
}

/** How tokens are drawn, and how many. */
export function SamplingControls({ startOpen = true, ...fields }: SamplingControlsProps) {
  const { temperature, topK, topP, seed } = fields.sampling;
  const [open, setOpen] = useState(
    () => startOpen && window.matchMedia('(min-width: 900px)').matches,
  );
  return (
    <details
      className={styles.details}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className={styles.summary}>
        Sampling
        {!open && (
          <span>
            T {temperature}, top-k {topK ?? 'off'}, top-p {topP === 1 ? 'off' : topP}, seed {seed}
          </span>
        )}
      </summary>
      <SamplingFields {...fields} />
    </details>
  );
}

function SamplingFields({
  sampling,
  onSampling,
  maxTokens,
  onMaxTokens,
  context,
  children,
}: Omit<SamplingControlsProps, 'startOpen'>) {
  return (
    <div className={styles.sampling}>
      <RangeField
        label="Temperature"
        min={0}
        max={2}
        step={0.05}
        value={sampling.temperature}
        text={sampling.temperature === 0 ? 'greedy' : sampling.temperature.toFixed(2)}
        onChange={(temperature) => onSampling({ temperature })}
      />
      <RangeField
        label="Top-k"
        min={1}
        max={TOP_K_OFF}
        step={1}
        value={sampling.topK ?? TOP_K_OFF}
        text={sampling.topK === null ? 'off' : String(sampling.topK)}
        onChange={(k) => onSampling({ topK: k === TOP_K_OFF ? null : k })}
      />
      <RangeField
        label="Top-p"
        min={0.05}
        max={1}
        step={0.01}
        value={sampling.topP}
        text={sampling.topP === 1 ? 'off' : sampling.topP.toFixed(2)}
        onChange={(topP) => onSampling({ topP })}
      />
      <NumberField
        label="Seed"
        min={0}
        max={2 ** 32 - 1}
        value={sampling.seed}
        onChange={(seed) => onSampling({ seed })}
      />
      <NumberField
        label="Length"
        unit="tokens"
        min={1}
        max={context}
        value={maxTokens}
        onChange={onMaxTokens}
      />
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={sampling.ignoreEnd}
          onChange={(event) => onSampling({ ignoreEnd: event.target.checked })}
        />
        Go on past the end of text
      </label>
      {children}
    </div>
  );
}
