'use client';

import { useSyncExternalStore } from 'react';

/** Narrower windows are no projectors: their type stays as it is. The style sheets have the same limit. */
export const PROJECTOR = '(min-width: 900px)';

/** The smallest type of drawings, in pixels: on a stage they are read from afar. */
export function stageType(): number {
  const onStage = 'stage' in document.documentElement.dataset;
  return onStage && window.matchMedia(PROJECTOR).matches ? 18 : 12;
}

/** Calls `changed` whenever `stageType` may be another; returns what ends that. */
export function watchStageType(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-stage'] });
  const projector = window.matchMedia(PROJECTOR);
  projector.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    projector.removeEventListener('change', changed);
  };
}

/** `stageType` for what React lays out. */
export function useStageType(): number {
  return useSyncExternalStore(watchStageType, stageType, () => 12);
}
