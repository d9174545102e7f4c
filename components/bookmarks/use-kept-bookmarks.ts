'use client';

import { useEffect } from 'react';
import {
  BOOKMARKS_KEY,
  keepBookmarks,
  keptBookmarks,
  readBookmarks,
} from '@/lib/share/kept-bookmarks';
import { usePage } from '../page-context';

const NOT_KEPT =
  'This browser keeps nothing for this page: bookmarks last until it is closed, or in a saved run.';

const storage = () => window.localStorage;

/** Takes up the bookmarks that are kept on this machine, and keeps them whenever they change, here or in another tab. */
export function useKeptBookmarks(): void {
  const { store } = usePage();
  useEffect(() => {
    store.getState().takeBookmarks(keptBookmarks(storage));
    store.getState().setHasBookmarks(true);
    let told = false;
    const unsubscribe = store.subscribe(({ bookmarks, setBookmarkNote }, before) => {
      if (bookmarks === before.bookmarks || keepBookmarks(storage, bookmarks) || told) return;
      told = true;
      setBookmarkNote(NOT_KEPT);
    });
    const changed = ({ key, newValue }: StorageEvent) => {
      if (key !== BOOKMARKS_KEY) return;
      const bookmarks = readBookmarks(newValue);
      if (bookmarks) store.setState({ bookmarks });
    };
    window.addEventListener('storage', changed);
    return () => {
      store.getState().setHasBookmarks(false);
      unsubscribe();
      window.removeEventListener('storage', changed);
    };
  }, [store]);
}
