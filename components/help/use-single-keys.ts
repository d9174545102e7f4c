'use client';

import { useEffect } from 'react';

const KEY = 'blockscope-single-keys';

/** Takes up whether shortcuts of one character are on, as it is remembered on this machine; returns what changes and remembers it. */
export function useSingleKeys(set: (on: boolean) => void): (on: boolean) => void {
  useEffect(() => {
    if (isKeptOff()) set(false);
  }, [set]);
  return (next) => {
    set(next);
    try {
      if (next) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, 'off');
    } catch {
      // Storage may be off; the choice then lasts as long as the page.
    }
  };
}

/** Whether shortcuts of one character are off on this machine. */
export function isKeptOff(): boolean {
  try {
    return localStorage.getItem(KEY) === 'off';
  } catch {
    return false;
  }
}
