'use client';

import { type RefObject, useEffect } from 'react';
import type { AxisGeometry } from '@/lib/draw/axis';
import { blockAt, tokenAt } from '@/lib/draw/axis-scale';
import type { TokenRange } from '@/lib/store/selection-slice';
import { usePage } from '../page-context';

/** A finger that moves less than this has tapped. */
const TAP_PIXELS = 6;
/** Zoom of one pixel of wheel movement; a pinch on a touchpad arrives as a wheel with Control and small steps. */
const WHEEL_ZOOM = 0.0018;
const PINCH_ZOOM = 0.01;

interface Finger {
  x: number;
  y: number;
}

/**
 * Pointers on the axis. A mouse puts the cursor on a token and drags it along, its wheel zooms (with Control always, without
 * it where the page does not scroll) and pans sideways. A finger pans, two zoom, a tap puts the cursor; moving up or down
 * still scrolls the page. What lies under a mouse is lit up in every view; over the cache lanes it is `pointed`, and their key
 * speaks of it. The sliders do the same by keyboard.
 *
 * `figure` holds everything, the sliders over the lanes included; `lanes` is what drags begin on.
 */
export function useAxisPointer(
  figure: RefObject<HTMLDivElement | null>,
  lanes: RefObject<HTMLDivElement | null>,
  geometry: RefObject<AxisGeometry | null>,
  pointed: RefObject<number | null>,
): void {
  const { store, frames } = usePage();
  useEffect(() => {
    const element = lanes.current;
    const whole = figure.current;
    if (!element || !whole) return;
    const fingers = new Map<number, Finger>();
    let dragging = false;
    let tapping = false;

    const xOf = (clientX: number) => clientX - element.getBoundingClientRect().left;
    const perBlock = (axis: AxisGeometry) => axis.scale.pitch * axis.scale.blockLength;

    const seek = (event: MouseEvent, limit: boolean) => {
      const token = tokenUnder(event, limit);
      if (token === null) return;
      store.getState().setPlaying(false);
      store.getState().seek(token, true);
    };
    const tokenUnder = (event: MouseEvent, limit: boolean): number | null => {
      const axis = geometry.current;
      const { trace } = store.getState();
      const x = xOf(event.clientX);
      if (!axis || !trace || (limit && x < axis.scale.left)) return null;
      const token = tokenAt(axis.scale, x);
      return !limit || token < trace.length ? token : null;
    };
    /** A token, or its whole block where the axis shows blocks. */
    const under = (event: PointerEvent): TokenRange | null => {
      const axis = geometry.current;
      const token = tokenUnder(event, true);
      if (token === null || !axis) return null;
      const y = event.clientY - element.getBoundingClientRect().top;
      const { arcs, ruler, run, scale } = axis;
      // The strip has a scale of its own.
      if (y < run.lane.y + run.lane.height) return null;
      const onBlock =
        y < arcs.lane.y + arcs.lane.height ||
        (y >= ruler.lane.y && y < ruler.lane.y + ruler.lane.height);
      if (!onBlock) return { from: token, to: token + 1 };
      const first = Math.floor(token / scale.blockLength) * scale.blockLength;
      return { from: first, to: first + scale.blockLength };
    };

    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      if (event.pointerType === 'touch') {
        fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
        tapping = fingers.size === 1;
        return;
      }
      dragging = true;
      element.setPointerCapture(event.pointerId);
      seek(event, true);
    };
    const touchMove = (event: PointerEvent) => {
      const finger = fingers.get(event.pointerId);
      const axis = geometry.current;
      if (!finger || !axis || !store.getState().trace) return;
      const before = [...fingers.values()].map(({ x, y }) => ({ x, y }));
      const far = Math.abs(event.clientX - finger.x) >= TAP_PIXELS;
      if (tapping && !far) return;
      tapping = false;
      finger.x = event.clientX;
      finger.y = event.clientY;
      const after = [...fingers.values()];
      const shift = middle(after) - middle(before);
      store.getState().panAxis(-shift / perBlock(axis));
      const factor = spread(after) / spread(before);
      if (factor !== 1) {
        store.getState().zoomAxis(factor, blockAt(axis.scale, xOf(middle(before))));
      }
    };
    const move = (event: PointerEvent) => {
      if (event.pointerType === 'touch') {
        touchMove(event);
        return;
      }
      // Beyond the edge the cursor goes on, and the view with it.
      if (dragging) seek(event, false);
    };
    const point = (token: number | null) => {
      if (pointed.current === token) return;
      pointed.current = token;
      frames.wake();
    };
    const overCaches = (event: PointerEvent): boolean => {
      const axis = geometry.current;
      if (!axis) return false;
      const y = event.clientY - element.getBoundingClientRect().top;
      const { cache, local } = axis;
      return y >= cache.lane.y && y < local.lane.y + local.lane.height;
    };
    const light = (event: PointerEvent) => {
      if (event.pointerType === 'touch') return;
      store.getState().hover(under(event));
      point(overCaches(event) ? tokenUnder(event, true) : null);
    };
    const up = (event: PointerEvent) => {
      dragging = false;
      fingers.delete(event.pointerId);
      if (event.type === 'pointerup' && event.pointerType === 'touch' && tapping) seek(event, true);
      tapping = false;
    };
    const leave = () => {
      store.getState().hover(null);
      point(null);
    };

    const wheel = (event: WheelEvent) => {
      const axis = geometry.current;
      // The table scrolls for itself.
      const inTable = (event.target as Element).closest('[data-table]');
      if (!axis || !store.getState().trace || inTable) return;
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      const sideways = event.shiftKey
        ? event.deltaX || event.deltaY
        : Math.abs(event.deltaX) > Math.abs(event.deltaY)
          ? event.deltaX
          : 0;
      const control = event.ctrlKey || event.metaKey;
      if (!control && sideways !== 0) {
        event.preventDefault();
        store.getState().panAxis((sideways * pixels) / perBlock(axis));
        return;
      }
      if (!control && pageScrolls()) return;
      event.preventDefault();
      const delta = event.deltaY * pixels;
      const speed = control && Math.abs(delta) < 40 ? PINCH_ZOOM : WHEEL_ZOOM;
      const factor = Math.exp(-delta * speed);
      store.getState().zoomAxis(factor, blockAt(axis.scale, xOf(event.clientX)));
    };

    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    whole.addEventListener('pointermove', light);
    whole.addEventListener('pointerleave', leave);
    whole.addEventListener('wheel', wheel, { passive: false });
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
      whole.removeEventListener('pointermove', light);
      whole.removeEventListener('pointerleave', leave);
      whole.removeEventListener('wheel', wheel);
    };
  }, [figure, frames, geometry, lanes, pointed, store]);
}

function middle(fingers: readonly Finger[]): number {
  return fingers.reduce((sum, { x }) => sum + x, 0) / Math.max(1, fingers.length);
}

/** How far two fingers are apart; 1 for any other number of them. */
function spread([a, b]: readonly Finger[]): number {
  return a && b ? Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) : 1;
}

function pageScrolls(): boolean {
  return document.documentElement.scrollHeight > window.innerHeight + 1;
}
