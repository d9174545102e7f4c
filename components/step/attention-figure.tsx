'use client';

import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import {
  cellAt,
  layoutMap,
  type MapCell,
  type MapData,
  type MapGeometry,
  type MapOptions,
} from '@/lib/draw/attention-map';
import { paintMap } from '@/lib/draw/attention-paint';
import type { Theme } from '@/lib/draw/theme';
import { Surface } from '../canvas/surface';
import { usePage } from '../page-context';
import styles from './step.module.css';

interface AttentionFigureProps {
  /** What the map is, for readers who listen. */
  label: string;
  options: MapOptions;
  ramp: 'globalRamp' | 'localRamp';
  /** The map with a cell cursor at `selected`, or null while there is none. */
  data(selected: MapCell | null): MapData | null;
  /** What the drawing depends on besides the cell cursor. */
  depends(): readonly unknown[];
  /** A cell in words. */
  describe(cell: MapCell, weight: number): string;
  /** The cell cursor moved, or left the map. */
  onSelect?(cell: MapCell | null): void;
  /** What is said while no cell is chosen. */
  caption: ReactNode;
}

/** An attention map on a canvas, with a cell cursor for pointer and arrow keys and its value in words. */
export function AttentionFigure({
  label,
  options,
  ramp,
  data,
  depends,
  describe,
  onSelect,
  caption,
}: AttentionFigureProps) {
  const { frames } = usePage();
  const geometry = useRef<MapGeometry | null>(null);
  const [cell, setCell] = useState<MapCell | null>(null);

  const select = (next: MapCell | null) => {
    setCell((before) =>
      before?.row === next?.row && before?.column === next?.column ? before : next,
    );
    onSelect?.(next);
    frames.wake();
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const here = geometry.current;
    select(here ? cellAt(here, event.clientX - box.left, event.clientY - box.top) : null);
  };
  const key = (event: KeyboardEvent) => {
    const next = nextCell(event.key, cell, geometry.current);
    if (next === undefined) return;
    event.preventDefault();
    select(next);
  };
  const weight = cell ? data(cell)?.weight : undefined;
  const shown = data(null);
  const words =
    cell && shown && weight && cell.row < shown.rows
      ? describe(cell, cell.column <= cell.row ? weight(cell.row, cell.column) : Number.NaN)
      : null;

  return (
    <>
      <div
        className={styles.map}
        role="application"
        aria-label={`${label} Arrow keys move from cell to cell.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map has a cell cursor for the arrow keys
        tabIndex={0}
        onPointerMove={move}
        onPointerLeave={() => select(null)}
        onBlur={() => select(null)}
        onKeyDown={key}
      >
        <Surface
          depends={() => [...depends(), cell?.row, cell?.column]}
          paint={(ctx, size, theme: Theme) => {
            const now = data(cell);
            geometry.current = now && layoutMap(now, size, options);
            if (geometry.current) paintMap(ctx, geometry.current, theme, theme[ramp]);
          }}
        />
      </div>
      <output className={styles.readout}>{words ?? caption}</output>
    </>
  );
}

/** Where a key leads; undefined for keys that mean nothing to a map. The first arrow starts at the cursor's row. */
function nextCell(
  key: string,
  cell: MapCell | null,
  geometry: MapGeometry | null,
): MapCell | null | undefined {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
  if (key === 'Escape' && cell) return null;
  if (!step || !geometry || geometry.rows === 0) return undefined;
  if (!cell) return { row: geometry.current ?? 0, column: 0 };
  const [down = 0, right = 0] = step;
  return {
    row: Math.min(geometry.rows - 1, Math.max(0, cell.row + down)),
    column: Math.min(geometry.size - 1, Math.max(0, cell.column + right)),
  };
}
