'use client';

import { useEffect } from 'react';
import type { Part } from '@/lib/learn/parts';
import { partsAt } from './find-part';
import { useLesson } from './lesson-context';

/** Tells the lesson which parts of the picture the pointer and the focus are on, so that their words are lit. */
export function usePartPointer(): void {
  const lesson = useLesson();
  useEffect(() => {
    let pointed: Part[] = [];
    let focused: Part[] = [];
    const tell = () => lesson.point([...new Set([...pointed, ...focused])]);
    const move = (event: PointerEvent) => {
      pointed = event.target instanceof Element ? partsAt(event.target, point(event)) : [];
      tell();
    };
    const leave = () => {
      pointed = [];
      tell();
    };
    const focus = (event: FocusEvent) => {
      focused = event.target instanceof Element ? partsAt(event.target, null) : [];
      tell();
    };
    const blur = () => {
      focused = [];
      tell();
    };
    document.addEventListener('pointermove', move);
    document.addEventListener('pointerdown', move);
    document.documentElement.addEventListener('pointerleave', leave);
    document.addEventListener('focusin', focus);
    document.addEventListener('focusout', blur);
    return () => {
      document.removeEventListener('pointermove', move);
      document.removeEventListener('pointerdown', move);
      document.documentElement.removeEventListener('pointerleave', leave);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('focusout', blur);
    };
  }, [lesson]);
}

function point({ clientX, clientY }: PointerEvent): { x: number; y: number } {
  return { x: clientX, y: clientY };
}
