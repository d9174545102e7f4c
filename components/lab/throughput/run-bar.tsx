'use client';

import { Play, Square } from 'lucide-react';
import { useMemo } from 'react';
import { planMs } from '@/lib/lab/estimate';
import { orderProblem } from '@/lib/lab/order';
import { count, planLab } from '@/lib/lab/plan';
import buttons from '../../button.module.css';
import styles from './throughput.module.css';
import type { ThroughputSession, ThroughputState } from './throughput-session';

interface RunBarProps {
  session: ThroughputSession;
  state: ThroughputState;
}

/** Run and Cancel, about how long it takes, and how far it is. */
export function RunBar({ session, state }: RunBarProps) {
  const { models } = session;
  const { order, running, pace } = state;
  const plan = useMemo(() => planLab(order, models), [order, models]);
  const problem = orderProblem(order, models);
  const expected = planMs(plan, models, pace ?? 1);
  return (
    <div className={styles.bar}>
      {running ? (
        <Going state={state} expected={expected} />
      ) : problem ? (
        <p className={styles.warning} role="alert">
          {problem}
        </p>
      ) : (
        <p className={styles.estimate}>
          <b>{aboutTime(expected)}</b>: {count(plan.cells.length)}{' '}
          {plan.cells.length === 1 ? 'measurement' : 'measurements'}, {count(order.rounds)}{' '}
          {order.rounds === 1 ? 'time' : 'times'} each
          {pace === null ? ' (a guess until the first run)' : ', by the last run here'}.
          {plan.leftOut.length > 0 && (
            <> {count(plan.leftOut.length)} more do not fit in the budget or a context.</>
          )}
        </p>
      )}
      {/* Not disabled: a button that was just pressed keeps the focus. */}
      <div className={styles.actions}>
        <button
          type="button"
          className={`${buttons.button} ${buttons.strong}`}
          aria-disabled={running || problem !== null}
          onClick={() => {
            if (!running && problem === null) void session.run();
          }}
        >
          <Play size={13} fill="currentColor" aria-hidden="true" /> Run
        </button>
        <button
          type="button"
          className={buttons.button}
          aria-disabled={!running}
          onClick={session.cancel}
        >
          <Square size={12} fill="currentColor" aria-hidden="true" /> Cancel
        </button>
      </div>
      {state.problem && (
        <p className={styles.warning} role="alert">
          The run broke off: {state.problem} Run it again.
        </p>
      )}
      <p className="visually-hidden" role="status">
        {announced(state)}
      </p>
    </div>
  );
}

function Going({ state, expected }: { state: ThroughputState; expected: number }) {
  const { progress, startedAt } = state;
  const share = progress?.share ?? 0;
  const elapsed = performance.now() - startedAt;
  // The first measurements say little about the rest.
  const left = share > 0.1 ? (elapsed * (1 - share)) / share : Math.max(0, expected - elapsed);
  return (
    <div className={styles.going}>
      <progress value={share} aria-label="How far the run is" />
      <p>
        <span>{progress?.text ?? 'Starting'}</span>
        <span>{aboutTime(left)} left</span>
      </p>
    </div>
  );
}

/** What a screen reader hears: beginnings and ends, not every token. */
function announced({ running, result }: ThroughputState): string {
  if (running) return 'Measuring';
  if (result?.ended === 'finished') return 'The run is finished.';
  if (result?.ended === 'cancelled') return 'The run was cancelled.';
  return '';
}

/** A duration that is no more exact than it is known. */
function aboutTime(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 5) return 'A few seconds';
  if (seconds < 90) return `About ${Math.round(seconds / 5) * 5} s`;
  return `About ${Math.round(seconds / 60)} min`;
}
