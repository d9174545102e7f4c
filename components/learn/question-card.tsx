'use client';

import { Check, X } from 'lucide-react';
import type { Question } from '@/lib/learn/chapter';
import buttons from '../button.module.css';
import styles from './learn.module.css';
import { useLesson, useLessonState } from './lesson-context';

/** A question before what answers it: one answer counts, then both are told. */
export function QuestionCard({ question }: { question: Question }) {
  const lesson = useLesson();
  const { id } = lesson.chapter;
  const given = useLessonState((state) => state.answers[id]);
  const answered = given !== undefined;
  return (
    <fieldset className={styles.card}>
      <legend>Guess first</legend>
      <p id="question">{question.ask}</p>
      <ul className={styles.answers} aria-labelledby="question">
        {question.answers.map((answer, i) => {
          const right = answered && i === question.right;
          const wrong = answered && i === given && !right;
          return (
            <li key={answer}>
              <button
                type="button"
                className={buttons.button}
                aria-pressed={answered ? i === given : undefined}
                // Still to be read, no more to be changed.
                aria-disabled={answered || undefined}
                data-right={right || undefined}
                data-wrong={wrong || undefined}
                onClick={() => {
                  if (!answered) lesson.answer(i);
                }}
              >
                {right && <Check size={14} aria-hidden="true" />}
                {wrong && <X size={14} aria-hidden="true" />}
                {answer}
                {right && <span className="visually-hidden">, right</span>}
              </button>
            </li>
          );
        })}
      </ul>
      <p role="status" className={styles.told}>
        {answered && (
          <>
            <b>{given === question.right ? 'Right. ' : 'Not quite. '}</b>
            {question.reveal}
          </>
        )}
      </p>
    </fieldset>
  );
}
