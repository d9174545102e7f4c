'use client';

import { useEffect, useRef, useState } from 'react';
import { goToBookmark } from '@/lib/commands/present-commands';
import { type Bookmark, MOST_BOOKMARKS } from '@/lib/share/bookmarks';
import buttons from '../button.module.css';
import { CommandButton } from '../command-button';
import { useApp, usePage } from '../page-context';
import { type Act, BookmarkRow } from './bookmark-row';
import styles from './bookmarks.module.css';
import { useOpenBookmarks } from './use-open-bookmarks';

/** What was removed, to be put back. */
interface Removed {
  sentence: string;
  before: readonly Bookmark[];
}

/** The list of bookmarks: to name, to put in order, to go to and to remove. */
export function BookmarksDialog() {
  const { store } = usePage();
  const list = useOpenBookmarks();
  const elsewhere = useApp((state) => state.bookmarks.length) - list.length;
  const at = useApp((state) => state.bookmarkAt);
  const dialog = useRef<HTMLDialogElement>(null);
  const [said, say] = useState('');
  const [removed, setRemoved] = useState<Removed | null>(null);
  /** The button that takes the focus once the list is in its new order. */
  const wanted = useRef<{ id: string; act: Act } | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);

  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  useEffect(() => {
    if (!wanted.current) return;
    const { id, act } = wanted.current;
    wanted.current = null;
    dialog.current
      ?.querySelector<HTMLElement>(`[data-bookmark="${id}"] [data-act="${act}"]`)
      ?.focus();
  });

  const close = () => store.getState().setBookmarksOpen(false);
  const placeOf = (id: string) => list.findIndex((one) => one.id === id);
  const move = (bookmark: Bookmark, by: number, act: Act | null) => {
    const to = Math.min(list.length - 1, Math.max(0, placeOf(bookmark.id) + by));
    if (act) wanted.current = { id: bookmark.id, act };
    store.getState().moveBookmark(bookmark.id, by);
    say(`“${bookmark.name}” is now ${to + 1} of ${list.length}.`);
  };
  const remove = (bookmarks: readonly Bookmark[], sentence: string) => {
    setRemoved({ sentence, before: store.getState().bookmarks });
    store.getState().removeBookmarks(bookmarks.map(({ id }) => id));
    say(sentence);
  };
  const removeOne = (bookmark: Bookmark) => {
    const place = placeOf(bookmark.id);
    const next = list[place + 1] ?? list[place - 1];
    if (next) wanted.current = { id: next.id, act: 'remove' };
    else dialog.current?.focus();
    remove([bookmark], `“${bookmark.name}” was removed.`);
  };

  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      tabIndex={-1}
      aria-labelledby="bookmarks-title"
      onClose={() => {
        if (!dialog.current?.open) close();
      }}
    >
      <div className={styles.head}>
        <h2 id="bookmarks-title">Bookmarks</h2>
        <CommandButton id="bookmark">Add this view</CommandButton>
        <CommandButton id="present" strong>
          Present
        </CommandButton>
        <button type="button" className={buttons.button} onClick={close}>
          Close
        </button>
      </div>
      {list.length === 0 ? (
        <p className={styles.empty}>
          No bookmarks in the runs that are open. Add the view on the screen: its place, heads, zoom
          and what is open are kept under a name.
        </p>
      ) : (
        <ol className={styles.list}>
          {list.map((bookmark, place) => (
            <BookmarkRow
              key={bookmark.id}
              bookmark={bookmark}
              place={place}
              count={list.length}
              current={bookmark.id === at}
              onName={(name) => store.getState().nameBookmark(bookmark.id, name)}
              onMove={(by, act) => move(bookmark, by, act)}
              onGo={() => {
                close();
                goToBookmark(store, bookmark.id);
              }}
              onRemove={() => removeOne(bookmark)}
              dragged={dragged === bookmark.id}
              onDrag={(on) => setDragged(on ? bookmark.id : null)}
              onDragOver={() => {
                const one = list.find(({ id }) => id === dragged);
                if (one && one !== bookmark) move(one, place - placeOf(one.id), null);
              }}
            />
          ))}
        </ol>
      )}
      <div className={styles.foot}>
        <p>
          {list.length > 1 && 'Alt + ↑ or ↓ moves a bookmark. '}
          Kept in this browser, at most {MOST_BOOKMARKS}; the file of a saved run holds its own.
        </p>
        {removed && (
          <p className={styles.removed}>
            {removed.sentence}{' '}
            <button
              type="button"
              className={styles.inline}
              onClick={() => {
                store.setState({ bookmarks: removed.before });
                setRemoved(null);
                say('They are back.');
                dialog.current?.focus();
              }}
            >
              Put back
            </button>
          </p>
        )}
        {elsewhere > 0 && (
          <p>
            {elsewhere === 1 ? 'One more is' : `${elsewhere} more are`} of runs that are not open:
            open their files to see them.{' '}
            <button
              type="button"
              className={styles.inline}
              onClick={() => {
                const open = new Set(list.map(({ id }) => id));
                const others = store.getState().bookmarks.filter(({ id }) => !open.has(id));
                remove(others, 'Bookmarks of runs that are not open were removed.');
                dialog.current?.focus();
              }}
            >
              Remove these
            </button>
          </p>
        )}
      </div>
      <output className="visually-hidden">{said}</output>
    </dialog>
  );
}
