import type { AxisData } from '@/lib/draw/axis';
import { arcsData, cacheData, surpriseData } from '@/lib/draw/from-trace';
import type { Trace } from '@/lib/trace/trace';

/** The axis of a trace with the cursor on a token, twelve blocks from block 0 on; labels are t0, t1 … */
export function axisAt(trace: Trace, cursor: number, change: Partial<AxisData> = {}): AxisData {
  return {
    blockLength: trace.dims.blockLength,
    from: 0,
    span: 12,
    stripBlocks: Math.max(12, trace.blocks),
    strip: {
      length: trace.length,
      label: (token) => `t${token}`,
      pads: trace.pads,
      promptBlocks: trace.promptBlocks,
      discardedFrom: trace.discardedFrom,
      cursor,
    },
    arcs: arcsData(trace, cursor, { layer: 0, head: 0 }),
    surprise: surpriseData(trace, cursor, 4096),
    cache: cacheData(trace, cursor, 6 * 96),
    hovered: null,
    boundary: 1,
    ...change,
  };
}
