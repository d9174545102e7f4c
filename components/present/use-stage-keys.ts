'use client';

import { useEffect, useRef } from 'react';
import { type StageAction, stageAction } from '@/lib/commands/stage-keys';
import { openModal } from '../open-modal';

interface StageKeys {
  presenting: boolean;
  hasViews: boolean;
  singleKeys: boolean;
  act(action: StageAction): void;
}

/** Fields that are typed into. */
const TYPED = 'textarea, select, input:not([type="checkbox"], [type="radio"], [type="range"])';
/** What moves by arrow keys. */
const MOVED = '[role="application"], [role="radiogroup"], input[type="range"]';
/** What is open over a stage and closes by Escape; a station fills the stage and is left with it. */
const OVER = '[role="menu"], [role="dialog"]:not([data-station])';

/**
 * The keys of a stage, taken before anything else on the page sees them. What is open over it keeps its own. Something that moves
 * by arrow keys keeps them if it was reached by a key; after a click in a talk, the arrows still go through the views.
 */
export function useStageKeys({ presenting, ...latest }: StageKeys): void {
  const keys = useRef(latest);
  useEffect(() => {
    keys.current = latest;
  });
  useEffect(() => {
    if (!presenting) return;
    /** The pointer was used last: it, not a key, has put the focus where it is. */
    let pointed = false;
    const point = () => {
      pointed = true;
    };
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Tab') pointed = false;
      const target = event.target instanceof Element ? event.target : document.body;
      if (openModal() || document.querySelector('[role="menu"]') || target.closest(OVER)) return;
      const { hasViews, singleKeys, act } = keys.current;
      const action = stageAction(event, {
        hasViews,
        singleKeys,
        typing: target.closest(TYPED) !== null,
        moving: !pointed && target.closest(MOVED) !== null,
      });
      if (!action) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      // Held down, a key goes through the views at once; but it blanks and leaves once.
      if (!event.repeat || action === 'next' || action === 'previous') act(action);
    };
    window.addEventListener('keydown', press, true);
    window.addEventListener('pointerdown', point, true);
    return () => {
      window.removeEventListener('keydown', press, true);
      window.removeEventListener('pointerdown', point, true);
    };
  }, [presenting]);
}
