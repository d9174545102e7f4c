'use client';

import { useState } from 'react';
import { useApp } from '../page-context';
import { NumberField } from './number-field';
import styles from './prompt.module.css';
import { RangeField } from './range-field';

/** The slider's place after 128: no top-k cut. */
const TOP_K_OFF = 129;

/** How tokens are drawn, and how many. */
export function SamplingControls() {
  const { temperature, topK, topP, seed } = useApp((state) => state.sampling);
  const [open, setOpen] = useState(() => window.matchMedia('(min-width: 900px)').matches);
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
      <SamplingFields />
    </details>
  );
}

function SamplingFields() {
  const sampling = useApp((state) => state.sampling);
  const setSampling = useApp((state) => state.setSampling);
  const maxTokens = useApp((state) => state.maxTokens);
  const setMaxTokens = useApp((state) => state.setMaxTokens);
  const context = useApp((state) => state.info?.manifest.dims.contextLength ?? 1024);
  return (
    <div className={styles.sampling}>
      <RangeField
        label="Temperature"
        min={0}
        max={2}
        step={0.05}
        value={sampling.temperature}
        text={sampling.temperature === 0 ? 'greedy' : sampling.temperature.toFixed(2)}
        onChange={(temperature) => setSampling({ temperature })}
      />
      <RangeField
        label="Top-k"
        min={1}
        max={TOP_K_OFF}
        step={1}
        value={sampling.topK ?? TOP_K_OFF}
        text={sampling.topK === null ? 'off' : String(sampling.topK)}
        onChange={(k) => setSampling({ topK: k === TOP_K_OFF ? null : k })}
      />
      <RangeField
        label="Top-p"
        min={0.05}
        max={1}
        step={0.01}
        value={sampling.topP}
        text={sampling.topP === 1 ? 'off' : sampling.topP.toFixed(2)}
        onChange={(topP) => setSampling({ topP })}
      />
      <NumberField
        label="Seed"
        min={0}
        max={2 ** 32 - 1}
        value={sampling.seed}
        onChange={(seed) => setSampling({ seed })}
      />
      <NumberField
        label="Length"
        unit="tokens"
        min={1}
        max={context}
        value={maxTokens}
        onChange={setMaxTokens}
      />
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={sampling.ignoreEnd}
          onChange={(event) => setSampling({ ignoreEnd: event.target.checked })}
        />
        Go on past the end of text
      </label>
    </div>
  );
}
