'use client';

import { CachePanel } from '../cache/cache-panel';
import { PromptPanel } from '../prompt/prompt-panel';
import { ChapterNav } from './chapter-nav';
import { ChapterView } from './chapter-view';
import styles from './learn.module.css';
import { RunLine } from './run-line';

/** The open chapter, what it is shown on, and what the reader needs to go beyond it. */
export function LessonSide() {
  return (
    <div className={styles.side}>
      <section className={styles.lesson} aria-label="Lesson" data-lesson>
        <ChapterNav />
        <ChapterView />
        <RunLine />
        <details className={styles.own}>
          <summary>Write from your own prompt</summary>
          <PromptPanel />
        </details>
      </section>
      <div className={styles.cache}>
        <CachePanel />
      </div>
    </div>
  );
}
