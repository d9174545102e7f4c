import { type Bookmark, cleanName, MOST_BOOKMARKS, merged, moved } from '@/lib/share/bookmarks';
import type { AppState, Slice } from './store';

/** The reader's bookmarks. They are shown as a list, and one after the other while presenting. */
export interface BookmarksSlice {
  /** In the reader's order, at most `MOST_BOOKMARKS`; those of runs that are not open, too. */
  bookmarks: readonly Bookmark[];
  /** The bookmark that was gone to last: the next one comes after it. */
  bookmarkAt: string | null;
  bookmarksOpen: boolean;
  /** The page lists bookmarks and keeps them. */
  hasBookmarks: boolean;
  /** What was done with a bookmark last, or why it could not be, for some seconds. */
  bookmarkNote: string | null;
  /** Adds a bookmark at the end; where there is no room one of a run that is not open is let go. False when there is still none. */
  addBookmark(bookmark: Bookmark): boolean;
  /** Takes up bookmarks from a file or the browser's storage: see `merged`. */
  takeBookmarks(bookmarks: readonly Bookmark[]): void;
  /** Gives a bookmark another name; one without letters or signs is not taken. */
  nameBookmark(id: string, name: string): void;
  moveBookmark(id: string, by: number): void;
  /** Removes bookmarks; the next one after a removed one stays the next. */
  removeBookmarks(ids: readonly string[]): void;
  markBookmark(id: string): void;
  setBookmarksOpen(open: boolean): void;
  setHasBookmarks(has: boolean): void;
  setBookmarkNote(note: string | null): void;
}

export const bookmarksSlice: Slice<BookmarksSlice> = (set, get) => ({
  bookmarks: [],
  bookmarkAt: null,
  bookmarksOpen: false,
  hasBookmarks: false,
  bookmarkNote: null,
  addBookmark: (bookmark) => {
    const list = withRoom(get());
    if (list) set({ bookmarks: [...list, bookmark] });
    return list !== null;
  },
  takeBookmarks: (more) => set(({ bookmarks }) => ({ bookmarks: merged(bookmarks, more) })),
  nameBookmark: (id, name) =>
    set(({ bookmarks }) => {
      const clean = cleanName(name);
      if (clean === null) return {};
      return { bookmarks: bookmarks.map((one) => (one.id === id ? { ...one, name: clean } : one)) };
    }),
  moveBookmark: (id, by) =>
    set((state) => {
      // By places of the list that the reader sees.
      const shown = openBookmarks(state);
      const from = shown.findIndex((one) => one.id === id);
      const target = shown[Math.min(shown.length - 1, Math.max(0, from + by))];
      if (from === -1 || !target) return {};
      const place = (wanted: string) => state.bookmarks.findIndex((one) => one.id === wanted);
      return { bookmarks: moved(state.bookmarks, id, place(target.id) - place(id)) };
    }),
  removeBookmarks: (ids) =>
    set(({ bookmarks, bookmarkAt }) => {
      const gone = new Set(ids);
      const at = bookmarks.findIndex(({ id }) => id === bookmarkAt);
      const left = bookmarks.slice(0, at + 1).findLast(({ id }) => !gone.has(id));
      return {
        bookmarks: bookmarks.filter(({ id }) => !gone.has(id)),
        bookmarkAt: left?.id ?? null,
      };
    }),
  markBookmark: (bookmarkAt) => set({ bookmarkAt }),
  setBookmarksOpen: (bookmarksOpen) => set({ bookmarksOpen }),
  setHasBookmarks: (hasBookmarks) => set({ hasBookmarks }),
  setBookmarkNote: (bookmarkNote) => set({ bookmarkNote }),
});

/** What decides whether a bookmark can be gone to. */
type Open = Pick<AppState, 'bookmarks' | 'trace' | 'runs'>;

/** The bookmarks of the runs that are open: the one on the screen and those that are kept. */
export function openBookmarks({ bookmarks, trace, runs }: Open): Bookmark[] {
  const open = new Set([trace, ...runs.map((run) => run.trace)].map((one) => one?.header.id));
  return bookmarks.filter(({ run }) => open.has(run));
}

/** The bookmarks of one run, in their order: what its file holds. */
export function bookmarksOf(bookmarks: readonly Bookmark[], run: string): Bookmark[] {
  return bookmarks.filter((one) => one.run === run);
}

/** The list with room for one more, or null when all are of open runs. */
function withRoom(state: AppState): readonly Bookmark[] | null {
  if (state.bookmarks.length < MOST_BOOKMARKS) return state.bookmarks;
  const open = new Set(openBookmarks(state));
  const dropped = state.bookmarks.findIndex((one) => !open.has(one));
  return dropped === -1 ? null : state.bookmarks.toSpliced(dropped, 1);
}
