'use client';

import { useEffect } from 'react';
import { useApp } from '../page-context';
import { fetchParts } from './late';

/** For browsers that do not tell when they are idle. */
const SOON_MS = 200;

/** Fetches what opens on request once the model is there and the browser is idle, so that a key opens it at once. */
export function useIdleLoading(): void {
  const settled = useApp(({ status: { state } }) => state === 'ready' || state === 'failed');
  useEffect(() => {
    if (!settled) return;
    const load = () => void fetchParts();
    if (typeof requestIdleCallback !== 'function') {
      const timer = setTimeout(load, SOON_MS);
      return () => clearTimeout(timer);
    }
    const asked = requestIdleCallback(load);
    return () => cancelIdleCallback(asked);
  }, [settled]);
}
