'use client';

import buttons from '../button.module.css';
import { useApp } from '../page-context';
import styles from './learn.module.css';
import { useLesson, useLessonState } from './lesson-context';

/** What the chapter is shown on, a recorded run or one that was written here, and how to get the latter. */
export function RunLine() {
  const lesson = useLesson();
  const trace = useApp((state) => state.trace);
  const state = useApp(({ status }) => status.state);
  const info = useApp((all) => all.info);
  const writing = useLessonState((all) => all.writing);
  const ready = state === 'ready' || state === 'running';
  const recorded = trace?.header.provenance === 'recorded';
  return (
    <div className={styles.run}>
      <p role="status" aria-label="The run on the screen">
        {writing
          ? 'The model is writing a run here.'
          : trace
            ? recorded
              ? `You see a recorded run of ${trace.header.model.id}.`
              : `You see a run that ${trace.header.model.id} wrote here, on ${backendName(trace.header.backend)}.`
            : state === 'failed'
              ? 'There is no run: the model could not be loaded.'
              : 'The model is on its way.'}
      </p>
      {recorded && !writing && (
        <button
          type="button"
          className={buttons.button}
          disabled={!ready || info === null}
          onClick={() => lesson.write()}
        >
          {ready ? 'Write it here' : 'Write it here, once loaded'}
        </button>
      )}
    </div>
  );
}

function backendName(backend: string): string {
  return backend === 'webgpu' ? 'WebGPU' : 'WASM';
}
