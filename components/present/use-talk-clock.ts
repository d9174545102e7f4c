'use client';

import { useEffect, useState } from 'react';

const KEY = 'blockscope-talk';

/** The clock of a talk: how long it has lasted, and how to start anew. */
export interface TalkClock {
  /** Whole seconds. */
  seconds: number;
  restart(): void;
}

/**
 * Runs from when something was presented first in this tab, over pages and reloads: leaving the stage by mistake does not stop it.
 */
export function useTalkClock(): TalkClock {
  const [since, setSince] = useState(begun);
  const [now, setNow] = useState(since);
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, []);
  return {
    seconds: Math.max(0, Math.floor((now - since) / 1000)),
    restart: () => {
      const start = Date.now();
      keep(start);
      setSince(start);
      setNow(start);
    },
  };
}

/** When the talk began, in ms: as this tab remembers, or now. */
function begun(): number {
  const now = Date.now();
  try {
    const kept = Number(sessionStorage.getItem(KEY) ?? Number.NaN);
    if (kept > 0 && kept <= now) return kept;
  } catch {
    // Storage may be off; the clock then runs as long as the page.
  }
  keep(now);
  return now;
}

function keep(start: number): void {
  try {
    sessionStorage.setItem(KEY, String(start));
  } catch {
    // As above.
  }
}
