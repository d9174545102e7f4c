'use client';

import { TriangleAlert } from 'lucide-react';
import type { EngineProblem } from '@/lib/engine/types';
import { SHIPPED_MODELS } from '@/lib/model/catalog';
import buttons from '../button.module.css';
import { useApp, usePage } from '../page-context';
import styles from './problem.module.css';

/** What went wrong, in one sentence, and a way on. Problems of the prompt are shown at the prompt. */
export function ProblemBanner() {
  const status = useApp((state) => state.status);
  const asked = useApp((state) => state.problem);
  const notices = useApp((state) => state.notices);
  const setNotices = useApp((state) => state.setNotices);
  const fileProblem = useApp((state) => state.fileProblem);
  const setFileProblem = useApp((state) => state.setFileProblem);
  const problem = status.state === 'failed' ? status.problem : asked;
  const shown = problem && problem.recovery !== 'edit-prompt' && problem.code !== 'cancelled';
  return (
    <>
      {notices.map((notice) => (
        <div key={notice} className={styles.banner} role="alert">
          <TriangleAlert size={16} aria-hidden="true" />
          <p>{notice}</p>
          <button
            type="button"
            className={buttons.button}
            onClick={() => setNotices(notices.filter((other) => other !== notice))}
          >
            Dismiss
          </button>
        </div>
      ))}
      {fileProblem !== null && (
        <div className={styles.banner} role="alert">
          <TriangleAlert size={16} aria-hidden="true" />
          <p>{fileProblem}</p>
          <button type="button" className={buttons.button} onClick={() => setFileProblem(null)}>
            Dismiss
          </button>
        </div>
      )}
      {shown && (
        <div className={styles.banner} role="alert">
          <TriangleAlert size={16} aria-hidden="true" />
          <p>{problem.message}</p>
          <WayOn problem={problem} />
        </div>
      )}
    </>
  );
}

function WayOn({ problem }: { problem: EngineProblem }) {
  const { session, store } = usePage();
  const failed = useApp((state) => state.status.state === 'failed');
  if (problem.recovery === 'use-wasm') {
    return (
      <button
        type="button"
        className={buttons.button}
        onClick={() => void session.load({ backend: 'wasm' })}
      >
        Use WASM
      </button>
    );
  }
  if (failed) {
    const other = SHIPPED_MODELS.find((id) => id !== session.model);
    return (
      <>
        <button type="button" className={buttons.button} onClick={() => void session.load()}>
          Load again
        </button>
        {other && problem.code.startsWith('model-') && (
          <button
            type="button"
            className={buttons.button}
            onClick={() => void session.load({ model: other })}
          >
            Load {other}
          </button>
        )}
      </>
    );
  }
  return (
    <button
      type="button"
      className={buttons.button}
      onClick={() => store.getState().setProblem(null)}
    >
      Dismiss
    </button>
  );
}
