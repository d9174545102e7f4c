'use client';

import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import {
  layoutMaskPicture,
  type MaskCell,
  type MaskGeometry,
  type MaskPictureOptions,
  maskCellAt,
  maskPictureIn,
  moveMaskCell,
  paintMaskPicture,
} from '@/lib/draw/mask-picture';
import type { Size } from '@/lib/draw/shapes';
import type { Method, Panel } from '@/lib/methods/types';
import { useDrawing } from '../../canvas/drawing-context';
import { sizeOf } from '../../canvas/size-of';
import { useStageType } from '../../canvas/stage-type';
import { Surface } from '../../canvas/surface';
import { useSpoken } from '../../step/use-spoken';
import { maskWords } from './mask-words';
import styles from './methods.module.css';

/** Of the type's size: the widest that a picture gets. */
const WIDEST = 560 / 12;

const ARROWS: Record<string, [down: number, right: number]> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** A box that cells of whole pixels fill, where there is room for it. */
function boxOf({ size, extra, state }: Panel, options: MaskPictureOptions) {
  const { gutter, header, maxCell, type } = options;
  const widest = WIDEST * type;
  const before = extra?.count ?? 0;
  const columns = size + before;
  const free = Math.min(maxCell, (widest - gutter - 5) / columns);
  const cell = free >= 4 ? Math.floor(free) : free;
  // A text instead of a matrix takes the width as it is.
  const width = state === undefined ? gutter + columns * cell + 5 : widest;
  const height = state === undefined ? header + size * cell + 2 : widest * 0.6;
  return { maxWidth: width, aspectRatio: `${width} / ${height}` };
}

/** A mask on a canvas, with a cell cursor for pointer and arrow keys and its meaning in words. */
export function MaskFigure({ method, panel }: { method: Method; panel: Panel }) {
  const { frames } = useDrawing();
  const options = maskPictureIn(useStageType());
  const geometry = useRef<MaskGeometry | null>(null);
  const [cell, setCell] = useState<MaskCell | null>(null);
  const [spoken, speak] = useSpoken();
  const inside = cell && cell.row < panel.size && cell.column < panel.size ? cell : null;

  const layout = (size: Size) => layoutMaskPicture({ panel, selected: inside }, size, options);
  const select = (next: MaskCell | null) => {
    setCell(next);
    frames.wake();
  };
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const here = geometry.current;
    select(here && maskCellAt(here, event.clientX - box.left, event.clientY - box.top));
  };
  const key = (event: KeyboardEvent) => {
    // A key may come before the first frame.
    geometry.current ??= layout(sizeOf(event.currentTarget));
    const here = geometry.current;
    const arrow = ARROWS[event.key];
    const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!plain || !here || panel.state !== undefined) return;
    if (!arrow && !(event.key === 'Escape' && inside)) return;
    event.preventDefault();
    const next = arrow ? moveMaskCell(here, inside, ...arrow) : null;
    select(next);
    speak(next ? maskWords(method, panel, next) : '');
  };

  return (
    <div className={styles.figure}>
      <div
        className={styles.map}
        style={boxOf(panel, options)}
        role="application"
        aria-label={`${method.name}: ${panel.name}, ${panel.size} ${panel.axis}. Arrow keys move from cell to cell.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture has a cell cursor for the arrow keys
        tabIndex={0}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={(event) => {
          // A finger is gone at once; what it touched stays.
          if (event.pointerType !== 'touch') select(null);
        }}
        onBlur={() => select(null)}
        onKeyDown={key}
      >
        <Surface
          depends={() => [panel, inside?.row, inside?.column, options.type]}
          paint={(ctx, size, theme) => {
            const here = layout(size);
            geometry.current = here;
            paintMaskPicture(ctx, here, theme);
          }}
        />
      </div>
      <p className={styles.readout}>
        {inside
          ? maskWords(method, panel, inside)
          : `Rows ask, columns are asked: ${panel.axis}.${
              panel.thickness !== undefined && panel.thickness < 1
                ? ` A cell is filled as far as it is stored: ${Math.round(panel.thickness * 1000) / 10} % of multi-head attention.`
                : ''
            }`}
      </p>
      <output className="visually-hidden">{spoken}</output>
    </div>
  );
}
