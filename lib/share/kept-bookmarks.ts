import { type Bookmark, bookmarksSchema } from './bookmarks';

/** Where the browser keeps them. */
export const BOOKMARKS_KEY = 'blockscope-bookmarks';

/** Bookmarks from what the browser kept; null when that is none of ours. */
export function readBookmarks(text: string | null): Bookmark[] | null {
  if (text === null) return null;
  try {
    return bookmarksSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The bookmarks that were kept on this machine; none when there are none, or when storage is off. */
export function keptBookmarks(storage: () => Pick<Storage, 'getItem'>): Bookmark[] {
  try {
    return readBookmarks(storage().getItem(BOOKMARKS_KEY)) ?? [];
  } catch {
    return [];
  }
}

/** Keeps bookmarks on this machine; false when storage is off or full. */
export function keepBookmarks(
  storage: () => Pick<Storage, 'setItem'>,
  bookmarks: readonly Bookmark[],
): boolean {
  try {
    storage().setItem(BOOKMARKS_KEY, JSON.stringify(bookmarks));
    return true;
  } catch {
    return false;
  }
}
