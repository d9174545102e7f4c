import { describe, expect, it } from 'vitest';
import { writeTrace } from '@/lib/trace/file';
import { TraceRecorder } from '@/lib/trace/recorder';
import { prefillOf, stepOf } from '@/lib/trace/replay';
import type { Trace } from '@/lib/trace/trace';
import { branchHeader, DIMS, END, prefill, prompt, recorded, step } from './synthetic';

const { blockLength } = DIMS;

/** Two prompt blocks, three written ones; tokens 2 3 4 5 each. */
const parent = () => recorded(2, 3).trace;

function branch(from: Trace, at: number, capacity?: number) {
  return TraceRecorder.branch(from, at, branchHeader(from, at), capacity);
}

describe('replaying a trace', () => {
  it('gives prefill and steps as they were appended', () => {
    const trace = parent();
    expect(prefillOf(trace)).toEqual(prefill(1));
    for (const block of [2, 3, 4]) {
      const forced = [false, false, false, false];
      expect(stepOf(trace, block)).toEqual({ ...step(block), forced });
    }
    expect(() => stepOf(trace, 5)).toThrow();
    expect(prefillOf(new TraceRecorder(trace.header, prompt(2)).trace)).toBeNull();
  });
});

describe('TraceRecorder.branch', () => {
  it.each([8, 11, 12, 15, 16, 19])(
    'at %i has all that the parent knows of earlier blocks',
    (at) => {
      const from = parent();
      const { trace } = branch(from, at);
      const block = Math.floor(at / blockLength);
      expect(trace.blocks).toBe(block);
      expect(trace.rows).toBe(block - 1);
      expect(trace.tokens).toEqual(from.tokens.subarray(0, block * blockLength));
      expect([trace.pads, trace.prefillMs]).toEqual([from.pads, from.prefillMs]);
      for (let row = 0; row < trace.rows; row += 1) {
        for (let layer = 0; layer < DIMS.blockLayers; layer += 1) {
          for (let head = 0; head < DIMS.heads; head += 1)
            expect(trace.globalRow(row, layer, head)).toEqual(from.globalRow(row, layer, head));
        }
        expect(trace.context(row)).toEqual(from.context(row));
        expect(trace.kvNorms(row)).toEqual(from.kvNorms(row));
      }
      for (let written = 2; written < block; written += 1)
        expect(stepOf(trace, written)).toEqual(stepOf(from, written));
      expect(trace.localMap(block, 0, 0)).toBeNull();
      expect(trace.header.branch).toEqual({ parent: from.header.id, at });
      expect(trace.header.id).not.toBe(from.header.id);
    },
  );

  it('goes on with its own block, keeps the parent apart, and marks the choice alone', () => {
    const from = parent();
    const before = writeTrace(from);
    const recorder = branch(from, 14);
    recorder.appendStep({ ...step(3, [2, 3, 9, 8]), forced: [true, true, true, false] });
    recorder.appendStep(step(4, [6, 6, 6, 6]));
    recorder.finish('length', 19);
    const { trace } = recorder;
    expect(Array.from(trace.generated)).toEqual([2, 3, 4, 5, 2, 3, 9, 8, 6, 6, 6]);
    const forced = Array.from(trace.tokens.keys()).filter((index) => trace.isForced(index));
    expect(forced).toEqual([14]);
    expect(writeTrace(from)).toEqual(before);
  });

  it('of a branch keeps the earlier choices, in earlier blocks and in its own', () => {
    const first = branch(parent(), 9);
    first.appendStep({ ...step(2, [2, 9, 9, 9]), forced: [true, true, false, false] });
    const second = branch(first.trace, 11);
    second.appendStep({ ...step(2, [2, 9, 9, 7]), forced: [true, true, true, true] });
    second.appendStep(step(3));
    const third = branch(second.trace, 12);
    third.appendStep({ ...step(3, [8, 3, 4, 5]), forced: [true, false, false, false] });
    const { trace } = third;
    const forced = Array.from(trace.tokens.keys()).filter((index) => trace.isForced(index));
    expect(forced).toEqual([9, 11, 12]);
  });

  it("refuses a block that is not the parent's before the choice", () => {
    const recorder = branch(parent(), 14);
    expect(() => recorder.appendStep(step(3, [2, 7, 9, 8]))).toThrow(/slot 1 of block 3/);
    recorder.appendStep(step(3, [2, 3, 9, 8]));
    expect(recorder.trace.blocks).toBe(4);
  });

  it('works on a parent that still runs, or ended; but not at what was discarded', () => {
    const running = recorded(2, 1);
    expect(branch(running.trace, 11).trace.blocks).toBe(2);
    running.appendStep(step(3, [7, END, 3, 2]));
    running.finish('end-of-text', 14);
    expect(branch(running.trace, 13).trace.blocks).toBe(3);
    expect(() => branch(running.trace, 14)).toThrow(/outside 8 … 13/);
  });

  it('refuses the prompt, another parent, other weights, and too little room', () => {
    const from = parent();
    expect(() => branch(from, 7)).toThrow(/a branch at 7 is outside 8 … 19/);
    expect(() => branch(from, 9.5)).toThrow(RangeError);
    expect(() => TraceRecorder.branch(from, 9, branchHeader(from, 10))).toThrow(/does not name/);
    expect(() => TraceRecorder.branch(from, 9, from.header)).toThrow(/does not name/);
    const header = branchHeader(from, 9);
    const model = { ...header.model, weightsSha256: 'c'.repeat(64) };
    expect(() => TraceRecorder.branch(from, 9, { ...header, model })).toThrow(/other weights/);
    expect(() => branch(from, 16, 1)).toThrow(/no room/);
    expect(branch(from, 16, 3).trace.blocks).toBe(4);
  });

  it('starts without rows when the prompt is one block', () => {
    const recorder = new TraceRecorder(parent().header, prompt(1));
    recorder.appendStep(step(1));
    const { trace } = branch(recorder.trace, 4);
    expect([trace.rows, trace.blocks, trace.prefillMs]).toEqual([0, 1, null]);
  });
});
