'use client';

import { ArrowRight, ArrowUp, CircleCheck } from 'lucide-react';
import { plainText } from '@/lib/learn/marked';
import buttons from '../button.module.css';
import styles from './learn.module.css';
import { useFacts, useLesson, useLessonState } from './lesson-context';

/** On narrow screens: what there is to do stays in sight while the reader is down in the picture. */
export function TaskDock() {
  const lesson = useLesson();
  const facts = useFacts();
  const index = useLessonState((state) => state.chapter);
  const { id, task } = lesson.chapter;
  const done = useLessonState((state) => state.done.includes(id));
  if (!facts) return null;
  const up = () => document.querySelector('[data-lesson]')?.scrollIntoView();
  return (
    <aside className={styles.dock} aria-label="Task of the chapter">
      <p>
        {done && <CircleCheck size={15} aria-hidden="true" />}
        {done ? 'Done.' : plainText(task.text(facts))}
      </p>
      <button type="button" className={buttons.button} aria-label="Up to the chapter" onClick={up}>
        <ArrowUp size={15} aria-hidden="true" />
      </button>
      {done && index < lesson.chapters.length - 1 && (
        <button
          type="button"
          className={`${buttons.button} ${buttons.strong}`}
          onClick={() => {
            lesson.go(index + 1);
            up();
          }}
        >
          Next
          <ArrowRight size={14} aria-hidden="true" />
        </button>
      )}
    </aside>
  );
}
