'use client';

import { useEffect, useRef } from 'react';
import { compareExtent, tracesOf } from '@/lib/compare/extent';
import { textTokensOf } from '@/lib/compare/text-trace';
import { LANES } from '@/lib/compare/types';
import { tokenAt } from '@/lib/draw/axis-scale';
import {
  type CompareAxisGeometry,
  compareGutter,
  compareType,
  layoutCompareAxis,
  paintCompareAxis,
} from '@/lib/draw/compare-axis';
import { compareLane, firstPlace, SurpriseReader } from '@/lib/draw/compare-lane';
import { type CompareView, legibleTokens, nearView, wholeView } from '@/lib/draw/compare-view';
import type { Size } from '@/lib/draw/shapes';
import { Surface } from '../canvas/surface';
import { cachedLabel } from '../time/label-cache';
import time from '../time/time.module.css';
import { CompareSlider } from './axis-slider';
import { type CompareTools, useCompare } from './compare-context';

/** Cells of both caches, tokens, bytes and surprise of both lanes on one axis; the timeline is the axis. */
export function CompareAxisFigure() {
  const tools = useCompare();
  const { store, view, frames } = tools;
  const geometry = useRef<CompareAxisGeometry | null>(null);
  const lanes = useRef<HTMLDivElement>(null);
  const shown = useRef<CompareView>({ from: 0, tokens: 1 });
  const surprises = useRef(new SurpriseReader());
  /** Grows while surprises of a long text are read, some a frame. */
  const reads = useRef(0);

  useEffect(() => {
    const element = lanes.current;
    return element ? followPointer(element, geometry, tools) : undefined;
  }, [tools]);

  return (
    <div className={time.axis}>
      <div ref={lanes} className={time.lanes}>
        <Surface
          role="img"
          aria-label="Both KV caches cell by cell and in bytes, the tokens of both lanes, and how little each model expected them. The slider Timeline moves through them."
          depends={() => {
            const { lanes: both, cursor } = store.getState();
            const { zoom, pointed } = view.getState();
            const { upper, lower } = both;
            return [
              upper.trace,
              upper.trace?.version,
              upper.model,
              upper.givenBy,
              lower.trace,
              lower.trace?.version,
              lower.model,
              lower.givenBy,
              cursor,
              zoom,
              pointed,
              reads.current,
            ];
          }}
          paint={(ctx, size, theme) => {
            surprises.current.begin();
            shown.current = viewOf(tools, size, theme.type, shown.current);
            const data = axisData(tools, shown.current, surprises.current);
            geometry.current = layoutCompareAxis(data, size, theme.type);
            paintCompareAxis(ctx, geometry.current, theme);
            if (surprises.current.pending) {
              reads.current++;
              frames.wake();
            }
          }}
        />
      </div>
      <CompareSlider geometry={geometry} />
    </div>
  );
}

/** The part of the texts that is in view. */
function viewOf(
  { store, view }: CompareTools,
  size: Size,
  type: number,
  before: CompareView,
): CompareView {
  const state = store.getState();
  const traces = tracesOf(state);
  const room = legibleTokens(size.width - compareGutter(size, type), compareType(size, type));
  const bounds = {
    first: firstPlace(traces),
    length: Math.max(0, ...traces.map(textTokensOf)),
    growing: compareExtent(traces)?.ended === false,
    context: Math.max(room, ...traces.map((trace) => trace.dims.contextLength)),
    cursor: state.cursor,
  };
  return view.getState().zoom === 'near' ? nearView(bounds, room, before) : wholeView(bounds);
}

/** What the axis shows. */
function axisData(
  { store, view }: CompareTools,
  { from, tokens }: CompareView,
  surprises: SurpriseReader,
): Parameters<typeof layoutCompareAxis>[0] {
  const { lanes, cursor } = store.getState();
  const [upper, lower] = LANES.map((id) => {
    const { trace, info } = lanes[id];
    if (!trace || cursor === null) return null;
    return compareLane(
      { ...lanes[id], trace },
      cursor,
      (token) => cachedLabel(info, token),
      surprises,
    );
  });
  const vocabulary = tracesOf(store.getState())[0]?.dims.vocabulary ?? 2;
  return {
    upper: upper ?? null,
    lower: lower ?? null,
    cursor,
    from,
    tokens,
    vocabulary,
    sameText: LANES.some((id) => lanes[id].givenBy !== null),
    reading: view.getState().zoom === 'near',
    pointed: view.getState().pointed,
  };
}

/** A pointer on the axis puts the cursor where it is pressed and drags it along; what lies under it is lit up in every view. */
function followPointer(
  element: HTMLElement,
  geometry: { readonly current: CompareAxisGeometry | null },
  { store, view }: CompareTools,
): () => void {
  let dragging = false;
  const tokenUnder = (event: PointerEvent, limit: boolean): number | null => {
    const axis = geometry.current;
    const extent = compareExtent(tracesOf(store.getState()));
    if (!axis || !extent) return null;
    const x = event.clientX - element.getBoundingClientRect().left;
    if (limit && x < axis.scale.left) return null;
    const token = tokenAt(axis.scale, x);
    return !limit || (token >= 0 && token <= extent.last) ? token : null;
  };
  const seek = (event: PointerEvent, limit: boolean) => {
    const token = tokenUnder(event, limit);
    if (token === null) return;
    store.getState().setPlaying(false);
    store.getState().seek(token);
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    dragging = true;
    element.setPointerCapture(event.pointerId);
    seek(event, true);
  };
  const move = (event: PointerEvent) => {
    if (dragging) seek(event, false);
    else if (event.pointerType !== 'touch') view.getState().point(tokenUnder(event, true));
  };
  const up = () => {
    dragging = false;
  };
  const leave = () => view.getState().point(null);
  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  element.addEventListener('pointerleave', leave);
  return () => {
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', up);
    element.removeEventListener('pointerleave', leave);
  };
}
