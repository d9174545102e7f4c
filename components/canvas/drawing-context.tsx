'use client';

import { createContext, use } from 'react';
import type { Theme } from '@/lib/draw/theme';
import type { FrameLoop } from './frame-loop';

/** What every canvas of a page needs, whichever page it is on. */
export interface DrawingTools {
  frames: FrameLoop;
  /** The colours in force; a new object whenever they change. */
  theme(): Theme;
}

const DrawingContext = createContext<DrawingTools | null>(null);
export const DrawingProvider = DrawingContext.Provider;

/** The frame loop and the colours of the page. */
export function useDrawing(): DrawingTools {
  const tools = use(DrawingContext);
  if (!tools) throw new Error('a drawing is used outside a page');
  return tools;
}
