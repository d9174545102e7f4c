'use client';

import { useEffect } from 'react';
import { usePage } from '../page-context';
import { keepingBookmarks } from './keeping-bookmarks';

/** Takes up the bookmarks that are kept on this machine, and keeps them whenever they change, here or in another tab. */
export function useKeptBookmarks(): void {
  const { store } = usePage();
  useEffect(() => {
    store.getState().setHasBookmarks(true);
    const stop = keepingBookmarks(store, () => window.localStorage, window);
    return () => {
      store.getState().setHasBookmarks(false);
      stop();
    };
  }, [store]);
}
