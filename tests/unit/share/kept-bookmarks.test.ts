import { describe, expect, it, vi } from 'vitest';
import { keepingBookmarks } from '@/components/bookmarks/keeping-bookmarks';
import { type Bookmark, newBookmark } from '@/lib/share/bookmarks';
import { BOOKMARKS_KEY, keepBookmarks, keptText, readBookmarks } from '@/lib/share/kept-bookmarks';
import { readView } from '@/lib/share/view';
import { createAppStore } from '@/lib/store/store';
import { recorded } from '../trace/synthetic';

const view = readView(createAppStore().getState());
const bookmark = (name: string) => newBookmark(recorded(2, 2).trace, view, name);
const list = [bookmark('<b>sink</b> of “layer 1”')];

/** A browser's storage; `kept` is what it has. */
function browser(kept: string | null = null) {
  const items = new Map<string, string>();
  if (kept !== null) items.set(BOOKMARKS_KEY, kept);
  const storage = () => ({
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  });
  return { items, storage, tabs: new EventTarget() as unknown as Window };
}

/** What a browser does whose storage is off. */
const off = (): Storage => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};
const full = () => ({
  getItem: () => null,
  setItem: () => {
    throw new DOMException('full', 'QuotaExceededError');
  },
});

describe('bookmarks on this machine', () => {
  it('are there again, as they were', async () => {
    const { items, storage } = browser();
    expect(keptText(storage)).toBeNull();
    expect(keepBookmarks(storage, list)).toBe(true);
    expect([...items.keys()]).toEqual([BOOKMARKS_KEY]);
    expect(await readBookmarks(keptText(storage) ?? '')).toEqual(list);
  });

  it('are none while storage is off or full; nothing is thrown', () => {
    expect(keptText(off)).toBeNull();
    expect(keepBookmarks(off, list)).toBe(false);
    expect(keepBookmarks(full, list)).toBe(false);
  });

  it.each(['not JSON', '{}', 'null', '[1]', '[{"id":"0"}]', '['.repeat(5000)])(
    'are none when something else is kept: %.20s',
    async (text) => {
      expect(await readBookmarks(text)).toBeNull();
    },
  );
});

describe('a page with bookmarks', () => {
  /** A page whose browser has kept `kept`. */
  function page(kept: readonly Bookmark[] | string | null, own = browser(textOf(kept))) {
    const store = createAppStore();
    const stop = keepingBookmarks(store, own.storage, own.tabs);
    const names = () => store.getState().bookmarks.map(({ name }) => name);
    const keptNames = () =>
      (JSON.parse(own.items.get(BOOKMARKS_KEY) ?? '[]') as Bookmark[]).map(({ name }) => name);
    /** Another tab keeps this. */
    const other = (bookmarks: readonly Bookmark[]) => {
      const newValue = JSON.stringify(bookmarks);
      own.items.set(BOOKMARKS_KEY, newValue);
      const event = Object.assign(new Event('storage'), { key: BOOKMARKS_KEY, newValue });
      (own.tabs as unknown as EventTarget).dispatchEvent(event);
    };
    return { ...own, store, stop, names, keptNames, other };
  }
  const textOf = (kept: readonly Bookmark[] | string | null) =>
    kept === null || typeof kept === 'string' ? kept : JSON.stringify(kept);
  const [a, b, c] = ['a', 'b', 'c'].map(bookmark) as [Bookmark, Bookmark, Bookmark];

  it('keeps what is added where nothing was kept', () => {
    const { store, keptNames } = page(null);
    store.getState().addBookmark(a);
    expect(keptNames()).toEqual(['a']);
  });

  it('shows what was kept, then what was added while it was read, and keeps both', async () => {
    const { store, names, keptNames } = page([a, b]);
    store.getState().addBookmark(c);
    expect(names()).toEqual(['c']);
    expect(keptNames()).toEqual(['a', 'b']);
    await vi.waitFor(() => expect(names()).toEqual(['a', 'b', 'c']));
    expect(keptNames()).toEqual(['a', 'b', 'c']);
    store.getState().removeBookmarks([a.id]);
    expect(keptNames()).toEqual(['b', 'c']);
  });

  it('leaves what it does not understand alone until there is something to keep', async () => {
    const untouched = page('[{"later":true}]');
    const early = page('[{"later":true}]');
    early.store.getState().addBookmark(a);
    await vi.waitFor(() => expect(early.keptNames()).toEqual(['a']));
    expect(untouched.items.get(BOOKMARKS_KEY)).toBe('[{"later":true}]');
    untouched.store.getState().addBookmark(b);
    expect(untouched.keptNames()).toEqual(['b']);
  });

  it('shows what another tab keeps, also while it still reads', async () => {
    const { names, keptNames, other } = page([a, b]);
    other([b, c]);
    await vi.waitFor(() => expect(names()).toEqual(['b', 'c']));
    other([c]);
    other([c, a]);
    await vi.waitFor(() => expect(names()).toEqual(['c', 'a']));
    expect(keptNames()).toEqual(['c', 'a']);
  });

  it('says once when nothing can be kept', () => {
    const own = { ...browser(), storage: full };
    const { store } = page(null, own);
    store.getState().addBookmark(a);
    expect(store.getState().bookmarkNote).toMatch(/keeps nothing for this page/);
    store.getState().setBookmarkNote(null);
    store.getState().addBookmark(b);
    expect(store.getState().bookmarkNote).toBeNull();
  });

  it('leaves alone what it could not read, and says so', async () => {
    vi.resetModules();
    vi.doMock('@/lib/share/bookmarks-schema', () => {
      throw new TypeError('no network');
    });
    const part = await import('@/components/bookmarks/keeping-bookmarks');
    const { items, storage, tabs } = browser(JSON.stringify([a]));
    const store = createAppStore();
    part.keepingBookmarks(store, storage, tabs);
    await vi.waitFor(() => expect(store.getState().notices).toHaveLength(1));
    vi.doUnmock('@/lib/share/bookmarks-schema');
    expect(store.getState().notices[0]).toMatch(/^The bookmarks that are kept here could not be/);
    store.getState().addBookmark(b);
    expect(items.get(BOOKMARKS_KEY)).toBe(JSON.stringify([a]));
    expect(store.getState().bookmarkNote).toMatch(/bookmarks last until it is closed/);
  });

  it('ends with its page', async () => {
    const { store, stop, names, keptNames, other } = page([a]);
    stop();
    other([b]);
    await readBookmarks(JSON.stringify([a]));
    expect(names()).toEqual([]);
    store.getState().addBookmark(c);
    expect(keptNames()).toEqual(['b']);
  });
});
