'use client';

import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import type { AxisGeometry } from '@/lib/draw/axis';
import { type AxisView, axisBounds, stripBlocks } from '@/lib/store/axis-view';
import type { AppState } from '@/lib/store/store';
import { usePage } from '../page-context';
import styles from './time.module.css';

type Part = 'track' | 'window' | 'start' | 'end';

interface Drag {
  part: Part;
  x: number;
  /** Of the view when the drag began. */
  from: number;
  span: number;
  pixelsPerBlock: number;
  moved: boolean;
}

/** A finger or mouse that moves less than this has clicked. */
const CLICK_PIXELS = 3;
/** The frame stays this wide, so that it can be found and grabbed. */
const SMALLEST_FRAME = 12;

/**
 * The frame on the strip of the whole run: what the axis shows. It is dragged, resized at its edges, and moved by keyboard;
 * a click on the strip goes there, as in a video player. It is set by hand, not by React: the view may move every frame.
 */
export function RunWindow({ geometry }: { geometry: RefObject<AxisGeometry | null> }) {
  const { store, frames } = usePage();
  const strip = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);

  useEffect(
    () =>
      frames.add(() => {
        const run = geometry.current?.run;
        if (run && strip.current && frame.current) {
          place(strip.current, frame.current, run);
          describe(frame.current, store.getState());
        }
        return false;
      }),
    [frames, geometry, store],
  );

  const seek = (event: PointerEvent) => {
    const run = geometry.current?.run;
    const box = strip.current?.getBoundingClientRect();
    if (!run || !box) return;
    store.getState().setPlaying(false);
    store.getState().seek(Math.floor((event.clientX - box.left) / run.pitch));
  };

  const down = (event: PointerEvent<HTMLDivElement>) => {
    const { trace, axis } = store.getState();
    const now = geometry.current;
    if (event.button !== 0 || !trace || !now) return;
    const part = ((event.target as HTMLElement).dataset.part ?? 'track') as Part;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = {
      part,
      x: event.clientX,
      from: axis.from,
      span: axis.span,
      pixelsPerBlock: now.run.pitch * now.scale.blockLength,
      moved: false,
    };
    if (part === 'track') seek(event);
  };

  const move = (event: PointerEvent<HTMLDivElement>) => {
    const held = drag.current;
    if (!held) return;
    const pixels = event.clientX - held.x;
    if (Math.abs(pixels) >= CLICK_PIXELS) held.moved = true;
    if (!held.moved) return;
    const blocks = pixels / held.pixelsPerBlock;
    const { axis, panAxis, resizeAxis } = store.getState();
    if (held.part === 'track') seek(event);
    else if (held.part === 'window') panAxis(held.from + blocks - axis.from);
    else if (held.part === 'start') resizeAxis('start', held.from + blocks);
    else resizeAxis('end', held.from + held.span + blocks);
  };

  const up = (event: PointerEvent<HTMLDivElement>) => {
    const held = drag.current;
    drag.current = null;
    if (held && !held.moved && event.type === 'pointerup') seek(event);
  };

  const press = (event: KeyboardEvent) => {
    const { axis, panAxis, resizeAxis } = store.getState();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const blocks = keyBlocks(event.key, axis);
    if (blocks === null) return;
    event.preventDefault();
    if (event.shiftKey) resizeAxis('end', axis.from + axis.span + blocks);
    else panAxis(blocks);
  };

  return (
    <div
      ref={strip}
      className={styles.strip}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
    >
      <div
        ref={frame}
        className={styles.window}
        data-part="window"
        role="slider"
        tabIndex={0}
        aria-label="Part of the run on the axis"
        aria-description="Arrows move it, Shift and arrows resize it, plus and minus zoom."
        aria-valuemin={0}
        aria-valuemax={0}
        aria-valuenow={0}
        hidden
        title="Drag to look elsewhere, drag an edge to zoom"
        onKeyDown={press}
      >
        <i className={styles.edge} data-part="start" aria-hidden="true" />
        <i className={styles.edge} data-part="end" aria-hidden="true" />
      </div>
    </div>
  );
}

/** By how many blocks a key moves the view, or its end; null for keys that mean nothing here. */
function keyBlocks(key: string, { from, span }: AxisView): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return -1;
    case 'ArrowRight':
    case 'ArrowUp':
      return 1;
    case 'PageDown':
      return -span;
    case 'PageUp':
      return span;
    case 'Home':
      return -from;
    case 'End':
      return Number.MAX_SAFE_INTEGER;
    default:
      return null;
  }
}

function place(strip: HTMLElement, frame: HTMLElement, run: AxisGeometry['run']): void {
  const { lane, view } = run;
  strip.style.left = `${lane.x}px`;
  strip.style.height = `${lane.height}px`;
  const width = Math.max(SMALLEST_FRAME, view.x1 - view.x0);
  const middle = (view.x0 + view.x1) / 2 - lane.x;
  const left = Math.min(lane.width - width, Math.max(0, middle - width / 2));
  frame.style.transform = `translateX(${left}px)`;
  frame.style.width = `${width}px`;
}

function describe(frame: HTMLElement, state: AppState): void {
  const { trace, axis, axisRoom } = state;
  frame.hidden = !trace;
  if (!trace) return;
  const room = stripBlocks(axis, axisBounds(state, axisRoom));
  const first = Math.floor(axis.from);
  const last = Math.ceil(axis.from + axis.span) - 1;
  const text = `blocks ${first} to ${last} of 0 to ${room - 1}`;
  if (frame.getAttribute('aria-valuetext') === text) return;
  frame.setAttribute('aria-valuetext', text);
  frame.setAttribute('aria-valuenow', String(first));
  frame.setAttribute('aria-valuemax', String(Math.max(0, Math.ceil(room - axis.span))));
  frame.toggleAttribute('data-all', axis.span >= room);
}
