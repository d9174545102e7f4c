import type { AxisData } from '@/lib/draw/axis';
import { arcsData, cacheData, surpriseData } from '@/lib/draw/from-trace';
import type { StripData } from '@/lib/draw/token-strip';
import { axisBounds, stripBlocks } from '@/lib/store/axis-view';
import type { AppState } from '@/lib/store/store';
import { promptLayout } from '../prompt-layout';
import { cachedLabel } from './label-cache';

/** What the axis shows of a state; `pending` when some surprises are still to be read. */
export function axisData(
  state: AppState,
  boundary: number,
): { data: AxisData; pending(): boolean } {
  const { trace, cursor, writer, hovered, cell, axis } = state;
  const dims = trace?.dims ?? state.info?.manifest.dims;
  const view = {
    blockLength: dims?.blockLength ?? 4,
    from: axis.from,
    span: axis.span,
    stripBlocks: stripBlocks(axis, axisBounds(state, state.axisRoom)),
  };
  if (!trace || cursor === null) {
    return {
      data: {
        ...view,
        strip: previewStrip(state),
        arcs: null,
        surprise: null,
        cache: null,
        hovered: null,
        boundary: 1,
      },
      pending: () => false,
    };
  }
  const { tokens } = trace;
  const surprise = surpriseData(trace, cursor);
  const lit = hoveredBlock(state);
  const data: AxisData = {
    ...view,
    strip: {
      length: trace.length,
      label: (token) => cachedLabel(writer, tokens[token] ?? 0),
      pads: trace.pads,
      promptBlocks: trace.promptBlocks,
      discardedFrom: trace.discardedFrom,
      cursor,
      forced: (token) => trace.isForced(token),
      branchAt: trace.header.branch?.at ?? null,
    },
    arcs: arcsData(trace, cursor, state.global, lit, state.mapView),
    surprise,
    cache: { ...cacheData(trace, cursor, writer?.allocatedBytes ?? null), lit },
    hovered,
    query: cell?.query ?? null,
    boundary,
  };
  return { data, pending: () => surprise.pending };
}

/** The block that all hovered tokens lie in, or null. */
function hoveredBlock({ hovered, trace }: AppState): number | null {
  if (!hovered || !trace) return null;
  const { blockLength } = trace.dims;
  const first = Math.floor(hovered.from / blockLength);
  return Math.floor((hovered.to - 1) / blockLength) === first ? first : null;
}

/** The prompt in its blocks, before anything is generated. */
function previewStrip({ prompt, info }: AppState): StripData {
  const layout = info && promptLayout(prompt, info);
  return {
    length: layout?.tokens.length ?? 0,
    label: (token) => cachedLabel(info, layout?.tokens[token] ?? 0),
    pads: layout?.pads ?? 0,
    promptBlocks: layout?.blocks ?? 0,
    discardedFrom: null,
    cursor: null,
  };
}
