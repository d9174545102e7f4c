'use client';

import { useEffect, useLayoutEffect } from 'react';
import type { ThemeName } from '@/lib/store/view-slice';

const KEY = 'blockscope-theme';

/** Applies the chosen theme to the document and remembers it; `setTheme` is given what was remembered. */
export function useTheme(theme: ThemeName | null, setTheme: (theme: ThemeName) => void): void {
  useLayoutEffect(() => {
    const kept = read();
    if (kept === 'light' || kept === 'dark') setTheme(kept);
  }, [setTheme]);
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
