'use client';

import { ArrowDown, ArrowUp, GripVertical, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { type Bookmark, LONGEST_NAME } from '@/lib/share/bookmarks';
import buttons from '../button.module.css';
import styles from './bookmarks.module.css';

/** A button of a row. */
export type Act = 'name' | 'up' | 'down' | 'go' | 'remove';

interface BookmarkRowProps {
  bookmark: Bookmark;
  /** From 0. */
  place: number;
  count: number;
  /** It was gone to last. */
  current: boolean;
  onName(name: string): void;
  /** Moves it by some places; `act` has the focus and keeps it. */
  onMove(by: number, act: Act): void;
  onGo(): void;
  onRemove(): void;
  /** The pointer holds it. */
  dragged: boolean;
  onDrag(on: boolean): void;
  /** Another one is held over it. */
  onDragOver(): void;
}

/** One bookmark of the list. Its place changes by buttons, by Alt and an arrow key, and by dragging its grip. */
export function BookmarkRow(props: BookmarkRowProps) {
  const { bookmark, place, count, current, onName, onMove, onGo, onRemove } = props;
  const { dragged, onDrag, onDragOver } = props;
  const { name } = bookmark;
  const [text, setText] = useState(name);
  useEffect(() => setText(name), [name]);

  const commit = () => {
    if (text.trim() === '') setText(name);
    else if (text !== name) onName(text);
  };
  const typed = (event: KeyboardEvent) => {
    if (event.key === 'Enter') commit();
    if (event.key !== 'Escape' || text === name) return;
    // The key is used up: it must not close the list as well.
    event.preventDefault();
    setText(name);
  };
  const moves = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (by === 0 || !event.altKey) return;
    event.preventDefault();
    const { act } = (event.target as HTMLElement).dataset;
    onMove(by, (act as Act | undefined) ?? 'name');
  };
  const step = (act: 'up' | 'down', by: number, Icon: typeof ArrowUp, off: boolean) => (
    <button
      type="button"
      className={`${buttons.button} ${styles.icon}`}
      data-act={act}
      aria-label={`Move “${name}” ${act}`}
      title={`Move ${act} (Alt + ${by < 0 ? '↑' : '↓'})`}
      aria-disabled={off}
      onClick={() => {
        if (!off) onMove(by, act);
      }}
    >
      <Icon size={15} aria-hidden="true" />
    </button>
  );
  return (
    <li
      className={styles.row}
      data-bookmark={bookmark.id}
      data-dragged={dragged || undefined}
      aria-current={current || undefined}
      onKeyDown={moves}
      onDragOver={(event) => {
        event.preventDefault();
        onDragOver();
      }}
    >
      <span
        className={styles.grip}
        aria-hidden="true"
        draggable
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move';
          // Some browsers drag nothing without data.
          event.dataTransfer.setData('text/plain', name);
          onDrag(true);
        }}
        onDragEnd={() => onDrag(false)}
      >
        <GripVertical size={15} />
      </span>
      <span className={styles.number}>{place + 1}</span>
      <input
        className={styles.name}
        data-act="name"
        aria-label={`Name of bookmark ${place + 1}`}
        value={text}
        maxLength={LONGEST_NAME}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={typed}
        onBlur={commit}
      />
      <span className={styles.acts}>
        {step('up', -1, ArrowUp, place === 0)}
        {step('down', 1, ArrowDown, place === count - 1)}
        <button
          type="button"
          className={`${buttons.button} ${styles.go}`}
          data-act="go"
          aria-label={`Go to “${name}”`}
          onClick={onGo}
        >
          Go to
        </button>
        <button
          type="button"
          className={`${buttons.button} ${styles.icon}`}
          data-act="remove"
          aria-label={`Remove “${name}”`}
          title="Remove"
          onClick={onRemove}
        >
          <Trash2 size={15} aria-hidden="true" />
        </button>
      </span>
    </li>
  );
}
