'use client';

import { type ComponentType, useEffect, useReducer } from 'react';
import { usePage } from '../page-context';

const SENTENCE = 'A part of this page could not be fetched: check the connection and try again.';

/** A component whose code comes in a file of its own. */
export interface LatePart<Props> {
  /** Null until its code is there. */
  component: ComponentType<Props> | null;
  fetch(): Promise<void>;
}

const fetches: (() => Promise<void>)[] = [];

/** Puts a component off until it is wanted: see `useLate`. */
export function latePart<Props>(load: () => Promise<ComponentType<Props>>): LatePart<Props> {
  const part: LatePart<Props> = {
    component: null,
    fetch: async () => {
      part.component ??= await load();
    },
  };
  fetches.push(part.fetch);
  return part;
}

/** Fetches every part that is not there yet. What fails here is fetched again when it is wanted. */
export async function fetchParts(): Promise<void> {
  await Promise.allSettled(fetches.map((fetch) => fetch()));
}

/**
 * The component of `part` while it is `wanted` and there, else null. If its code cannot be had, a notice says so. Unlike `lazy`,
 * it is drawn at once where the code is there, and what failed is tried again.
 */
export function useLate<Props>(
  part: LatePart<Props>,
  wanted: boolean,
): ComponentType<Props> | null {
  const { store } = usePage();
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!wanted || part.component) return;
    let left = false;
    part.fetch().then(
      () => {
        if (!left) draw();
      },
      () => {
        const { notices, setNotices } = store.getState();
        if (!notices.includes(SENTENCE)) setNotices([...notices, SENTENCE]);
      },
    );
    return () => {
      left = true;
    };
  }, [part, wanted, store]);
  return wanted ? part.component : null;
}
