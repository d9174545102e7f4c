'use client';

import { type Piece, piecesOf } from '@/lib/learn/marked';
import { PART_LOOKS, type Part } from '@/lib/learn/parts';
import { boxOf, bringIntoView } from './find-part';
import styles from './learn.module.css';
import { useLesson, useLessonState } from './lesson-context';

/** A text of the lesson: its words for parts of the picture carry the picture's hues and are linked with it both ways. */
export function MarkedText({ text }: { text: string }) {
  return piecesOf(text).map((piece, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one fixed text
    <Marked key={i} piece={piece} />
  ));
}

function Marked({ piece }: { piece: Piece }) {
  switch (piece.kind) {
    case 'plain':
      return piece.text;
    case 'stressed':
      return <em>{piece.text}</em>;
    case 'link':
      return <a href={piece.href}>{piece.text}</a>;
    case 'part':
      return <Word part={piece.part} text={piece.text} />;
  }
}

/** A word that stands for a part: under the pointer or the focus it lights the part, and is lit when the part is pointed at. */
function Word({ part, text }: { part: Part; text: string }) {
  const lesson = useLesson();
  const lit = useLessonState((state) => state.lit === part || state.pointed.includes(part));
  const { name, hue } = PART_LOOKS[part];
  const light = () => lesson.light(part);
  const dim = () => lesson.light(null);
  return (
    <button
      type="button"
      className={styles.word}
      data-hue={hue}
      data-part={part}
      data-lit={lit || undefined}
      title={`Lights ${name}`}
      onPointerEnter={light}
      onPointerLeave={dim}
      onFocus={light}
      onBlur={dim}
      onClick={() => {
        light();
        bringIntoView(boxOf(part));
      }}
    >
      {text}
    </button>
  );
}
