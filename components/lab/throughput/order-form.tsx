'use client';

import { useId, useState } from 'react';
import {
  LIMITS,
  ofMiB,
  PRESETS,
  type PresetName,
  presetOf,
  toMiB,
  wholeUnits,
} from '@/lib/lab/order';
import { count, type LabModel, type LabOrder, UNIT } from '@/lib/lab/plan';
import styles from './throughput.module.css';
import { WholeField } from './whole-field';

interface LabOrderFormProps {
  models: readonly LabModel[];
  order: LabOrder;
  disabled: boolean;
  onChange(order: LabOrder): void;
}

/** What to measure: models, work, and how many sequences at once. */
export function LabOrderForm({ models, order, disabled, onChange }: LabOrderFormProps) {
  const change = (part: Partial<LabOrder>) => onChange({ ...order, ...part });
  return (
    <fieldset className={styles.form} disabled={disabled}>
      <legend className="visually-hidden">What to measure</legend>
      <ModelChoice models={models} order={order} change={change} />
      <WorkChoice models={models} order={order} change={change} />
      <BatchChoice order={order} change={change} />
      <Details order={order} change={change} />
    </fieldset>
  );
}

interface PartProps {
  order: LabOrder;
  change(part: Partial<LabOrder>): void;
}

function ModelChoice({ models, order, change }: PartProps & Pick<LabOrderFormProps, 'models'>) {
  return (
    <fieldset className={styles.group}>
      <legend>Models</legend>
      {models.map(({ id, architecture, parameters }) => (
        <label key={id} className={styles.check}>
          <input
            type="checkbox"
            checked={order.models.includes(id)}
            onChange={({ target }) =>
              change({
                models: target.checked
                  ? [...order.models, id]
                  : order.models.filter((other) => other !== id),
              })
            }
          />
          <span>
            {id}
            <small>
              {architecture === 'block' ? 'block' : 'flat, unrolled and per token'},{' '}
              {(parameters / 1e6).toFixed(1)} M parameters
            </small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function WorkChoice({ models, order, change }: PartProps & Pick<LabOrderFormProps, 'models'>) {
  const id = useId();
  const longest = Math.max(...models.map(({ dims }) => dims.contextLength));
  const preset = presetOf(order);
  return (
    <fieldset className={styles.group}>
      <legend>Work of each sequence</legend>
      <label className={styles.field} htmlFor={id}>
        <span>Kind</span>
        <select
          id={id}
          value={preset ?? 'own'}
          onChange={({ target }) => {
            if (target.value === 'own') return;
            const { input, output } = PRESETS[target.value as PresetName];
            change({ input, output });
          }}
        >
          {(Object.keys(PRESETS) as PresetName[]).map((name) => (
            <option key={name} value={name}>
              {PRESETS[name].name}
            </option>
          ))}
          {preset === null && <option value="own">Your own</option>}
        </select>
      </label>
      <WholeField
        label="Prompt"
        unit="tokens"
        min={UNIT}
        max={longest - UNIT}
        step={UNIT}
        value={order.input}
        whole={wholeUnits}
        onChange={(input) => change({ input })}
      />
      <WholeField
        label="Output"
        unit="tokens"
        min={UNIT}
        max={longest - UNIT}
        step={UNIT}
        value={order.output}
        whole={wholeUnits}
        onChange={(output) => change({ output })}
      />
    </fieldset>
  );
}

function BatchChoice({ order, change }: PartProps) {
  const { batches } = order;
  const [most, setMost] = useState(batches.kind === 'growing' ? batches.most : 8);
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend>Sequences at once</legend>
      <div className={styles.check}>
        <input
          id={`${name}-growing`}
          type="radio"
          name={name}
          checked={batches.kind === 'growing'}
          onChange={() => change({ batches: { kind: 'growing', most } })}
        />
        <label htmlFor={`${name}-growing`}>1, 2, 4 … up to</label>
        <select
          aria-label="Largest batch"
          value={most}
          onChange={({ target }) => {
            const chosen = Number(target.value);
            setMost(chosen);
            change({ batches: { kind: 'growing', most: chosen } });
          }}
        >
          {LIMITS.mostBatch.map((batch) => (
            <option key={batch} value={batch}>
              {batch}
            </option>
          ))}
        </select>
      </div>
      <label className={styles.check}>
        <input
          type="radio"
          name={name}
          checked={batches.kind === 'budget'}
          onChange={() => change({ batches: { kind: 'budget' } })}
        />
        <span>1, and as many as fit in the budget</span>
      </label>
      <WholeField
        label="KV budget"
        unit="MiB"
        {...LIMITS.budgetMiB}
        step={1}
        value={toMiB(order.budgetBytes)}
        onChange={(mebibytes) => change({ budgetBytes: ofMiB(mebibytes) })}
      />
    </fieldset>
  );
}

/** How often, and on how many threads; the defaults serve. */
function Details({ order, change }: PartProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const most = mostThreads();
  return (
    <details
      className={styles.details}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        How
        {!open && (
          <span>
            {count(order.rounds)} {order.rounds === 1 ? 'round' : 'rounds'}, WASM, {order.threads}{' '}
            {order.threads === 1 ? 'thread' : 'threads'}
          </span>
        )}
      </summary>
      <WholeField
        label="Rounds"
        unit=""
        {...LIMITS.rounds}
        step={1}
        value={order.rounds}
        onChange={(rounds) => change({ rounds })}
      />
      {most > 1 && (
        <label className={styles.field} htmlFor={id}>
          <span>Threads</span>
          <select
            id={id}
            value={order.threads}
            onChange={({ target }) => change({ threads: Number(target.value) })}
          >
            {Array.from({ length: most }, (_, i) => i + 1).map((threads) => (
              <option key={threads} value={threads}>
                {threads}
              </option>
            ))}
          </select>
        </label>
      )}
      <p className={styles.note}>
        Medians over rounds; each round goes through all models in turn and begins one later. The
        likeliest token is written, end of text never. Everything runs on WASM: the graphs for
        WebGPU have fixed shapes and write one sequence only.
      </p>
    </details>
  );
}

/** More than one thread needs an isolated page. */
function mostThreads(): number {
  return globalThis.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency || 1) : 1;
}
