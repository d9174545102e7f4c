'use client';

import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import {
  type CellValue,
  cellAt,
  cellValue,
  layoutMap,
  type MapCell,
  type MapData,
  type MapGeometry,
  type MapOptions,
  type MapSpan,
  moveCell,
} from '@/lib/draw/attention-map';
import { paintMap } from '@/lib/draw/attention-paint';
import type { Size } from '@/lib/draw/shapes';
import type { Theme } from '@/lib/draw/theme';
import { useDrawing } from '../canvas/drawing-context';
import { sizeOf } from '../canvas/size-of';
import { Surface } from '../canvas/surface';
import { noteMap } from './flow-maps';
import styles from './step.module.css';
import { useSpoken } from './use-spoken';

interface AttentionFigureProps {
  /** What the map is, for readers who listen. */
  label: string;
  options: MapOptions;
  ramp: 'globalRamp' | 'localRamp' | 'flatRamp';
  /** The map at the cursor, or null while there is none; `size` is that of the drawing while it is laid out. */
  data(size?: Size): MapData | null;
  /** What the drawing depends on besides the cell cursor. */
  depends(): readonly unknown[];
  /** A cell in words. */
  describe(cell: MapCell, value: CellValue, first: number): string;
  /** The cell that is lit though neither pointer nor keys are on it; null, or left out, where there is none. */
  kept?(): MapCell | null;
  /** The cell cursor moved, or left the map. */
  onSelect(cell: MapCell | null): void;
  /** Enter or a click of the mouse on a chosen cell; left out where there is nothing behind it. */
  onOpen?(): void;
  /** What is said while no cell is chosen, given the rows that are drawn. */
  caption(span: DrawnSpan | null): ReactNode;
}

/** Which rows and columns are drawn, and how large. */
export interface DrawnSpan extends MapSpan {
  cell: number;
}

const ARROWS: Record<string, [down: number, right: number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** An attention map on a canvas, with a cell cursor for pointer and arrow keys and its value in words. */
export function AttentionFigure({
  label,
  options,
  ramp,
  data,
  depends,
  describe,
  kept,
  onSelect,
  onOpen,
  caption,
}: AttentionFigureProps) {
  const { frames } = useDrawing();
  const geometry = useRef<MapGeometry | null>(null);
  const [cell, setCell] = useState<MapCell | null>(null);
  const [span, setSpan] = useState<DrawnSpan | null>(null);
  const [spoken, speak] = useSpoken();

  const marked = () => cell ?? kept?.() ?? null;
  const wordsFor = (chosen: MapCell | null): string | null => {
    const now = data();
    const first = span?.first ?? 0;
    const value = chosen && now && cellValue(now, chosen, first);
    return chosen && value ? describe(chosen, value, first) : null;
  };
  const layout = (size: Size) => {
    const now = data(size);
    return now && layoutMap({ ...now, selected: marked() }, size, options);
  };
  const select = (next: MapCell | null) => {
    if (cell?.row === next?.row && cell?.column === next?.column) return;
    setCell(next);
    onSelect(next);
    frames.wake();
  };
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const here = geometry.current;
    select(here && cellAt(here, event.clientX - box.left, event.clientY - box.top));
  };
  const key = (event: KeyboardEvent) => {
    // A key may come before the first frame.
    geometry.current ??= layout(sizeOf(event.currentTarget));
    const here = geometry.current;
    const arrow = ARROWS[event.key];
    if (event.key === 'Enter' && cell && onOpen) {
      event.preventDefault();
      onOpen();
    }
    const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!plain || !here || !(arrow || (event.key === 'Escape' && cell))) return;
    event.preventDefault();
    const next = arrow ? moveCell(here, cell, ...arrow) : null;
    select(next);
    speak(wordsFor(next) ?? '');
  };

  return (
    <>
      <div
        className={styles.map}
        role="application"
        aria-label={`${label} Arrow keys move from cell to cell${onOpen ? ', Enter opens a cell’s arithmetic' : ''}.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map has a cell cursor for the arrow keys
        tabIndex={0}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={(event) => {
          // A finger is gone at once; what it touched stays.
          if (event.pointerType !== 'touch') select(null);
        }}
        onBlur={() => select(null)}
        onClick={(event) => {
          // A finger reads a cell by touching it.
          const { pointerType } = event.nativeEvent as unknown as { pointerType?: string };
          if (cell && pointerType === 'mouse') onOpen?.();
        }}
        onKeyDown={key}
      >
        <Surface
          depends={() => [...depends(), marked()?.row, marked()?.column]}
          paint={(ctx, size, theme: Theme) => {
            const here = layout(size);
            geometry.current = here;
            if (!here) return;
            paintMap(ctx, here, theme, theme[ramp]);
            noteMap(ctx.canvas, here);
            frames.wake();
            setSpan((before) => (before && sameSpan(before, here) ? before : spanOf(here)));
          }}
        />
      </div>
      <p className={styles.readout}>{wordsFor(cell) ?? caption(span)}</p>
      <output className="visually-hidden">{spoken}</output>
    </>
  );
}

function spanOf({ first, size, cell }: MapGeometry): DrawnSpan {
  return { first, size, cell };
}

function sameSpan(a: DrawnSpan, b: DrawnSpan): boolean {
  return a.first === b.first && a.size === b.size && a.cell === b.cell;
}
