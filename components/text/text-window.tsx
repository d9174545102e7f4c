'use client';

import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useDrawing } from '../canvas/drawing-context';
import styles from './text.module.css';

interface TextWindowProps {
  /** What scrolls inside. */
  box: RefObject<HTMLElement | null>;
  /** Changes whenever the text has grown. */
  grown: number;
  children: ReactNode;
}

/** Frames a scrolling text, with a shadow at the edge beyond which it goes on. */
export function TextWindow({ box, grown, children }: TextWindowProps) {
  const { frames } = useDrawing();
  const frame = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let undo = () => {};
    const mark = () => {
      undo();
      undo = frames.once(() => markMore(frame.current, element));
    };
    const sizes = new ResizeObserver(mark);
    sizes.observe(element);
    element.addEventListener('scroll', mark, { passive: true });
    return () => {
      undo();
      sizes.disconnect();
      element.removeEventListener('scroll', mark);
    };
  }, [frames, box]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a text that has grown may go on below
  useEffect(
    () =>
      frames.once(() => {
        if (box.current) markMore(frame.current, box.current);
      }),
    [frames, box, grown],
  );

  return (
    <div ref={frame} className={styles.window}>
      {children}
    </div>
  );
}

/** Says on which sides of `box` its text goes on. */
function markMore(frame: HTMLElement | null, box: HTMLElement): void {
  if (!frame) return;
  const left = box.scrollHeight - box.clientHeight - box.scrollTop;
  // Less than a pixel is rounding.
  frame.toggleAttribute('data-above', box.scrollTop >= 1);
  frame.toggleAttribute('data-below', left >= 1);
}
