'use client';

import { useEffect, useRef } from 'react';
import type { BackendName } from '@/lib/engine/types';

/** A model that the page has loaded. */
export interface LoadedModel {
  model: string;
  backend: BackendName;
}

/** For browsers that do not tell when they are idle. */
const SOON_MS = 1000;

/**
 * Keeps the page for use without a network, and the models that it has loaded, once nothing is under way (`settled`) and the
 * browser is idle. Not while developing, for then there is no service worker.
 */
export function useKeepOffline(settled: boolean, loaded: () => readonly LoadedModel[]): void {
  const latest = useRef(loaded);
  useEffect(() => {
    latest.current = loaded;
  });
  useEffect(() => {
    if (!settled || process.env.NODE_ENV !== 'production') return;
    const begin = () => void keep(latest.current());
    if (typeof requestIdleCallback !== 'function') {
      const timer = setTimeout(begin, SOON_MS);
      return () => clearTimeout(timer);
    }
    const asked = requestIdleCallback(begin);
    return () => cancelIdleCallback(asked);
  }, [settled]);
}

async function keep(loaded: readonly LoadedModel[]): Promise<void> {
  try {
    const { keepLoaded } = await import('./keep-loaded');
    await keepLoaded(loaded);
  } catch {
    // Without a network and not kept yet: the next visit tries again.
  }
}
