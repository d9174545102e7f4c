import { describe, expect, test } from 'vitest';
import { flatWeights } from '@/lib/trace/flat-heads';
import { FlatRecorder } from '@/lib/trace/flat-recorder';
import { packRows, readWeights } from '@/lib/trace/flat-rows';
import { fromFloat16, toFloat16 } from '@/lib/trace/float16';
import { isDistribution } from '@/lib/trace/rows';
import {
  FLAT_DIMS,
  flatHeader,
  flatLogit,
  flatPrefill,
  flatPrompt,
  flatRecorded,
  flatRow,
  flatStep,
} from './flat-synthetic';
import { END, PAD } from './synthetic';

const { heads, blockLayers, vocabulary, contextLength } = FLAT_DIMS;
/** What rounding may do to a weight: half a unit of eleven bits, or of the smallest halves. */
const near = (weight: number) => weight * 2 ** -11 + 2 ** -25;

describe('packed rows', () => {
  const dims = { blockLayers: 1, heads: 1 };
  const pack = (values: number[]) =>
    packRows(
      { values: Float32Array.from(values), start: () => 0 },
      values.length - 1,
      values.length,
      dims,
    );

  test('are the halves of the file format, bit for bit', () => {
    const values = Float32Array.from([
      0,
      -0,
      1,
      0.5,
      1 / 3,
      2 ** -14,
      2 ** -15,
      2 ** -24,
      2 ** -25,
      3e-25,
      0.9997558,
      0.99999994,
      1.0000001,
      1.0004882,
      6.1e-5,
      6.0976e-5,
      1e-6,
      0.1,
      0.12345,
      0.06252,
    ]);
    expect([...pack([...values])]).toEqual([...toFloat16(values.map((v) => v + 0))]);
    const many = Float32Array.from({ length: 5000 }, (_, i) => (i / 4999) ** 9);
    expect([...pack([...many])]).toEqual([...toFloat16(many)]);
    const out = new Float32Array(many.length);
    expect(readWeights(toFloat16(many), out)).toEqual(fromFloat16(toFloat16(many)));
  });

  test.each([-0.001, 1.001, Number.NaN, Number.POSITIVE_INFINITY, -1])('%s is refused', (bad) => {
    expect(() => pack([0, bad, 0])).toThrow(/is no attention weight/);
  });

  test('what is no weight reads as NaN', () => {
    const read = readWeights(Uint16Array.of(0x3c01, 0x8001, 0x3c00), new Float32Array(3));
    expect([...read]).toEqual([Number.NaN, Number.NaN, 1]);
  });
});

