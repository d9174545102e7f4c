'use client';

import { Check } from 'lucide-react';
import { KEPT_RUNS, type KeptRun, parentOf, runOf } from '@/lib/store/runs-slice';
import { idLabel } from '../labels';
import { Menu, MenuParts } from '../menu/menu';
import type { MenuOpener } from '../menu/use-menu-button';
import { useApp } from '../page-context';
import { writtenText } from '../text/written-text';
import styles from './runs.module.css';

/** The last runs and branches in the open menu, the newest first. */
export function RunsList({ opener }: { opener: MenuOpener }) {
  const runs = useApp((state) => state.runs);
  const shown = useApp((state) => runOf(state.runs, state.trace));
  const showRun = useApp((state) => state.showRun);
  return (
    <Menu opener={opener} label="Runs and branches" className={styles.menu} sideOffset={6}>
      <MenuParts.RadioGroup
        value={String(shown?.number)}
        onValueChange={(value) => {
          const run = runs.find(({ number }) => String(number) === value);
          if (run) showRun(run.trace);
        }}
      >
        {runs.toReversed().map((run) => (
          <MenuParts.RadioItem key={run.number} value={String(run.number)} className={styles.item}>
            <span className={styles.check}>
              <MenuParts.ItemIndicator>
                <Check size={14} aria-hidden="true" />
              </MenuParts.ItemIndicator>
            </span>
            <RunName run={run} runs={runs} />
          </MenuParts.RadioItem>
        ))}
      </MenuParts.RadioGroup>
      <p className={styles.foot}>The last {KEPT_RUNS} are kept, each where you left it.</p>
    </Menu>
  );
}

function RunName({ run, runs }: { run: KeptRun; runs: readonly KeptRun[] }) {
  const { header, end, tokens, length } = run.trace;
  const { branch, model, prompt, created } = header;
  const parent = parentOf(runs, run.trace);
  return (
    <span className={styles.run}>
      <span className={styles.runName}>
        {run.number} ·{' '}
        {branch ? (
          <>
            branch{parent && ` of ${parent.number}`} at{' '}
            <b className={styles.word}>
              {branch.at < length ? idLabel(run.writer, tokens[branch.at] ?? 0) : '…'}
            </b>
          </>
        ) : (
          prompt.trim()
        )}
      </span>
      <span className={styles.runFacts}>
        {new Date(created).toLocaleTimeString()} · {model.id} · {writtenText(run.trace)}
        {end === null && ', not finished'}
      </span>
    </span>
  );
}
