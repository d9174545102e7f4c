'use client';

import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { compareExtent, tracesOf } from '@/lib/compare/extent';
import type { CompareState } from '@/lib/compare/types';
import type { CompareAxisGeometry } from '@/lib/draw/compare-axis';
import { placeSlider } from '../time/place-slider';
import time from '../time/time.module.css';
import { useCompare } from './compare-context';

/**
 * The slider on the ruler of the axis, as wide as the text and cut to the view, its thumb as wide as a token, so that value and
 * drawing share their x positions. It is set by hand, not by React: the cursor may move every frame.
 */
export function CompareSlider({ geometry }: { geometry: RefObject<CompareAxisGeometry | null> }) {
  const { store, frames, commands } = useCompare();
  const slider = useRef<HTMLInputElement>(null);

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
    store.getState().seek(token);
  };

  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const { cursor } = store.getState();
    if (cursor === null) return;
    // Keys may come faster than frames, and the browser counts from what the slider shows.
    event.currentTarget.value = String(cursor);
    if (event.key !== 'PageUp' && event.key !== 'PageDown') return;
    // Left alone, a browser goes by a tenth of the range.
    event.preventDefault();
    commands[event.key === 'PageUp' ? 'forward-block' : 'back-block'].run();
  };

  return (
    <div className={time.ruler}>
      <input
        ref={slider}
        className={time.slider}
        type="range"
        aria-label="Timeline"
        min={0}
        max={0}
        step={1}
        defaultValue={0}
        disabled
        onKeyDown={press}
        onInput={(event) => seek(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

function show(element: HTMLInputElement, state: CompareState, geometry: CompareAxisGeometry): void {
  const extent = compareExtent(tracesOf(state));
  const { cursor } = state;
  element.disabled = extent === null;
  if (!extent || cursor === null) return;
  const { last } = extent;
  placeSlider(element, geometry, { cursor, last, text: `token ${cursor} of ${last}` });
}
