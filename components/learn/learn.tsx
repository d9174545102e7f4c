'use client';

import { useEffect, useState } from 'react';
import type { EngineClient } from '@/lib/engine/types';
import { CHAPTERS } from '@/lib/learn/chapters';
import { Lesson } from '@/lib/learn/lesson';
import type { Store } from '@/lib/learn/progress';
import { InstrumentPage } from '../explore/instrument-page';
import { FileDrop } from '../file/file-drop';
import { Instrument } from '../instrument/instrument';
import { useIdleLoading } from '../late/use-idle-loading';
import { useKeepInstrument } from '../offline/use-keep-instrument';
import { usePage } from '../page-context';
import { EmptyTopBar, TopBar } from '../top-bar/top-bar';
import { beginLesson } from './begin-lesson';
import styles from './learn.module.css';
import { LearnStage } from './learn-stage';
import { LessonProvider } from './lesson-context';
import { LessonSide } from './lesson-side';
import { Spotlight } from './spotlight';
import { TaskDock } from './task-dock';
import { usePartPointer } from './use-part-pointer';

/** As wide as the step's stations leave room for; no wider than reads well. */
const WIDTH = 'clamp(292px, 100vw - 1110px, 420px)';

interface LearnProps {
  /** Makes the engine's client, once for the page. */
  createClient(): EngineClient;
}

/** The page Learn: a lesson beside the instrument itself. */
export function Learn({ createClient }: LearnProps) {
  return (
    <Instrument createClient={createClient} begin={beginLesson} waiting={<Waiting />}>
      <Taught />
    </Instrument>
  );
}

function Waiting() {
  return (
    <>
      <EmptyTopBar room="learn" />
      <main className={styles.waiting}>
        <noscript>This lesson works on a live instrument and needs JavaScript.</noscript>
      </main>
    </>
  );
}

/** Makes the lesson, opened at the chapter in the address, and keeps the address up to date. */
function Taught() {
  const { store, commands } = usePage();
  const [lesson, setLesson] = useState<Lesson | null>(null);
  useEffect(() => {
    const made = new Lesson(store, commands, CHAPTERS, storage(), asked());
    const follow = () => {
      const index = CHAPTERS.findIndex(({ id }) => id === asked());
      if (index >= 0 && index !== made.store.getState().chapter) made.go(index);
    };
    const unsubscribe = made.store.subscribe(({ chapter }, before) => {
      if (chapter !== before.chapter) history.replaceState(null, '', `#${made.chapter.id}`);
    });
    window.addEventListener('hashchange', follow);
    setLesson(made);
    return () => {
      window.removeEventListener('hashchange', follow);
      unsubscribe();
      made.dispose();
    };
  }, [store, commands]);
  if (!lesson) return <Waiting />;
  return (
    <LessonProvider value={lesson}>
      <Page />
    </LessonProvider>
  );
}

function Page() {
  useIdleLoading();
  useKeepInstrument();
  usePartPointer();
  return (
    <>
      <InstrumentPage
        bar={<TopBar room="learn" />}
        side={{ content: <LessonSide />, width: WIDTH }}
      />
      <TaskDock />
      <Spotlight />
      <FileDrop />
      <LearnStage />
    </>
  );
}

/** Id of the chapter that the address asks for. */
function asked(): string {
  return window.location.hash.slice(1);
}

function storage(): Store | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
