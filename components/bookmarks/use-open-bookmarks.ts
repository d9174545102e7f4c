'use client';

import { useMemo } from 'react';
import type { Bookmark } from '@/lib/share/bookmarks';
import { openBookmarks } from '@/lib/store/bookmarks-slice';
import { useApp } from '../page-context';

/** The bookmarks of the runs that are open, in their order. */
export function useOpenBookmarks(): readonly Bookmark[] {
  const bookmarks = useApp((state) => state.bookmarks);
  const trace = useApp((state) => state.trace);
  const runs = useApp((state) => state.runs);
  return useMemo(() => openBookmarks({ bookmarks, trace, runs }), [bookmarks, trace, runs]);
}
