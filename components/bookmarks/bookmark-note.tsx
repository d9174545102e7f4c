'use client';

import { createPortal } from 'react-dom';
import { openModal } from '../open-modal';
import { useApp } from '../page-context';
import { usePassing } from '../use-passing';
import styles from './bookmarks.module.css';

/** How long a word on a bookmark stays. */
const NOTE_MS = 3500;

/** A word on what was done with a bookmark, seen and said; over a panel that fills the screen, too. */
export function BookmarkNote() {
  const note = useApp((state) => state.bookmarkNote);
  const setNote = useApp((state) => state.setBookmarkNote);
  usePassing(note, setNote, NOTE_MS);
  const modal = note === null ? null : openModal();
  return (
    <>
      <span role="status" aria-label="Bookmark" className="visually-hidden">
        {note}
      </span>
      {note !== null &&
        createPortal(
          // What stands outside of an open dialog is not said.
          <p className={styles.note} role={modal ? 'alert' : undefined} aria-hidden={!modal}>
            {note}
          </p>,
          modal ?? document.body,
        )}
    </>
  );
}
