'use client';

import { useRef } from 'react';
import {
  type AxisData,
  type AxisGeometry,
  axisGutter,
  layoutAxis,
  paintAxis,
} from '@/lib/draw/axis';
import { followWindow, visibleBlocks } from '@/lib/draw/axis-scale';
import { arcsData, cacheData } from '@/lib/draw/from-trace';
import type { Size } from '@/lib/draw/shapes';
import type { StripData } from '@/lib/draw/token-strip';
import type { AppState } from '@/lib/store/store';
import { Surface } from '../canvas/surface';
import { CommandButton } from '../command-button';
import { idLabel, tokenLabelAt } from '../labels';
import { useApp, usePage } from '../page-context';
import { promptLayout } from '../prompt-layout';
import styles from './time.module.css';
import { TimelineSlider } from './timeline-slider';
import { useAxisPointer } from './use-axis-pointer';

/** Text, blocks, arcs, caches and playhead on one axis; the timeline is the axis. */
export function AxisFigure() {
  const { store, boundary } = usePage();
  const wholeRun = useApp((state) => state.wholeRun);
  const geometry = useRef<AxisGeometry | null>(null);
  const firstBlock = useRef(0);
  const lanes = useRef<HTMLDivElement>(null);

  useAxisPointer(lanes, geometry);

  return (
    <div className={styles.axis}>
      <div ref={lanes} className={styles.lanes}>
        <Surface
          role="img"
          aria-label="Tokens in their blocks, attention of the last block, and the KV caches over time. The slider below moves through them."
          depends={() => {
            const state = store.getState();
            const { trace, cursor, global, writer, hovered, wholeRun, info, prompt } = state;
            // Before the first run the axis shows the prompt.
            const preview = trace ? [] : [info, prompt];
            return [
              trace,
              trace?.version,
              cursor,
              global,
              writer,
              hovered,
              wholeRun,
              boundary.progress,
              ...preview,
            ];
          }}
          paint={(ctx, size, theme) => {
            const state = store.getState();
            const data = axisData(state, size, firstBlock.current, boundary.progress);
            firstBlock.current = data.firstBlock;
            geometry.current = layoutAxis(data, size);
            paintAxis(ctx, geometry.current, theme);
          }}
        />
      </div>
      <TimelineSlider geometry={geometry} />
      <CommandButton id="whole-run" className={styles.whole} pressed={wholeRun}>
        whole run
      </CommandButton>
    </div>
  );
}

/** The prompt in its blocks, before anything is generated. */
function previewStrip({ prompt, info }: AppState): StripData {
  const layout = info && promptLayout(prompt, info);
  return {
    length: layout?.tokens.length ?? 0,
    label: (token) => idLabel(info, layout?.tokens[token] ?? 0),
    pads: layout?.pads ?? 0,
    promptBlocks: layout?.blocks ?? 0,
    discardedFrom: null,
    cursor: null,
  };
}

function axisData(state: AppState, size: Size, previousFirst: number, boundary: number): AxisData {
  const { trace, cursor, writer, hovered } = state;
  const dims = trace?.dims ?? state.info?.manifest.dims;
  const blockLength = dims?.blockLength ?? 4;
  const visible = visibleBlocks(size.width - axisGutter(size.width), blockLength);
  if (!trace || cursor === null) {
    const strip = previewStrip(state);
    return {
      blockLength,
      firstBlock: 0,
      blocks: visible,
      strip,
      arcs: null,
      cache: null,
      hovered: null,
      boundary: 1,
    };
  }
  const cursorBlock = Math.floor(cursor / blockLength);
  // While the run goes on there is always an empty block ahead to write into.
  const total = trace.blocks + (trace.end ? 0 : 1);
  const blocks = state.wholeRun ? Math.max(visible, total) : visible;
  return {
    blockLength,
    firstBlock: followWindow(previousFirst, cursorBlock, blocks, total),
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
    boundary,
  };
}
