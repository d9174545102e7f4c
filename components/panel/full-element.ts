'use client';

import { createContext, use } from 'react';

const FullElement = createContext<HTMLElement | null>(null);
export const FullElementProvider = FullElement.Provider;

/** Where menus and sheets of a panel belong while it fills the screen: nothing outside can be seen then. Else undefined. */
export function useFullElement(): HTMLElement | undefined {
  return use(FullElement) ?? undefined;
}
