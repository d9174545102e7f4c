import { type RefObject, use, useLayoutEffect, useRef } from 'react';
import { useApp, usePage } from '../page-context';
import { InStationContext } from '../station/in-station';

/**
 * Gives the focus to the field for words when the reader opens it, not when it merely comes back with another token. Returns
 * what closes it and gives the focus back.
 */
export function useSearchFocus(search: RefObject<HTMLInputElement | null>): () => void {
  const { store } = usePage();
  const inside = use(InStationContext);
  const asked = useApp((state) => state.entriesOpen);
  const before = useRef(asked);
  const opener = useRef<Element | null>(null);
  useLayoutEffect(() => {
    const opened = asked && !before.current;
    before.current = asked;
    if (!opened || inside) return;
    opener.current = document.activeElement;
    search.current?.focus();
    search.current?.select();
  }, [asked, inside, search]);
  return () => {
    const back = opener.current;
    if (back instanceof HTMLElement && back.isConnected) back.focus();
    // Whoever came from nowhere goes back there: keys mean the page again.
    if (back === document.body) (document.activeElement as HTMLElement | null)?.blur();
    store.getState().setEntriesOpen(false);
  };
}
