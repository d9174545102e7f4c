'use client';

import { type RefObject, useEffect } from 'react';
import type { AxisGeometry } from '@/lib/draw/axis';
import { tokenAt } from '@/lib/draw/axis-scale';
import { usePage } from '../page-context';

/**
 * Lets a pointer put the cursor on a token of the axis, drag it along, and light up the token it is over. The slider
 * "Timeline" does the same by keyboard.
 */
export function useAxisPointer(
  lanes: RefObject<HTMLDivElement | null>,
  geometry: RefObject<AxisGeometry | null>,
): void {
  const { store } = usePage();
  useEffect(() => {
    const element = lanes.current;
    if (!element) return;
    let dragging = false;
    const tokenUnder = (event: PointerEvent): number | null => {
      const scale = geometry.current?.scale;
      const x = event.clientX - element.getBoundingClientRect().left;
      const { trace } = store.getState();
      if (!scale || !trace || x < scale.left) return null;
      const token = tokenAt(scale, x);
      return token < trace.length ? token : null;
    };
    const seek = (event: PointerEvent) => {
      const token = tokenUnder(event);
      if (token === null) return;
      store.getState().setPlaying(false);
      store.getState().seek(token);
    };
    const down = (event: PointerEvent) => {
      // A finger must be able to scroll the page: it moves the cursor by a tap.
      if (event.button !== 0 || event.pointerType === 'touch') return;
      dragging = true;
      element.setPointerCapture(event.pointerId);
      seek(event);
    };
    const tap = (event: PointerEvent) => {
      if (event.pointerType === 'touch') seek(event);
    };
    const move = (event: PointerEvent) => {
      if (dragging) seek(event);
      const token = tokenUnder(event);
      store.getState().hover(token === null ? null : { from: token, to: token + 1 });
    };
    const up = () => {
      dragging = false;
    };
    const leave = () => store.getState().hover(null);
    element.addEventListener('pointerdown', down);
    element.addEventListener('click', tap);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    element.addEventListener('pointerleave', leave);
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('click', tap);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
      element.removeEventListener('pointerleave', leave);
    };
  }, [geometry, lanes, store]);
}
