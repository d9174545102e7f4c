'use client';

import { useEffect, useLayoutEffect } from 'react';
import { fetchParts } from '../late/late';
import { useApp } from '../page-context';
import { loadFullScreen } from '../panel/load-full-screen';

/** Readies an instrument for its stage: what can fill it is fetched, and what then lies under it is not there for keys and ears. */
export function useCovered(): void {
  const presenting = useApp((state) => state.presenting);
  const covered = useApp((state) => state.fullPanel !== null || state.station !== null);

  useEffect(() => {
    if (!presenting) return;
    // Nothing in the talk waits for code.
    void loadFullScreen();
    void fetchParts();
  }, [presenting]);

  useLayoutEffect(() => {
    document.documentElement.toggleAttribute('data-covered', presenting && covered);
    return () => document.documentElement.removeAttribute('data-covered');
  }, [presenting, covered]);
}
