'use client';

import { type PointerEvent, useRef } from 'react';
import {
  type AxisData,
  type AxisGeometry,
  axisGutter,
  layoutAxis,
  paintAxis,
} from '@/lib/draw/axis';
import { followWindow, tokenAt, visibleBlocks } from '@/lib/draw/axis-scale';
import { arcsData, cacheData } from '@/lib/draw/from-trace';
import type { Size } from '@/lib/draw/shapes';
import type { AppState } from '@/lib/store/store';
import { Surface } from '../canvas/surface';
import { tokenLabelAt } from '../labels';
import { usePage } from '../page-context';
import styles from './time.module.css';
import { TimelineSlider } from './timeline-slider';

/** Text, blocks, arcs, caches and playhead on one axis; the timeline is the axis. */
export function AxisFigure() {
  const { store } = usePage();
  const geometry = useRef<AxisGeometry | null>(null);
  const firstBlock = useRef(0);
  const dragging = useRef(false);

  const tokenUnder = (event: PointerEvent<HTMLDivElement>): number | null => {
    const axis = geometry.current;
    if (!axis) return null;
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    if (x < axis.scale.left) return null;
    return tokenAt(axis.scale, x);
  };
  const seek = (event: PointerEvent<HTMLDivElement>) => {
    const token = tokenUnder(event);
    if (token !== null) store.getState().seek(token);
  };

  return (
    <div className={styles.axis}>
      <div
        className={styles.lanes}
        onPointerDown={(event) => {
          if (event.button !== 0 || event.pointerType === 'touch') return;
          dragging.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
          store.getState().setPlaying(false);
          seek(event);
        }}
        onPointerMove={(event) => {
          if (dragging.current) seek(event);
          const token = tokenUnder(event);
          const known = token !== null && token < (store.getState().trace?.length ?? 0);
          store.getState().hover(known ? token : null);
        }}
        onPointerUp={() => {
          dragging.current = false;
        }}
        onPointerLeave={() => store.getState().hover(null)}
        onClick={seek}
      >
        <Surface
          role="img"
          aria-label="Tokens in their blocks, attention of the last block, and the KV caches over time. The slider below moves through them."
          depends={() => {
            const { trace, cursor, global, writer, hovered } = store.getState();
            return [trace, trace?.version, cursor, global, writer, hovered];
          }}
          paint={(ctx, size, theme) => {
            const state = store.getState();
            const data = axisData(state, size, firstBlock.current);
            firstBlock.current = data.firstBlock;
            geometry.current = layoutAxis(data, size);
            paintAxis(ctx, geometry.current, theme);
          }}
        />
      </div>
      <TimelineSlider geometry={geometry} />
    </div>
  );
}

function axisData(state: AppState, size: Size, previousFirst: number): AxisData {
  const { trace, cursor, writer, hovered } = state;
  const dims = trace?.dims ?? state.info?.manifest.dims;
  const blockLength = dims?.blockLength ?? 4;
  const blocks = visibleBlocks(size.width - axisGutter(size.width), blockLength);
  if (!trace || cursor === null) {
    const strip = {
      length: 0,
      label: String,
      pads: 0,
      promptBlocks: 0,
      discardedFrom: null,
      cursor: null,
    };
    return { blockLength, firstBlock: 0, blocks, strip, arcs: null, cache: null, hovered: null };
  }
  const cursorBlock = Math.floor(cursor / blockLength);
  return {
    blockLength,
    // While the run goes on there is always an empty block ahead to write into.
    firstBlock: followWindow(
      previousFirst,
      cursorBlock,
      blocks,
      trace.blocks + (trace.end ? 0 : 1),
    ),
    blocks,
    strip: {
      length: trace.length,
      label: (token) => tokenLabelAt(trace, writer, token),
      pads: trace.pads,
      promptBlocks: trace.promptBlocks,
      discardedFrom: trace.discardedFrom,
      cursor,
    },
    arcs: arcsData(trace, cursor, state.global),
    cache: cacheData(trace, cursor, writer?.allocatedBytes ?? null),
    hovered,
  };
}
