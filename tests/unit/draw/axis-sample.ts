import type { AxisData } from '@/lib/draw/axis';
import { arcsData, cacheData, surpriseData } from '@/lib/draw/from-trace';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import { branchHeader, step } from '../trace/synthetic';

/** A branch of a synthetic trace: slot 2 of block `block` was chosen, and it goes on for `more` blocks. */
export function branchOf(parent: Trace, block: number, more: number): Trace {
  const { dims } = parent;
  const at = block * dims.blockLength + 2;
  const recorder = TraceRecorder.branch(parent, at, branchHeader(parent, at));
  const forced = [true, true, true, false];
  recorder.appendStep({ ...step(block, [2, 3, 9, 8], dims), forced });
  for (let i = 1; i <= more; i++) recorder.appendStep(step(block + i, undefined, dims));
  return recorder.trace;
}

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
      forced: (token) => trace.isForced(token),
      branchAt: trace.header.branch?.at ?? null,
    },
    arcs: arcsData(trace, cursor, { layer: 0, head: 0 }),
    surprise: surpriseData(trace, cursor, 4096),
    cache: cacheData(trace, cursor, (trace.dims.contextLength / trace.dims.blockLength) * 96),
    hovered: null,
    boundary: 1,
    ...change,
  };
}
