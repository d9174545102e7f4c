'use client';

import styles from './learn.module.css';
import { useLesson, useLessonState } from './lesson-context';

/** All chapters by number: which are done, which is open. */
export function ChapterNav() {
  const lesson = useLesson();
  const open = useLessonState((state) => state.chapter);
  const done = useLessonState((state) => state.done);
  return (
    <nav className={styles.nav} aria-label="Chapters">
      <ol>
        {lesson.chapters.map(({ id, title }, i) => {
          const isDone = done.includes(id);
          const name = `${i + 1}. ${title}${isDone ? ', done' : ''}`;
          return (
            <li key={id}>
              <button
                type="button"
                aria-label={name}
                aria-current={i === open ? 'step' : undefined}
                title={name}
                data-done={isDone || undefined}
                onClick={() => lesson.go(i)}
              >
                {i + 1}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
