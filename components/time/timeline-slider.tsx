'use client';

import { type RefObject, useEffect, useRef } from 'react';
import type { AxisGeometry } from '@/lib/draw/axis';
import { placeOf } from '@/lib/model/layout';
import { extentOf } from '@/lib/store/playback';
import type { AppState } from '@/lib/store/store';
import { usePage } from '../page-context';
import styles from './time.module.css';

/**
 * The slider over the strip of the whole run. Its thumb is as wide as a token, so that value and drawing share their x
 * positions exactly; the strip is drawn underneath. It is set by hand, not by React: the cursor may move every frame.
 */
export function TimelineSlider({ geometry }: { geometry: RefObject<AxisGeometry | null> }) {
  const { store, frames } = usePage();
  const slider = useRef<HTMLInputElement>(null);

  useEffect(
    () =>
      frames.add(() => {
        const element = slider.current;
        const run = geometry.current?.run;
        if (element && run) show(element, store.getState(), run.lane.x, run.pitch);
        return false;
      }),
    [frames, geometry, store],
  );

  return (
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
      onInput={(event) => {
        store.getState().setPlaying(false);
        store.getState().seek(event.currentTarget.valueAsNumber);
      }}
    />
  );
}

function show(element: HTMLInputElement, state: AppState, left: number, pitch: number): void {
  const { trace, cursor } = state;
  element.disabled = !trace;
  if (!trace || cursor === null) return;
  const { last } = extentOf(trace);
  element.max = String(last);
  if (element.value !== String(cursor)) element.value = String(cursor);
  element.style.setProperty('--thumb', `${pitch}px`);
  element.style.left = `${left}px`;
  element.style.width = `${(last + 1) * pitch}px`;
  const { block, slot } = placeOf(cursor, trace.dims);
  const text = `token ${cursor} of ${last}, block ${block}, slot ${slot}`;
  if (element.getAttribute('aria-valuetext') !== text) element.setAttribute('aria-valuetext', text);
}
