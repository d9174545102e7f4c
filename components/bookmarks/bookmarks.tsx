'use client';

import { latePart, useLate } from '../late/late';
import { useApp } from '../page-context';
import { BookmarkNote } from './bookmark-note';
import { useKeptBookmarks } from './use-kept-bookmarks';

const dialog = latePart(async () => (await import('./bookmarks-dialog')).BookmarksDialog);

/** The page's bookmarks: kept on this machine, listed on request, and a word when one was added. */
export function Bookmarks() {
  useKeptBookmarks();
  const open = useApp((state) => state.bookmarksOpen);
  const BookmarksDialog = useLate(dialog, open);
  return (
    <>
      {BookmarksDialog && <BookmarksDialog />}
      <BookmarkNote />
    </>
  );
}
