'use client';

import { ArrowLeft, ArrowRight, RotateCcw } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { isShown, viewOf } from '@/lib/learn/view';
import buttons from '../button.module.css';
import { useApp } from '../page-context';
import styles from './learn.module.css';
import { useFacts, useLesson, useLessonState } from './lesson-context';
import { MarkedText } from './marked-text';
import { QuestionCard } from './question-card';
import { TaskCard } from './task-card';

/** What chapters mean by “report”. */
const REPORT =
  '“Report”: what we measured of our models on held-out texts; docs/report in the source.';

/** The open chapter: its words, its question, what there is to do, and the way on. */
export function ChapterView() {
  const lesson = useLesson();
  const index = useLessonState((state) => state.chapter);
  const facts = useFacts();
  const { chapter } = lesson;
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(index);
  useEffect(() => {
    if (shown.current === index) return;
    shown.current = index;
    // Whoever listens hears where they are; on a phone the words come into view.
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, [index]);
  const paragraphs = facts ? chapter.text(facts).filter((text) => text !== '') : [];
  const question = facts && (chapter.question?.(facts) ?? null);
  return (
    <article className={styles.chapter} aria-labelledby="chapter-title">
      <h2 id="chapter-title" ref={heading} tabIndex={-1}>
        {chapter.title}
      </h2>
      {facts && facts.dims.blockLength > 1 ? (
        <>
          <div className={styles.words}>
            {paragraphs.map((text) => (
              <p key={text}>
                <MarkedText text={text} />
              </p>
            ))}
            {paragraphs.some((text) => /\breport\b/i.test(text)) && (
              <p className={styles.small}>{REPORT}</p>
            )}
          </div>
          {question && <QuestionCard key={chapter.id} question={question} />}
          <TaskCard facts={facts} />
        </>
      ) : (
        <p className={styles.words}>
          {facts
            ? 'The blocks of this model hold one token each; the lesson is about longer ones.'
            : 'The lesson begins as soon as there is a run to show.'}
        </p>
      )}
      <Ways index={index} last={lesson.chapters.length - 1} />
    </article>
  );
}

/** On, back, and back to where the chapter began. */
function Ways({ index, last }: { index: number; last: number }) {
  const lesson = useLesson();
  const done = useLessonState((state) => state.done);
  const here = useApp((state) => {
    const facts = lesson.facts(state);
    return facts !== null && isShown(state, viewOf(lesson.chapter, facts));
  });
  const known = useApp((state) => state.trace !== null);
  const isDone = done.includes(lesson.chapter.id);
  return (
    <div className={styles.ways}>
      <div className={styles.turn}>
        {index > 0 && (
          <button type="button" className={buttons.button} onClick={() => lesson.go(index - 1)}>
            <ArrowLeft size={14} aria-hidden="true" />
            Back
          </button>
        )}
        {index < last ? (
          <button
            type="button"
            className={`${buttons.button} ${isDone ? buttons.strong : ''}`}
            onClick={() => lesson.go(index + 1)}
          >
            Next chapter
            <ArrowRight size={14} aria-hidden="true" />
          </button>
        ) : (
          <End />
        )}
      </div>
      <button
        type="button"
        className={`${buttons.button} ${styles.again}`}
        disabled={here || !known}
        onClick={() => lesson.showView()}
      >
        <RotateCcw size={14} aria-hidden="true" />
        Back to this chapter’s view
      </button>
    </div>
  );
}

/** Behind the last chapter: what is done, and where to go. */
function End() {
  const lesson = useLesson();
  const count = useLessonState((state) => state.done.length);
  return (
    <>
      <button type="button" className={buttons.button} onClick={() => lesson.forget()}>
        Start over
      </button>
      <p className={styles.end}>
        {count} of {lesson.chapters.length} chapters done. Go on in <a href="./">Explore</a>, with
        your own words.
      </p>
    </>
  );
}
