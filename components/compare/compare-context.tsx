'use client';

import { createContext, use, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { CompareCommands } from '@/lib/commands/compare-commands';
import type { CompareStore } from '@/lib/compare/store';
import type { CompareControls, CompareState, LaneTrace } from '@/lib/compare/types';
import type { CompareViewState, CompareViewStore } from '@/lib/store/compare-view';
import type { DrawingTools } from '../canvas/drawing-context';
import type { MomentFeed } from '../moment-feed';
import type { ModelFacts } from './model-facts';

/** The moment on the screen: both traces, and where the reader is in them. */
export interface CompareMoment {
  upper: LaneTrace | null;
  lower: LaneTrace | null;
  cursor: number | null;
  playing: boolean;
  progress: number;
}

export function compareMoment({ lanes, cursor, playing, progress }: CompareState): CompareMoment {
  return { upper: lanes.upper.trace, lower: lanes.lower.trace, cursor, playing, progress };
}

/** The runs of a moment: what else of the state belongs to one must never be rendered with the run before. */
export function compareRuns({ upper, lower }: CompareMoment): readonly unknown[] {
  return [upper, lower];
}

/** What every part of the page works with. */
export interface CompareTools extends DrawingTools {
  store: CompareStore;
  view: CompareViewStore;
  session: CompareControls;
  commands: CompareCommands;
  moments: MomentFeed<CompareState, CompareMoment>;
  models: ModelFacts;
}

const CompareContext = createContext<CompareTools | null>(null);
export const CompareProvider = CompareContext.Provider;

/** The tools of the page Compare. */
export function useCompare(): CompareTools {
  const tools = use(CompareContext);
  if (!tools) throw new Error('a part of Compare is used outside of it');
  return tools;
}

/** A part of the comparison's state. Not for the cursor of a playing run: see `useCompareMoment`. */
export function useCompareState<T>(select: (state: CompareState) => T): T {
  return useStore(useCompare().store, select);
}

/** A part of how the page looks. */
export function useCompareView<T>(select: (state: CompareViewState) => T): T {
  return useStore(useCompare().view, select);
}

/** The moment on the screen: see `MomentFeed`. */
export function useCompareMoment(): CompareMoment {
  const { moments } = useCompare();
  return useSyncExternalStore(moments.subscribe, moments.current, moments.current);
}
