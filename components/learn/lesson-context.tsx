'use client';

import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { Facts } from '@/lib/learn/facts';
import type { Lesson, LessonState } from '@/lib/learn/lesson';
import { useApp } from '../page-context';

const LessonContext = createContext<Lesson | null>(null);
export const LessonProvider = LessonContext.Provider;

/** The lesson of the page. */
export function useLesson(): Lesson {
  const lesson = use(LessonContext);
  if (!lesson) throw new Error('a part of the lesson is used outside it');
  return lesson;
}

/** A part of the lesson's state. */
export function useLessonState<T>(select: (state: LessonState) => T): T {
  return useStore(useLesson().store, select);
}

/** Facts of the run on the screen, up to date as it grows; null without a run. */
export function useFacts(): Facts | null {
  const lesson = useLesson();
  // Both change whenever the facts do.
  useApp((state) => state.trace);
  useApp((state) => state.progress);
  return lesson.facts();
}
