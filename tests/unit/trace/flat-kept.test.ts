import { expect, test } from 'vitest';
import type { HeldLayer } from '@/lib/methods-live/types';
import { FlatRecorder } from '@/lib/trace/flat-recorder';
import { flatSeen } from '@/lib/trace/flat-seen';
import type { FlatStepResult, KeptRow } from '@/lib/trace/flat-types';
import { countSeen, isSeen, packSeen } from '@/lib/trace/seen-bits';
import { FLAT_DIMS, flatHeader, flatPrefill, flatPrompt, flatStep } from './flat-synthetic';
import { held, keptRow } from './kept-synthetic';

const { heads } = FLAT_DIMS;
const cache = { id: 'sliding-window', window: 3 } as const;

const kept = (row: number, layers: HeldLayer[], change: Partial<KeptRow> = {}) =>
  keptRow(row, layers, FLAT_DIMS, change);

function recorder(): FlatRecorder {
  const made = new FlatRecorder({ ...flatHeader(), cache }, flatPrompt(4));
  made.appendPrefill(flatPrefill(3));
  return made;
}

const step = (position: number, row?: KeptRow): FlatStepResult => ({
  ...flatStep(position, [2]),
  ...(row && { kept: row }),
});

test('bits say which positions a row saw, over the edges of words', () => {
  const own: HeldLayer = {
    count: 2,
    positions: Int32Array.of(0, 40, 31, 40, 32, 40),
    perHead: true,
  };
  const bits = packSeen([held(5, 39, 40), own], heads, 40);
  expect(bits).toHaveLength(2 * heads * 2);
  const seen = (map: number) =>
    Array.from({ length: 70 }, (_, i) => i).filter((i) => isSeen(bits, 40, map, i));
  expect([0, 1, 2].map(seen)).toEqual([
    [5, 39, 40],
    [5, 39, 40],
    [5, 39, 40],
  ]);
  expect([3, 4, 5].map(seen)).toEqual([
    [0, 40],
    [31, 40],
    [32, 40],
  ]);
  expect([0, 3].map((map) => countSeen(bits, 40, map))).toEqual([3, 2]);
});

test('a trace has what each row saw and left; the prompt before its last token saw everything', () => {
  const made = recorder();
  const first = kept(3, [held(0, 1, 2, 3), held(0, 1, 2, 3)], { heldPositions: 6, heldBytes: 288 });
  made.appendStep(step(3, first));
  made.appendStep(step(4, kept(4, [held(2, 3, 4), held(1, 4)])));
  expect([2, 3, 4, 5].map((row) => made.trace.kept(row)?.seenPositions ?? null)).toEqual([
    null,
    8,
    5,
    null,
  ]);
  expect(made.trace.kept(3)?.heldBytes).toBe(288);
  expect([0, 1, 2, 3, 4].map((i) => made.trace.saw(4, 1, 0, i))).toEqual([
    false,
    true,
    false,
    false,
    true,
  ]);
  expect([1, 2, 3].map((i) => made.trace.saw(2, 0, 0, i))).toEqual([true, true, false]);
  expect(flatSeen(made.trace, 2, { layer: 0, head: 0 })).toBeNull();
  expect([...(flatSeen(made.trace, 4, { layer: 0, head: 'mean' }) ?? [])]).toEqual([0, 0, 1, 1, 1]);
  expect([...(flatSeen(made.trace, 4, { layer: 'all', head: 'max' }) ?? [])]).toEqual([
    0, 1, 1, 1, 1,
  ]);
  expect(() => made.trace.saw(5, 0, 0, 0)).toThrow(RangeError);
});

test('rows that cannot be are refused and leave the trace as it was', () => {
  const made = recorder();
  const all = [held(0, 1, 2, 3), held(0, 1, 2, 3)];
  const good = kept(3, all);
  const bad: [FlatStepResult, string][] = [
    [step(3), 'without its changed cache'],
    [{ ...flatStep(3, [2, 3]), kept: good }, '2 tokens'],
    [step(3, { ...good, seen: good.seen.subarray(1) }), 'words'],
    [step(3, kept(3, [held(0, 1), held(0, 3)])), 'cannot have seen'],
    [step(3, { ...good, seenPositions: 7 }), 'saw 8, not 7'],
    [step(3, { ...good, heldPositions: 9 }), 'left more'],
    [step(3, { ...good, heldBytes: Number.NaN }), 'heldBytes is NaN'],
  ];
  for (const [result, reason] of bad) expect(() => made.appendStep(result)).toThrow(reason);
  expect(made.trace.length).toBe(4);
  expect(made.trace.kept(3)).toBeNull();
  made.appendStep(step(3, good));
  const full = new FlatRecorder(flatHeader(), flatPrompt(4));
  full.appendPrefill(flatPrefill(3));
  expect(() => full.appendStep(step(3, good))).toThrow('a row of a changed cache');
});
