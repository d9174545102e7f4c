'use client';

import { Undo2 } from 'lucide-react';
import { runOf } from '@/lib/store/runs-slice';
import type { Trace } from '@/lib/trace/trace';
import { CommandButton } from '../command-button';
import { LoadingNow, useLoading } from '../loading/loading-scene';
import { useApp } from '../page-context';
import styles from './runs.module.css';
import { RunsMenu } from './runs-menu';
import { useBranch } from './use-branch';

/** Beside the text: which run it is, where it left another one, and the model while it is on its way. Often nothing. */
export function RunSide({ trace }: { trace: Trace }) {
  const several = useApp((state) => state.runs.length > 1);
  const loading = useLoading();
  const kept = useApp((state) => runOf(state.runs, state.trace) !== null);
  const linked = useApp((state) => state.linked.has(trace.header.id));
  const measured = trace.header.provenance === 'measured';
  if (!several && !loading && measured && !linked) return null;
  return (
    <div className={styles.side}>
      {several && <RunsMenu />}
      {!measured && <OriginNote trace={trace} kept={kept} />}
      {linked && (
        <p className={styles.note}>
          <b>From a link</b>: its text was given to {trace.header.model.id} here, so every number
          was measured on this machine.
        </p>
      )}
      {(several || linked) && measured && <BranchNote />}
      {loading && <LoadingNow />}
    </div>
  );
}

/** Where the numbers of a run come from that was not measured here; one that is kept was opened by the reader. */
function OriginNote({ trace, kept }: { trace: Trace; kept: boolean }) {
  const { provenance, model, backend, created } = trace.header;
  if (provenance === 'synthetic') {
    return (
      <p className={styles.note}>
        <b>Synthetic run</b>: its numbers are made up.
      </p>
    );
  }
  return (
    <p className={styles.note}>
      <b>Recorded run</b> of {model.id}:{' '}
      {kept
        ? `measured with ${backend} on ${new Date(created).toLocaleDateString()}.`
        : 'real numbers, measured earlier. Generate writes your own.'}
    </p>
  );
}

/** What the branch on the screen changed, and the way back. */
function BranchNote() {
  const branch = useBranch();
  if (!branch) return null;
  const { parent, token, at } = branch;
  return (
    <>
      <p className={styles.note}>
        {parent && <s>{parent.token}</s>} {parent && '→ '}
        <b>{token ?? '…'}</b> at token {at}
      </p>
      {parent ? (
        <CommandButton id="parent" className={styles.back}>
          <Undo2 size={14} aria-hidden="true" /> Back to run {parent.number}
        </CommandButton>
      ) : (
        <p className={styles.note}>The run it left is not here.</p>
      )}
    </>
  );
}
