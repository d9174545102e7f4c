'use client';

import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { type AxisGeometry, axisGutter, axisType, layoutAxis, paintAxis } from '@/lib/draw/axis';
import { legibleBlocks } from '@/lib/draw/axis-scale';
import { Surface } from '../canvas/surface';
import { usePage } from '../page-context';
import { axisData } from './axis-data';
import { noteAxis } from './axis-lanes';
import { leastType } from './least-type';
import { RunWindow } from './run-window';
import styles from './time.module.css';
import { TimelineSlider } from './timeline-slider';
import { useAxisPointer } from './use-axis-pointer';

/** Text, blocks, arcs, surprise, caches and playhead on one axis; the timeline is the axis. `table` covers the lanes below it. */
export function AxisFigure({ table }: { table: ReactNode }) {
  const { store, boundary, frames } = usePage();
  const geometry = useRef<AxisGeometry | null>(null);
  const figure = useRef<HTMLDivElement>(null);
  const lanes = useRef<HTMLDivElement>(null);
  /** Grows while surprises of a long run are read, some a frame. */
  const reads = useRef(0);
  /** The token under the pointer while that is over the cache lanes. */
  const pointed = useRef<number | null>(null);

  useAxisPointer(figure, lanes, geometry, pointed);

  // A layout effect runs before the canvas asks for its frames: the view must be up to date when it is painted.
  useLayoutEffect(
    () =>
      frames.add(() => {
        store.getState().settleAxis();
        return false;
      }),
    [frames, store],
  );

  useEffect(() => {
    const element = lanes.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      const { info, setAxisRoom } = store.getState();
      const least = leastType(store.getState());
      const room = width - axisGutter({ width, height }, least);
      const blockLength = info?.manifest.dims.blockLength ?? 4;
      setAxisRoom(legibleBlocks(room, blockLength, axisType({ width, height }, least)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [store]);

  return (
    <div ref={figure} className={styles.axis}>
      <div ref={lanes} className={styles.lanes}>
        <Surface
          role="img"
          aria-label="Tokens in their blocks, which earlier blocks the block at the cursor is written from, surprise of each token, and the KV caches over time. The slider Timeline moves through them."
          depends={() => {
            const state = store.getState();
            const { trace, cursor, global, mapView, writer, hovered, cell, axis, info, prompt } =
              state;
            // Before the first run the axis shows the prompt.
            const preview = trace ? [] : [info, prompt];
            return [
              trace,
              trace?.version,
              cursor,
              global,
              writer,
              mapView,
              hovered,
              cell,
              axis,
              boundary.progress,
              reads.current,
              pointed.current,
              ...preview,
            ];
          }}
          paint={(ctx, size, theme) => {
            const { data, pending } = axisData(store.getState(), boundary.progress);
            data.leastType = leastType(store.getState());
            data.pointed = pointed.current;
            geometry.current = layoutAxis(data, size);
            paintAxis(ctx, geometry.current, theme);
            noteAxis(ctx.canvas, geometry.current);
            if (pending()) {
              reads.current++;
              frames.wake();
            }
          }}
        />
      </div>
      <RunWindow geometry={geometry} />
      <TimelineSlider geometry={geometry} />
      {table}
    </div>
  );
}
