'use client';

import { useCallback, useEffect } from 'react';
import { leaveStage } from '@/lib/commands/present-commands';
import { useApp, usePage } from '../page-context';
import { Stage } from '../present/stage';
import styles from '../present/stage.module.css';
import { useCovered } from '../present/use-covered';
import { Place } from '../time/playback-bar';
import { useLesson, useLessonState } from './lesson-context';

/** The stage of the lesson: its chapters one after the other, each with its view, and the model on request. */
export function LearnStage() {
  const { store } = usePage();
  const lesson = useLesson();
  const chapter = useLessonState((state) => state.chapter);
  const presenting = useApp((state) => state.presenting);
  const singleKeys = useApp((state) => state.singleKeys);
  useCovered();
  useEffect(() => {
    // Not with a bookmark of the run.
    if (presenting) lesson.showView();
  }, [presenting, lesson]);
  return (
    <Stage
      store={store}
      singleKeys={singleKeys}
      views={{
        kind: 'chapter',
        names: lesson.chapters.map(({ title }) => title),
        at: chapter,
        go: (index) => lesson.go(index),
      }}
      title={lesson.chapter.title}
      onLive={() => lesson.write()}
      onLeave={useCallback(() => leaveStage(store), [store])}
    >
      <span className={styles.where}>
        <Place />
      </span>
    </Stage>
  );
}
