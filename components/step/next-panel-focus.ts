import { type RefObject, useLayoutEffect } from 'react';

/** Whether the list had the focus when it went, and the place of the focus in it. */
export interface KeptFocus {
  held: boolean;
  index: number;
}

/**
 * Hands the focus on: what leaves the page with it says so in `kept`, and what comes in its place gives it to `target`. The
 * list goes for a moment whenever a branch has not reached its word yet.
 */
export function useKeptFocus<T extends HTMLElement>(
  kept: RefObject<KeptFocus>,
  holder: RefObject<T | null>,
  target: (element: T) => HTMLElement | null | undefined,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what comes and what goes matters
  useLayoutEffect(() => {
    const element = holder.current;
    if (!element) return;
    if (kept.current.held && document.activeElement === document.body)
      target(element)?.focus({ preventScroll: true });
    kept.current.held = false;
    return () => {
      kept.current.held = element.contains(document.activeElement);
    };
  }, []);
}
