'use client';

import { createContext, use, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Commands } from '@/lib/commands/commands';
import type { Session } from '@/lib/commands/session';
import type { Theme } from '@/lib/draw/theme';
import type { AppState, AppStore } from '@/lib/store/store';
import type { Trace } from '@/lib/trace/trace';
import type { BoundaryClock } from './canvas/boundary-clock';
import type { FrameLoop } from './canvas/frame-loop';

/** What every panel works with. */
export interface PageTools {
  store: AppStore;
  session: Session;
  commands: Commands;
  frames: FrameLoop;
  boundary: BoundaryClock;
  /** The colours in force; a new object whenever they change. */
  theme(): Theme;
}

const PageContext = createContext<PageTools | null>(null);
export const PageProvider = PageContext.Provider;

/** The tools of the page. */
export function usePage(): PageTools {
  const tools = use(PageContext);
  if (!tools) throw new Error('a panel is used outside the page');
  return tools;
}

/** A part of the page's state. Not for the cursor of a playing run: see `useMoment`. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(usePage().store, select);
}

/** The trace and where the reader is in it. */
export interface Moment {
  trace: Trace | null;
  cursor: number | null;
  playing: boolean;
  progress: number;
}

const MOMENT_MS = 90;

/** The moment on the screen, for React: it follows a fast cursor at no more than eleven updates a second. */
export function useMoment(): Moment {
  const { store } = usePage();
  const [moment, setMoment] = useState<Moment>(() => momentOf(store.getState()));
  const last = useRef(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const push = () => {
      timer = null;
      last.current = performance.now();
      setMoment((before) => {
        const now = momentOf(store.getState());
        return sameMoment(before, now) ? before : now;
      });
    };
    const changed = () => {
      if (timer !== null) return;
      const wait = last.current + MOMENT_MS - performance.now();
      if (wait <= 0) push();
      else timer = setTimeout(push, wait);
    };
    changed();
    const unsubscribe = store.subscribe(changed);
    return () => {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
    };
  }, [store]);
  return moment;
}

function momentOf({ trace, cursor, playing, progress }: AppState): Moment {
  return { trace, cursor, playing, progress };
}

function sameMoment(a: Moment, b: Moment): boolean {
  return (
    a.trace === b.trace &&
    a.cursor === b.cursor &&
    a.playing === b.playing &&
    a.progress === b.progress
  );
}
