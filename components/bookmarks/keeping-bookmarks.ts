import { merged } from '@/lib/share/bookmarks';
import { BOOKMARKS_KEY, keepBookmarks, keptText, readBookmarks } from '@/lib/share/kept-bookmarks';
import type { AppStore } from '@/lib/store/store';

const NOT_KEPT =
  'This browser keeps nothing for this page: bookmarks last until it is closed, or in a saved run.';
const NOT_READ =
  'The bookmarks that are kept here could not be read, for a part of this page could not be fetched: check the connection and load the page again.';

/**
 * Shows the bookmarks that `storage` has, and keeps the list there whenever it changes; what another tab keeps (`tabs` tells)
 * is shown here. Reading takes a moment: bookmarks that the reader adds meanwhile come behind those that are read, and
 * nothing takes the place of what was not read. Returns what ends it.
 */
export function keepingBookmarks(
  store: AppStore,
  storage: () => Pick<Storage, 'getItem' | 'setItem'>,
  tabs: Pick<Window, 'addEventListener'>,
): () => void {
  const over = new AbortController();
  let state: 'reading' | 'read' | 'unread' = 'reading';
  let told = false;
  const unsubscribe = store.subscribe(({ bookmarks, setBookmarkNote }, before) => {
    if (bookmarks === before.bookmarks || state === 'reading') return;
    if ((state === 'read' && keepBookmarks(storage, bookmarks)) || told) return;
    told = true;
    setBookmarkNote(NOT_KEPT);
  });
  const begin = async (text: string | null) => {
    if (text === null) {
      state = 'read';
      return;
    }
    const kept = await readBookmarks(text).catch(() => 'lost' as const);
    if (over.signal.aborted) return;
    const { bookmarks, notices, setNotices } = store.getState();
    if (kept === 'lost') {
      state = 'unread';
      setNotices([...notices, NOT_READ]);
      return;
    }
    state = 'read';
    const some = kept !== null || bookmarks.length > 0;
    // Not if another tab kept something else meanwhile.
    if (some && keptText(storage) === text) {
      store.setState({ bookmarks: merged(kept ?? [], bookmarks) });
    }
  };
  const changed = async ({ key, newValue }: StorageEvent) => {
    if (key !== BOOKMARKS_KEY || newValue === null) return;
    const bookmarks = await readBookmarks(newValue).catch(() => null);
    // Not if something else was kept since.
    if (bookmarks && !over.signal.aborted && keptText(storage) === newValue) {
      store.setState({ bookmarks });
    }
  };
  void begin(keptText(storage));
  tabs.addEventListener('storage', (event) => void changed(event), { signal: over.signal });
  return () => {
    over.abort();
    unsubscribe();
  };
}
