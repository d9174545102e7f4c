import { describe, expect, it } from 'vitest';
import { TraceRecorder } from '@/lib/trace/recorder';
import { findBadRow, isDistribution } from '@/lib/trace/rows';
import type { StepResult } from '@/lib/trace/types';
import { TINY } from '../model/dims';
import * as synthetic from './synthetic';
import { DIMS, END, header, PAD, prefill, prompt, recorded, step } from './synthetic';

describe('Trace', () => {
  it('gives every global row, from prefill and steps alike', () => {
    const { trace } = recorded(3, 2);
    expect(trace.rows).toBe(4);
    for (let block = 0; block < 4; block += 1) {
      for (let layer = 0; layer < DIMS.blockLayers; layer += 1) {
        for (let head = 0; head < DIMS.heads; head += 1) {
          expect(Array.from(trace.globalRow(block, layer, head))).toEqual(
            synthetic.globalRow(block, layer, head),
          );
        }
      }
      expect(trace.context(block)?.[5]).toBe(synthetic.contextValue(block, 5));
    }
    expect(trace.context(4)).toBeNull();
    for (let block = 0; block < 4; block += 1)
      expect(trace.kvNorms(block)).toEqual(synthetic.rowNorms(block));
    for (const block of [-1, 4, 0.5]) expect(trace.kvNorms(block)).toBeNull();
  });

  it('gives what a step measured for its own block', () => {
    const { trace } = recorded(2, 3);
    for (const block of [2, 3, 4]) {
      const result = step(block);
      const side = trace.localSide;
      for (let head = 0; head < DIMS.heads; head += 1) {
        const start = head * side * side;
        expect(trace.localMap(block, 0, head)).toEqual(
          result.localAttention.slice(start, start + side * side),
        );
      }
      for (let slot = 0; slot < 4; slot += 1) {
        expect(trace.logits(block, slot)).toEqual(result.logits.slice(slot * 11, slot * 11 + 11));
      }
      expect(trace.prefixes(block)).toEqual(result.prefixes);
      expect(trace.stepMs(block)).toBe(block + 0.25);
    }
    expect(trace.prefillMs).toBe(2.5);
  });

  it('has nothing local for prompt blocks and blocks not yet written', () => {
    const { trace } = recorded(2, 1);
    for (const block of [-1, 0, 1, 3, 99]) {
      expect(trace.localMap(block, 0, 0)).toBeNull();
      expect(trace.logits(block, 0)).toBeNull();
      expect(trace.prefixes(block)).toBeNull();
      expect(trace.stepMs(block)).toBeNull();
    }
  });

  it('refuses rows that are not known, and layers, heads and slots that do not exist', () => {
    const { trace } = recorded(2, 1);
    expect(() => trace.globalRow(2, 0, 0)).toThrow(/global row 2/);
    expect(() => trace.globalRow(0, 2, 0)).toThrow(/layer 2/);
    expect(() => trace.globalRow(0, 0, 3)).toThrow(/head 3/);
    expect(() => trace.localMap(2, 1, 0)).toThrow(/layer 1/);
    expect(() => trace.logits(2, 4)).toThrow(/slot 4/);
  });

  it('knows its tokens and grows its version with every change', () => {
    const recorder = new TraceRecorder(header(), prompt(2));
    const { trace } = recorder;
    expect(Array.from(trace.tokens)).toEqual(prompt(2).tokens);
    expect([trace.pads, trace.promptBlocks, trace.length, trace.rows]).toEqual([3, 2, 8, 0]);
    const versions = [trace.version];
    recorder.appendPrefill(prefill(1));
    versions.push(trace.version);
    recorder.appendStep(step(2, [9, 8, 7, 6]));
    versions.push(trace.version);
    expect(Array.from(trace.generated)).toEqual([9, 8, 7, 6]);
    recorder.finish('stopped');
    versions.push(trace.version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(Array.from(trace.tokens.subarray(8))).toEqual([9, 8, 7, 6]);
  });

  it('never changes rows that were written', () => {
    const recorder = recorded(3, 1);
    const { trace } = recorder;
    const before = [
      trace.globalRow(2, 1, 2).slice(),
      trace.localMap(3, 0, 1)?.slice(),
      trace.logits(3, 2)?.slice(),
      trace.context(2)?.slice(),
    ];
    recorder.appendStep(step(4));
    recorder.appendStep(step(5));
    expect([
      trace.globalRow(2, 1, 2),
      trace.localMap(3, 0, 1),
      trace.logits(3, 2),
      trace.context(2),
    ]).toEqual(before);
  });

  it('copies what it is given', () => {
    const recorder = recorded(2, 0);
    const result = step(2);
    recorder.appendStep(result);
    result.logits.fill(0);
    result.picks.fill(9);
    expect(recorder.trace.logits(2, 0)?.[0]).not.toBe(0);
    expect(recorder.trace.generated[0]).toBe(2);
  });

  it('holds a full context of the default model in less than 25 MB', () => {
    const { trace } = new TraceRecorder(header(TINY), { tokens: [PAD, PAD, PAD, 5], pads: 3 });
    const store = (trace as unknown as { store: Record<string, unknown> }).store;
    const bytes = Object.values(store)
      .filter((item) => ArrayBuffer.isView(item))
      .reduce((sum, item) => sum + item.byteLength, 0);
    expect(bytes).toBeGreaterThan(16e6);
    expect(bytes).toBeLessThan(25e6);
  });
});

describe('the end', () => {
  it('discards what follows end-of-text in its block', () => {
    const recorder = recorded(2, 0);
    recorder.appendStep(step(2, [5, END, 7, 8]));
    recorder.finish('end-of-text', 10);
    const { trace } = recorder;
    expect(trace.end).toEqual({ reason: 'end-of-text', length: 10 });
    expect(trace.discardedFrom).toBe(10);
    expect(trace.length).toBe(12);
    expect(Array.from(trace.generated)).toEqual([5, END]);
    expect(Array.from(trace.tokens.subarray(8))).toEqual([5, END, 7, 8]);
  });

  it('may lie anywhere in the last block, and discards nothing at its border', () => {
    const recorder = recorded(2, 2);
    expect(() => recorder.finish('length', 12)).toThrow(RangeError);
    expect(() => recorder.finish('length', 17)).toThrow(RangeError);
    recorder.finish('length', 16);
    expect(recorder.trace.discardedFrom).toBeNull();
  });

  it('must fit its reason', () => {
    const recorder = recorded(2, 1);
    expect(() => recorder.finish('end-of-text', 10)).toThrow(/end-of-text/);
    expect(() => recorder.finish('context-full')).toThrow(/not full/);
    expect(recorder.trace.end).toBeNull();
  });

  it('may come before anything is written, and when the context is full', () => {
    const stopped = new TraceRecorder(header(), prompt(2));
    stopped.finish('stopped');
    expect(stopped.trace.end).toEqual({ reason: 'stopped', length: 8 });
    const full = new TraceRecorder(header(), prompt(6));
    full.appendPrefill(prefill(6));
    expect(full.trace.rows).toBe(6);
    full.finish('context-full');
    expect(full.trace.end?.length).toBe(24);
  });

  it('closes the trace', () => {
    const recorder = recorded(2, 1);
    recorder.finish('stopped');
    expect(() => recorder.appendStep(step(3))).toThrow(/has ended/);
    expect(() => recorder.finish('stopped')).toThrow(/has ended/);
  });
});

describe('TraceRecorder', () => {
  it('takes a prompt of one block with an empty prefill or none', () => {
    for (const withPrefill of [false, true]) {
      const recorder = new TraceRecorder(header(), prompt(1));
      if (withPrefill) recorder.appendPrefill(prefill(0));
      recorder.appendStep(step(1));
      expect(recorder.trace.rows).toBe(1);
    }
  });

  it('refuses steps out of order, twice, or without the prefill', () => {
    expect(() => new TraceRecorder(header(), prompt(2)).appendStep(step(2))).toThrow(/row 1/);
    const recorder = recorded(2, 1);
    expect(() => recorder.appendStep(step(2))).toThrow(/block 3 comes next/);
    expect(() => recorder.appendStep(step(4))).toThrow(/block 3 comes next/);
    expect(() => recorder.appendPrefill(prefill(1))).toThrow(/once/);
  });

  it('refuses a second prefill even if it is empty', () => {
    const recorder = new TraceRecorder(header(), prompt(1));
    recorder.appendPrefill(prefill(0));
    expect(() => recorder.appendPrefill(prefill(0))).toThrow(/once/);
  });

  it('refuses a block beyond the context', () => {
    const recorder = recorded(2, 4);
    expect(recorder.trace.length).toBe(DIMS.contextLength);
    expect(() => recorder.appendStep(step(6))).toThrow(/no room/);
  });

  const wrong: [string, (result: StepResult) => Partial<StepResult>, RegExp][] = [
    ['short picks', (r) => ({ picks: r.picks.slice(1) }), /picks/],
    ['a pad pick', () => ({ picks: Int32Array.of(2, 3, PAD, 5) }), /pick 0/],
    ['a pick outside', () => ({ picks: Int32Array.of(2, 3, 11, 5) }), /pick 11/],
    ['short logits', (r) => ({ logits: r.logits.slice(1) }), /logits/],
    ['a short global row', (r) => ({ globalAttention: r.globalAttention.slice(1) }), /global/],
    ['a short local map', (r) => ({ localAttention: r.localAttention.slice(1) }), /local/],
    ['a short context', (r) => ({ context: r.context.slice(1) }), /context/],
    ['short norms', (r) => ({ kvNorms: r.kvNorms.slice(1) }), /kvNorms holds 11/],
    ['a norm below zero', (r) => ({ kvNorms: r.kvNorms.with(3, -1) }), /kvNorms\[3\]/],
    ['short flags', () => ({ forced: [true] }), /forced holds 1 flags/],
    ['short prefixes', (r) => ({ prefixes: r.prefixes.slice(1) }), /prefixes/],
    ['NaN', (r) => ({ logits: r.logits.with(13, Number.NaN) }), /logits\[13\] is NaN/],
    ['infinity', (r) => ({ context: r.context.with(2, Infinity) }), /context\[2\]/],
    ['a future key', (r) => ({ localAttention: r.localAttention.with(1, 0.5) }), /query 0 sees/],
    ['a negative duration', () => ({ ms: -1 }), /duration/],
  ];

  it.each(wrong)('refuses %s and leaves the trace as it was', (_, change, message) => {
    const recorder = recorded(2, 0);
    const { version } = recorder.trace;
    const result = step(2);
    expect(() => recorder.appendStep({ ...result, ...change(result) })).toThrow(message);
    expect(recorder.trace.version).toBe(version);
    recorder.appendStep(result);
    expect(recorder.trace.generated.length).toBe(4);
  });

  it('keeps which tokens were forced', () => {
    const recorder = recorded(2, 1);
    recorder.appendStep({ ...step(3), forced: [false, true, false, false] });
    const { trace } = recorder;
    const flags = Array.from({ length: 18 }, (_, index) => trace.isForced(index));
    expect(flags.indexOf(true)).toBe(13);
    expect(flags.lastIndexOf(true)).toBe(13);
    expect(trace.isForced(-1)).toBe(false);
  });

  it('refuses a prefill of the wrong blocks, sizes or shape', () => {
    const recorder = new TraceRecorder(header(), prompt(3));
    expect(() => recorder.appendPrefill(prefill(1))).toThrow(/1 blocks for a prompt of 3/);
    const good = prefill(2);
    expect(() => recorder.appendPrefill({ ...good, contexts: good.contexts.slice(1) })).toThrow(
      /contexts/,
    );
    expect(() =>
      recorder.appendPrefill({ ...good, globalAttention: good.globalAttention.with(1, 0.1) }),
    ).toThrow(/query 0 sees key 1/);
    recorder.appendPrefill(good);
  });

  it('refuses prompts that are not whole blocks or do not fit', () => {
    const start = (tokens: number[], pads: number, capacity?: number) => () =>
      new TraceRecorder(header(), { tokens, pads }, capacity);
    expect(start([2, 3, 4], 0)).toThrow(/whole blocks/);
    expect(start([], 0)).toThrow(/whole blocks/);
    expect(start([2, 3, 4, 5], 4)).toThrow(/pads/);
    expect(start([2, 3, 4, 5], 1)).toThrow(/prompt token 0/);
    expect(start([0, 3, 4, 11], 1)).toThrow(/prompt token 3/);
    expect(start([2, 3, 4, 5], 0, 6)).toThrow(/do not fit 6/);
    expect(start(new Array(28).fill(2), 0)).toThrow(/do not fit 6/);
  });
});

describe('rows', () => {
  it('tells distributions from other rows', () => {
    expect(isDistribution([0.25, 0.75])).toBe(true);
    expect(isDistribution([0.25, 0.7505])).toBe(true);
    expect(isDistribution([0.25, 0.752])).toBe(false);
    expect(isDistribution([-0.5, 1.5])).toBe(false);
    expect(isDistribution([Number.NaN])).toBe(false);
    expect(isDistribution([])).toBe(false);
  });

  it('finds the bad row of a trace', () => {
    expect(findBadRow(recorded(2, 2).trace)).toBeNull();
    const recorder = recorded(2, 0);
    const result = step(2);
    // Layer 0, head 2, row 1: index 2 × 25 + 5.
    result.localAttention[55] = 0.9;
    result.localAttention[56] = 0.9;
    recorder.appendStep(result);
    expect(findBadRow(recorder.trace)).toBe('local row 1 of block 2, layer 0, head 2');
    const globalFault = recorded(2, 0);
    const other = step(2);
    other.globalAttention.fill(0, 4, 6);
    globalFault.appendStep(other);
    expect(findBadRow(globalFault.trace)).toBe('global row 1, layer 0, head 2');
  });
});
