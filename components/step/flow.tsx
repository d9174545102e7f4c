'use client';

import { useEffect, useRef } from 'react';
import { type Ends, type FlowAnchors, layoutFlow, type Point, paintFlow } from '@/lib/draw/flow';
import type { Rect } from '@/lib/draw/shapes';
import { Surface } from '../canvas/surface';
import { usePage } from '../page-context';
import styles from './flow.module.css';
import { mapIn } from './flow-maps';

/** Between a line's end and what it leads to. */
const GAP = 4;
/** Of the type's size: the local map's notes stand right of its rows. */
const NOTE = 58 / 12;

/** The lines that join the stations of the step, behind the panels. They say nothing that the panels do not say in words. */
export function Flow() {
  const { boundary, frames, store } = usePage();
  const box = useRef<HTMLDivElement>(null);
  /** Grows whenever the content of a panel has changed, and with it perhaps where its parts stand. */
  const changes = useRef(0);

  useEffect(() => {
    const band = box.current?.parentElement;
    if (!band) return;
    const observer = new MutationObserver(() => {
      changes.current++;
      frames.wake();
    });
    observer.observe(band, {
      attributeFilter: ['data-flow', 'data-picked'],
      characterData: true,
      childList: true,
      subtree: true,
    });
    return () => observer.disconnect();
  }, [frames]);

  const panels = () => [
    ...(box.current?.parentElement?.querySelectorAll(':scope > section') ?? []),
  ];
  return (
    <div ref={box} className={styles.flow} aria-hidden="true">
      <Surface
        depends={() => [
          changes.current,
          store.getState().cursor,
          ...panels().map((panel) => mapIn(panel)?.geometry),
          boundary.progress,
        ]}
        paint={(ctx, _size, theme) => {
          if (!box.current) return;
          const anchors = measure(panels(), box.current);
          paintFlow(ctx, layoutFlow(anchors, boundary.progress), theme);
        }}
      />
    </div>
  );
}

/** Where the parts of the panels stand, in the coordinates of `box`. */
function measure(panels: Element[], box: Element): FlowAnchors {
  const origin = box.getBoundingClientRect();
  const rectOf = (element: Element): Rect => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return { x: left - origin.left, y: top - origin.top, width, height };
  };
  const [block, global, context, local, next] = panels;
  const all = (panel: Element | undefined, part: string) =>
    [...(panel?.querySelectorAll(`[data-flow="${part}"]`) ?? [])].map(rectOf);
  const picked = next?.querySelector('[data-flow="pick"], [data-picked]');
  const globalMap = global ? mapIn(global) : null;
  const localMap = local ? mapIn(local) : null;
  const [vector] = all(context, 'context');
  const rowsOf = (found: typeof globalMap) => {
    if (!found) return null;
    const { geometry, canvas } = found;
    const { square, cell, first, current, type } = geometry;
    const at = rectOf(canvas);
    const y = (row: number) => at.y + square.y + (row - first + 0.5) * cell;
    return { left: at.x - GAP, right: at.x + square.x + square.width + GAP, y, current, type };
  };
  const rows = rowsOf(globalMap);
  const slots = rowsOf(localMap);
  const prefixes = all(context, 'prefix').map(endsOf);
  return {
    panels: panels.map((panel) => {
      const rect = rectOf(panel);
      return rect.width > 0 ? rect : null;
    }),
    chips: all(block, 'chip').map((chip) => endsOf(chip).right),
    globalRow:
      rows && rows.current !== null
        ? {
            left: { x: rows.left, y: rows.y(rows.current) },
            right: { x: rows.right, y: rows.y(rows.current) },
          }
        : null,
    context: vector ? endsOf(vector) : null,
    prefixes,
    prefixRows: slots ? prefixes.map((_, i): Point => ({ x: slots.left, y: slots.y(i) })) : [],
    localRow:
      slots && slots.current !== null
        ? { x: slots.right + NOTE * slots.type, y: slots.y(slots.current) }
        : null,
    pick: picked ? endsOf(rectOf(picked)).left : null,
  };
}

function endsOf({ x, y, width, height }: Rect): Ends {
  const middle = y + height / 2;
  return { left: { x: x - GAP, y: middle }, right: { x: x + width + GAP, y: middle } };
}
