'use client';

import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import type { Context2D, Size } from '@/lib/draw/shapes';
import type { Theme } from '@/lib/draw/theme';
import { useDrawing } from '../canvas/drawing-context';
import { sizeOf } from '../canvas/size-of';
import { Surface } from '../canvas/surface';
import { useSpoken } from '../step/use-spoken';
import styles from './station.module.css';

interface CursorFigureProps<G, C> {
  /** What is drawn, for readers who listen. */
  label: string;
  className?: string | undefined;
  depends(): readonly unknown[];
  layout(size: Size, theme: Theme): G | null;
  paint(ctx: Context2D, geometry: G, selected: C | null, theme: Theme): void;
  at(geometry: G, x: number, y: number): C | null;
  /** Where an arrow key leads; from null to the first. */
  move(geometry: G, from: C | null, down: number, right: number): C | null;
  /** A value in words. */
  describe(geometry: G, chosen: C): string;
  /** Enter or a click on a value. */
  onOpen?: ((chosen: C) => void) | undefined;
  /** What is said while nothing is chosen. */
  children?: ReactNode;
}

const ARROWS: Record<string, [down: number, right: number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** A drawing whose every value can be reached by pointer and arrow keys and is then said in words under it. */
export function CursorFigure<G, C>({
  label,
  className,
  depends,
  layout,
  paint,
  at,
  move,
  describe,
  onOpen,
  children,
}: CursorFigureProps<G, C>) {
  const { frames, theme } = useDrawing();
  const geometry = useRef<G | null>(null);
  const [chosen, setChosen] = useState<C | null>(null);
  const [spoken, speak] = useSpoken();

  const words = (one: C | null) =>
    one !== null && geometry.current ? describe(geometry.current, one) : null;
  const choose = (next: C | null) => {
    setChosen(next);
    frames.wake();
  };
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const here = geometry.current;
    choose(here && at(here, event.clientX - box.left, event.clientY - box.top));
  };
  const key = (event: KeyboardEvent) => {
    // A key may come before the first frame.
    geometry.current ??= layout(sizeOf(event.currentTarget), theme());
    const here = geometry.current;
    if (!here || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const next = move(here, chosen, ...arrow);
      choose(next);
      speak(words(next) ?? '');
    } else if (event.key === 'Enter' && chosen !== null && onOpen) onOpen(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.figure}>
      <div
        className={[styles.canvas, className].filter(Boolean).join(' ')}
        role="application"
        aria-label={`${label} Arrow keys move from value to value.${onOpen ? ' Enter opens its arithmetic.' : ''}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the drawing has a cursor for the arrow keys
        tabIndex={0}
        data-opens={onOpen ? true : undefined}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={(event) => {
          // A finger is gone at once; what it touched stays.
          if (event.pointerType !== 'touch') choose(null);
        }}
        onBlur={() => choose(null)}
        onClick={() => {
          if (chosen !== null) onOpen?.(chosen);
        }}
        onKeyDown={key}
      >
        <Surface
          depends={() => [...depends(), chosen]}
          paint={(ctx, size, colours) => {
            const here = layout(size, colours);
            geometry.current = here;
            if (here) paint(ctx, here, chosen, colours);
          }}
        />
      </div>
      <p className={styles.readout}>{words(chosen) ?? children}</p>
      <output className="visually-hidden">{spoken}</output>
    </div>
  );
}
