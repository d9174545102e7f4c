'use client';

import { useLayoutEffect } from 'react';
import type { PresentSlice, PresentStore } from '@/lib/store/present-slice';

/**
 * The whole screen for a page that is presented, where the browser grants it; else the page fills its window. Style sheets and
 * drawings learn of the stage by `data-stage` on the document. Leaving the screen by the browser's own ways leaves the stage.
 */
export function useStageScreen(store: PresentStore, presenting: boolean, leave: () => void): void {
  useLayoutEffect(() => {
    if (!presenting) return;
    const root = document.documentElement;
    const before = document.activeElement;
    let over = false;
    // A panel may fill the screen already.
    let filled = document.fullscreenElement !== null;
    root.dataset.stage = '';
    // What had the focus is away, or would keep the arrow keys.
    if (before instanceof HTMLElement) before.blur();
    const changed = () => {
      if (document.fullscreenElement) filled = true;
      else if (filled) leave();
    };
    document.addEventListener('fullscreenchange', changed);
    if (!filled) {
      void root.requestFullscreen?.({ navigationUI: 'hide' }).then(
        () => {
          if (over) giveBack();
        },
        // Refused: the page fills its window.
        () => {},
      );
    }
    return () => {
      over = true;
      document.removeEventListener('fullscreenchange', changed);
      delete root.dataset.stage;
      giveBack();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [presenting, leave]);

  useLayoutEffect(() => {
    const show = ({ blank }: PresentSlice) =>
      document.documentElement.toggleAttribute('data-blank', blank);
    show(store.getState());
    const unsubscribe = store.subscribe(show);
    return () => {
      unsubscribe();
      document.documentElement.removeAttribute('data-blank');
    };
  }, [store]);
}

function giveBack(): void {
  if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
}
