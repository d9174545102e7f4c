'use client';

import { Check } from 'lucide-react';
import type { EngineStatus } from '@/lib/engine/types';
import { formatBytes } from '@/lib/model/cost';
import buttons from '../button.module.css';
import { useApp, usePage } from '../page-context';
import styles from './loading.module.css';

const STEPS = ['loading', 'compiling', 'measuring'] as const;
type Step = (typeof STEPS)[number];

/** Whether the model is on its way, or was cancelled on it. */
export function useLoading(): boolean {
  return useApp(({ status }) => status.state === 'idle' || isStep(status.state));
}

/** The way of the model to the reader, step by step, where its text will be. */
export function LoadingScene() {
  const status = useApp((state) => state.status);
  if (status.state === 'idle') return <NotLoaded />;
  if (!isStep(status.state)) return null;
  const now = STEPS.indexOf(status.state);
  return (
    <div className={styles.scene}>
      <ol className={styles.steps} aria-label="Loading the model">
        {STEPS.map((step, i) => (
          <li
            key={step}
            className={styles.step}
            data-state={i < now ? 'done' : i === now ? 'now' : 'later'}
            aria-current={i === now ? 'step' : undefined}
          >
            <span className={styles.mark} aria-hidden="true">
              {i < now ? <Check size={12} strokeWidth={3} /> : i + 1}
            </span>
            {stepText(step, status)}
            {i < now && <span className="visually-hidden">, done</span>}
            {step === 'loading' && i === now && <Bytes status={status} />}
          </li>
        ))}
      </ol>
      <Cancel />
    </div>
  );
}

/** The step that the model is at, in one line: for beside a run that is already on the screen. */
export function LoadingNow() {
  const status = useApp((state) => state.status);
  if (status.state === 'idle') return <NotLoaded />;
  if (!isStep(status.state)) return null;
  return (
    <div className={styles.now}>
      <span className={styles.nowText}>
        {stepText(status.state, status)}
        <Bytes status={status} />
      </span>
      <Cancel />
    </div>
  );
}

function isStep(state: EngineStatus['state']): state is Step {
  return STEPS.some((step) => step === state);
}

function stepText(step: Step, status: EngineStatus): string {
  const model = 'model' in status ? status.model : 'the model';
  switch (step) {
    case 'loading':
      return status.state === 'loading' && status.totalBytes > 0
        ? `Fetching ${model}: ${formatBytes(status.loadedBytes)} of ${formatBytes(status.totalBytes)}`
        : `Fetching ${model}`;
    case 'compiling':
      return 'Compiling';
    case 'measuring':
      return 'Measuring speed';
  }
}

/** Bytes loaded of all; without an end while the total is not known, and in the steps that have none. */
function Bytes({ status }: { status: EngineStatus }) {
  const known = status.state === 'loading' && status.totalBytes > 0 ? status : null;
  return (
    <progress
      className={styles.bytes}
      aria-label={known ? 'Bytes loaded' : 'Loading'}
      max={known?.totalBytes ?? 1}
      value={known?.loadedBytes}
    />
  );
}

function Cancel() {
  const { session } = usePage();
  return (
    <button
      type="button"
      className={`${buttons.button} ${styles.button}`}
      onClick={() => session.cancelLoad()}
    >
      Cancel
    </button>
  );
}

function NotLoaded() {
  const { session } = usePage();
  return (
    <div className={styles.scene}>
      <span>{session.model} is not loaded.</span>
      <button
        type="button"
        className={`${buttons.button} ${styles.button}`}
        onClick={() => void session.load()}
      >
        Load the model
      </button>
    </div>
  );
}
