'use client';

import { useEffect, useLayoutEffect } from 'react';
import { useApp, usePage } from '../page-context';

const KEY = 'blockscope-theme';

/** Applies the chosen theme to the document and remembers it. */
export function useTheme(): void {
  const { store } = usePage();
  const theme = useApp((state) => state.theme);
  useLayoutEffect(() => {
    const kept = read();
    if (kept === 'light' || kept === 'dark') store.getState().setTheme(kept);
  }, [store]);
  useEffect(() => {
    if (theme === null) return;
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Storage may be off; the choice then lasts as long as the page.
    }
  }, [theme]);
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
