import { useEffect } from 'react';

/** How long the word that something was copied or saved stays. */
const WORD_MS = 2500;

/** Forgets `word` after a while; null is no word. `forget` must not change between renders. */
export function usePassing(word: unknown, forget: (none: null) => void, ms = WORD_MS): void {
  useEffect(() => {
    if (word === null) return;
    const timer = setTimeout(() => forget(null), ms);
    return () => clearTimeout(timer);
  }, [word, forget, ms]);
}