describe('a flat trace', () => {
  test('gives back what was recorded, rows within the rounding of half precision', () => {
    const { trace } = flatRecorded(5, 2);
    expect(trace.rows).toBe(4 + 8);
    expect([...trace.tokens]).toEqual([...flatPrompt(5), 2, 3, 4, 5, 2, 3, 4, 5]);
    expect([...trace.generated]).toEqual([2, 3, 4, 5, 2, 3, 4, 5]);
    for (let token = 0; token < trace.rows; token += 1) {
      for (let layer = 0; layer < blockLayers; layer += 1) {
        for (let head = 0; head < heads; head += 1) {
          const row = trace.row(token, layer, head);
          const wanted = flatRow(token, layer, head);
          expect(row).toHaveLength(wanted.length);
          wanted.forEach((weight, i) => {
            expect(Math.abs((row[i] ?? Number.NaN) - weight)).toBeLessThanOrEqual(near(weight));
          });
          expect(isDistribution(row, 2 ** -11 + row.length * 2 ** -25)).toBe(true);
        }
      }
    }
    for (let index = 0; index < 5; index += 1) {
      expect(trace.logits(index)).toBeNull();
      expect(trace.runOf(index)).toBeNull();
    }
    for (let index = 5; index < 13; index += 1) {
      expect(Array.from(trace.logits(index) ?? [])).toEqual(
        Array.from({ length: vocabulary }, (_, id) => flatLogit(index, id)),
      );
    }
    expect(trace.logits(13)).toBeNull();
    expect(trace.prefillMs).toBe(1.5);
  });

  test('knows which run wrote a token, whatever the runs wrote', () => {
    const recorder = new FlatRecorder(flatHeader(), flatPrompt(1));
    recorder.appendStep(flatStep(0, [4]));
    recorder.appendStep(flatStep(1, [2, 3, 4, 5]));
    recorder.appendStep(flatStep(5, [6]));
    const { trace } = recorder;
    expect(trace.prefillMs).toBeNull();
    expect([1, 2, 5, 6].map((index) => trace.runOf(index))).toEqual([
      { first: 1, tokens: 1, ms: 0.5 },
      { first: 2, tokens: 4, ms: 1.5 },
      { first: 2, tokens: 4, ms: 1.5 },
      { first: 6, tokens: 1, ms: 5.5 },
    ]);
  });

  test('marks the tokens that were given', () => {
    const recorder = flatRecorded(3, 0);
    recorder.appendStep({ ...flatStep(2), forced: [true, false, true, false] });
    const { trace } = recorder;
    expect([2, 3, 4, 5, 6, 7].map((index) => trace.isForced(index))).toEqual([
      false,
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  test('combines heads once and keeps the rows', () => {
    const { trace } = flatRecorded(5, 1);
    const mean = flatWeights(trace, 6, { layer: 'all', head: 'mean' });
    const rows = [0, 1].flatMap((layer) => [0, 1, 2].map((head) => trace.row(6, layer, head)));
    mean.forEach((weight, i) => {
      const sum = rows.reduce((total, row) => total + (row[i] ?? 0), 0);
      expect(weight).toBeCloseTo(sum / rows.length, 6);
    });
    expect(flatWeights(trace, 6, { layer: 'all', head: 'mean' })).toBe(mean);
    expect(flatWeights(trace, 6, { layer: 1, head: 2 })).toEqual(trace.row(6, 1, 2));
    const most = flatWeights(trace, 6, { layer: 1, head: 'max' });
    expect(most[3]).toBe(Math.max(...[0, 1, 2].map((head) => trace.row(6, 1, head)[3] ?? 0)));
  });

  test('ends inside its last run and counts the rest as discarded', () => {
    const recorder = flatRecorded(5, 1);
    const { trace } = recorder;
    const { version } = trace;
    recorder.finish('length', 7);
    expect(trace.version).toBeGreaterThan(version);
    expect(trace.end).toEqual({ reason: 'length', length: 7 });
    expect([trace.length, trace.textLength]).toEqual([9, 7]);
    expect([...trace.generated]).toEqual([2, 3]);
    expect(() => recorder.appendStep(flatStep(8))).toThrow('has ended');
    expect(() => recorder.finish('stopped')).toThrow('has ended');
  });

  test('rows, layers and heads that do not exist are refused', () => {
    const { trace } = flatRecorded(5, 1);
    expect(() => trace.row(8, 0, 0)).toThrow(/row 8 is outside 0 … 7/);
    expect(() => trace.row(0, blockLayers, 0)).toThrow(/layer/);
    expect(() => trace.row(0, 0, heads)).toThrow(/head/);
    expect(() => trace.row(3, 0, 0, new Float32Array(3))).toThrow(/room for 3/);
  });
});

describe('a refused append leaves the trace as it was', () => {
  const cases: [string, (recorder: FlatRecorder) => void, RegExp][] = [
    ['a run out of order', (r) => r.appendStep(flatStep(9)), /position 9 where 8 comes next/],
    ['a pad', (r) => r.appendStep(flatStep(8, [2, PAD])), /pick 0/],
    ['an id outside', (r) => r.appendStep(flatStep(8, [vocabulary])), /pick 11/],
    ['no pick', (r) => r.appendStep(flatStep(8, [])), /no room for 0/],
    ['flags', (r) => r.appendStep({ ...flatStep(8), forced: [true] }), /1 flags, not 4/],
    [
      'logits',
      (r) => r.appendStep({ ...flatStep(8), logits: new Float32Array(vocabulary) }),
      /logits holds/,
    ],
    [
      'a logit',
      (r) => r.appendStep({ ...flatStep(8), logits: flatStep(8).logits.fill(Number.NaN, 7, 8) }),
      /logits\[7\] is NaN/,
    ],
    [
      'rows',
      (r) => r.appendStep({ ...flatStep(8), attention: flatStep(8).attention.slice(1) }),
      /attention holds/,
    ],
    [
      'a weight',
      (r) => r.appendStep({ ...flatStep(8), attention: flatStep(8).attention.fill(0x3c01, 5, 6) }),
      /attention\[5\] is no weight/,
    ],
    ['a duration', (r) => r.appendStep({ ...flatStep(8), ms: -1 }), /duration/],
    ['a second prefill', (r) => r.appendPrefill(flatPrefill(4)), /once/],
    ['an end before the last run', (r) => r.finish('stopped', 5), /outside 6 … 9/],
    ['an end of text without one', (r) => r.finish('end-of-text', 7), /no end-of-text at 6/],
    ['a context that is not full', (r) => r.finish('context-full'), /not full at 9/],
  ];

  test.each(cases)('%s', (_, append, message) => {
    const recorder = flatRecorded(5, 1);
    const { version, length, rows } = recorder.trace;
    expect(() => append(recorder)).toThrow(message);
    expect(recorder.trace).toMatchObject({ version, length, rows, end: null });
  });

  test('more than there is room for', () => {
    const recorder = new FlatRecorder(flatHeader(), flatPrompt(5), 3);
    recorder.appendPrefill(flatPrefill(4));
    expect(() => recorder.appendStep(flatStep(4))).toThrow(/no room for 4/);
    recorder.appendStep(flatStep(4, [2, 3, 4]));
    expect(recorder.trace.length).toBe(8);
  });
});

test('prompts that do not fit are refused', () => {
  const make = (prompt: number[], capacity?: number) => () =>
    new FlatRecorder(flatHeader(), prompt, capacity);
  expect(make([])).toThrow(/at least one/);
  expect(make([PAD, 3])).toThrow(/prompt token 0 is 0/);
  expect(make([3, vocabulary])).toThrow(/prompt token 1 is 11/);
  expect(make(flatPrompt(contextLength), 1)).toThrow(/do not fit/);
});

test('a prompt that fills the context is prefilled whole and ends there', () => {
  const recorder = new FlatRecorder(flatHeader(), flatPrompt(contextLength));
  recorder.appendPrefill(flatPrefill(contextLength));
  recorder.finish('context-full');
  expect(recorder.trace.rows).toBe(contextLength);
});

test('an end of text ends the trace behind it', () => {
  const recorder = flatRecorded(5, 0);
  recorder.appendStep(flatStep(4, [2, END, 3, 4]));
  recorder.finish('end-of-text', 7);
  expect([...recorder.trace.generated]).toEqual([2, END]);
});
