'use client';

import { useEffect, useRef } from 'react';
import { PART_LOOKS } from '@/lib/learn/parts';
import { usePage } from '../page-context';
import { boxOf } from './find-part';
import styles from './learn.module.css';
import { useLessonState } from './lesson-context';

/** Between a part and the frame around it. */
const GAP = 3;

/** The frame around the part that a word stands for. It follows the part while the page scrolls or is laid out anew. */
export function Spotlight() {
  const { frames } = usePage();
  const lit = useLessonState((state) => state.lit);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!lit) return;
    const remove = frames.add(() => {
      const element = frame.current;
      const box = boxOf(lit);
      if (!element) return false;
      element.hidden = box === null;
      if (!box) return false;
      element.style.left = `${box.left - GAP}px`;
      element.style.top = `${box.top - GAP}px`;
      element.style.width = `${box.width + 2 * GAP}px`;
      element.style.height = `${box.height + 2 * GAP}px`;
      return false;
    });
    window.addEventListener('scroll', frames.wake, { capture: true, passive: true });
    window.addEventListener('resize', frames.wake);
    return () => {
      remove();
      window.removeEventListener('scroll', frames.wake, { capture: true });
      window.removeEventListener('resize', frames.wake);
    };
  }, [lit, frames]);
  if (!lit) return null;
  return (
    <div
      ref={frame}
      className={styles.spotlight}
      data-hue={PART_LOOKS[lit].hue}
      data-lights={lit}
      aria-hidden="true"
      hidden
    />
  );
}
