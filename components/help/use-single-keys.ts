'use client';

import { useEffect } from 'react';
import { useApp } from '../page-context';

const KEY = 'blockscope-single-keys';

/** Whether shortcuts of one character are on, remembered on this machine. */
export function useSingleKeys(): [on: boolean, set: (on: boolean) => void] {
  const on = useApp((state) => state.singleKeys);
  const set = useApp((state) => state.setSingleKeys);
  useEffect(() => {
    if (isKeptOff()) set(false);
  }, [set]);
  return [
    on,
    (next) => {
      set(next);
      try {
        if (next) localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, 'off');
      } catch {
        // Storage may be off; the choice then lasts as long as the page.
      }
    },
  ];
}

function isKeptOff(): boolean {
  try {
    return localStorage.getItem(KEY) === 'off';
  } catch {
    return false;
  }
}
