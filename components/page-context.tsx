'use client';

import { createContext, use, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { Commands } from '@/lib/commands/commands';
import type { Session } from '@/lib/commands/session';
import type { AppState, AppStore } from '@/lib/store/store';
import type { BoundaryClock } from './canvas/boundary-clock';
import type { DrawingTools } from './canvas/drawing-context';
import type { Moment, MomentFeed } from './moment-feed';

/** What every panel works with. */
export interface PageTools extends DrawingTools {
  store: AppStore;
  session: Session;
  commands: Commands;
  moments: MomentFeed<AppState, Moment>;
  boundary: BoundaryClock;
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

/** The moment on the screen: see `MomentFeed`. */
export function useMoment(): Moment {
  const { moments } = usePage();
  return useSyncExternalStore(moments.subscribe, moments.current, moments.current);
}
