'use client';

import { Check, ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { KEPT_RUNS, type KeptRun, parentOf, runOf } from '@/lib/store/runs-slice';
import buttons from '../button.module.css';
import { idLabel } from '../labels';
import { useApp } from '../page-context';
import styles from './runs.module.css';

/** The last runs and branches, to choose from. */
export function RunsMenu() {
  const runs = useApp((state) => state.runs);
  const shown = useApp((state) => runOf(state.runs, state.trace));
  const open = useApp((state) => state.runsOpen);
  const setOpen = useApp((state) => state.setRunsOpen);
  const showRun = useApp((state) => state.showRun);
  const name = shown ? `Run ${shown.number}` : 'Runs';
  return (
    // Not modal: the page behind it stays as it is.
    <DropdownMenu.Root open={open} onOpenChange={setOpen} modal={false}>
      <DropdownMenu.Trigger
        className={`${buttons.button} ${styles.trigger}`}
        title={`The last ${KEPT_RUNS} runs and branches (R)`}
      >
        <span>
          <span className="visually-hidden">Runs and branches: </span>
          {name}
        </span>{' '}
        <span className={styles.aside}>
          {runs.length} kept
          <ChevronDown size={14} aria-hidden="true" />
        </span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        className={styles.menu}
        align="end"
        sideOffset={6}
        collisionPadding={8}
        aria-label="Runs and branches"
      >
        <DropdownMenu.RadioGroup
          value={String(shown?.number)}
          onValueChange={(value) => {
            const run = runs.find(({ number }) => String(number) === value);
            if (run) showRun(run.trace);
          }}
        >
          {runs.toReversed().map((run) => (
            <DropdownMenu.RadioItem
              key={run.number}
              value={String(run.number)}
              className={styles.item}
            >
              <span className={styles.check}>
                <DropdownMenu.ItemIndicator>
                  <Check size={14} aria-hidden="true" />
                </DropdownMenu.ItemIndicator>
              </span>
              <RunName run={run} runs={runs} />
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
        <p className={styles.foot}>The last {KEPT_RUNS} are kept, each where you left it.</p>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
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
        {new Date(created).toLocaleTimeString()} · {model.id} · {run.trace.generated.length} tokens
        {end === null && ', not finished'}
      </span>
    </span>
  );
}
