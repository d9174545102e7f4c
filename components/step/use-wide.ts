import { useSyncExternalStore } from 'react';

/** Whether there is room beside a panel: the panels of a step stand side by side. */
export function useWide(): boolean {
  return useMedia('(min-width: 1240px)');
}

/** Whether all heads of a layer have room side by side. */
export function useRoomy(): boolean {
  return useMedia('(min-width: 600px)');
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}
