import type { Bookmark } from './bookmarks';

/** Where the browser keeps them. */
export const BOOKMARKS_KEY = 'blockscope-bookmarks';

/** What was kept on this machine; null when nothing is, or when storage is off. */
export function keptText(storage: () => Pick<Storage, 'getItem'>): string | null {
  try {
    return storage().getItem(BOOKMARKS_KEY);
  } catch {
    return null;
  }
}

/**
 * Bookmarks from what was kept; null when that is none of ours. What checks them is fetched first, for most pages have none;
 * rejects when it cannot be had.
 */
export async function readBookmarks(text: string): Promise<Bookmark[] | null> {
  const { bookmarksSchema } = await import('./bookmarks-schema');
  try {
    return bookmarksSchema.parse(JSON.parse(text));
  } catch {
    return null;
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
