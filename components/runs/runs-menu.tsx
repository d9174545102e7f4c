'use client';

import { ChevronDown } from 'lucide-react';
import { KEPT_RUNS, runOf } from '@/lib/store/runs-slice';
import buttons from '../button.module.css';
import { latePart, useLate } from '../late/late';
import { useMenuButton } from '../menu/use-menu-button';
import { useApp } from '../page-context';
import styles from './runs.module.css';

const runsList = latePart(async () => (await import('./runs-list')).RunsList);

/** The last runs and branches, to choose from. */
export function RunsMenu() {
  const kept = useApp((state) => state.runs.length);
  const shown = useApp((state) => runOf(state.runs, state.trace));
  const open = useApp((state) => state.runsOpen);
  const setOpen = useApp((state) => state.setRunsOpen);
  const { trigger, opener } = useMenuButton(open, setOpen);
  const RunsList = useLate(runsList, open);
  const name = shown ? `Run ${shown.number}` : 'Runs';
  return (
    <>
      <button
        {...trigger}
        className={`${buttons.button} ${styles.trigger}`}
        title={`The last ${KEPT_RUNS} runs and branches (R)`}
      >
        <span>
          <span className="visually-hidden">Runs and branches: </span>
          {name}
        </span>{' '}
        <span className={styles.aside}>
          {kept} kept
          <ChevronDown size={14} aria-hidden="true" />
        </span>
      </button>
      {RunsList && <RunsList opener={opener} />}
    </>
  );
}
