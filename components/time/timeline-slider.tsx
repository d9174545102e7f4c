'use client';

import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import type { AxisGeometry } from '@/lib/draw/axis';
import { placeOf } from '@/lib/model/layout';
import { extentOf } from '@/lib/store/playback';
import type { AppState } from '@/lib/store/store';
import { usePage } from '../page-context';
import { placeSlider } from './place-slider';
import styles from './time.module.css';

/**
 * The slider on the ruler of the axis. It is as wide as the whole run at the zoom in force and cut to the view, and its thumb
 * is as wide as a token, so that value and drawing share their x positions exactly; the ruler is drawn underneath. It is set
 * by hand, not by React: the cursor may move every frame.
 */
export function TimelineSlider({ geometry }: { geometry: RefObject<AxisGeometry | null> }) {
  const { store, frames } = usePage();
  const slider = useRef<HTMLInputElement>(null);
  /** While the thumb is dragged the axis stays where it is under it; keys bring what lies before the cursor into view. */
  const dragged = useRef(false);

  useEffect(
    () =>
      frames.add(() => {
        const element = slider.current;
        if (element && geometry.current) show(element, store.getState(), geometry.current);
        return false;
      }),
    [frames, geometry, store],
  );

  const seek = (token: number) => {
    store.getState().setPlaying(false);
    store.getState().seek(token, dragged.current);
  };

  const hold = () => {
    dragged.current = true;
    // It may be let go anywhere.
    const end = () => {
      dragged.current = false;
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', end);
    };
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', end);
  };

  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const { trace, cursor } = store.getState();
    if (!trace || cursor === null) return;
    // Keys may come faster than frames, and the browser counts from what the slider shows.
    event.currentTarget.value = String(cursor);
    const direction = event.key === 'PageUp' ? 1 : event.key === 'PageDown' ? -1 : 0;
    if (direction === 0) return;
    // Left alone, a browser goes by a tenth of the range.
    event.preventDefault();
    seek(cursor + direction * trace.dims.blockLength);
  };

  return (
    <div className={styles.ruler}>
      <input
        ref={slider}
        className={styles.slider}
        type="range"
        aria-label="Timeline"
        min={0}
        max={0}
        step={1}
        defaultValue={0}
        disabled
        onKeyDown={press}
        onPointerDown={hold}
        onInput={(event) => seek(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

function show(element: HTMLInputElement, state: AppState, geometry: AxisGeometry): void {
  const { trace, cursor } = state;
  element.disabled = !trace;
  if (!trace || cursor === null) return;
  const { last } = extentOf(trace);
  const { block, slot } = placeOf(cursor, trace.dims);
  const text = `token ${cursor} of ${last}, block ${block}, slot ${slot}`;
  placeSlider(element, geometry, { cursor, last, text });
}
