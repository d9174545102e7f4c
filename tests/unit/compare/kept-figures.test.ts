import { describe, expect, test } from 'vitest';
import { laneTotals, tokenFigures } from '@/lib/compare/figures';
import { runTokens } from '@/lib/compare/turns';
import { laneWords, memorySentence } from '@/lib/compare/words';
import type { LiveMethod } from '@/lib/methods-live/types';
import { promptWork, tokenWork } from '@/lib/model/work';
import { FlatRecorder } from '@/lib/trace/flat-recorder';
import type { FlatTrace } from '@/lib/trace/flat-trace';
import type { KeptRow } from '@/lib/trace/flat-types';
import { FLAT_DIMS, flatHeader, flatPrefill, flatPrompt, flatStep } from '../trace/flat-synthetic';
import { held, keptRow } from '../trace/kept-synthetic';
import { flatTrace } from './traces';

const FLAT = { architecture: 'flat', dims: FLAT_DIMS } as const;
const { width, blockLayers: layers, heads, headWidth, rotaryDims } = FLAT_DIMS;
/** Bytes of one position in one layer. */
const SLOT = 8 * width;

/** A prompt of five tokens and one run a row. */
function trace(cache: LiveMethod, rows: readonly KeptRow[]): FlatTrace {
  const recorder = new FlatRecorder({ ...flatHeader(), cache }, flatPrompt(5));
  recorder.appendPrefill(flatPrefill(4));
  rows.forEach((kept, i) => {
    recorder.appendStep({ ...flatStep(4 + i, [2 + i]), kept });
  });
  return recorder.trace;
}

const all = held(0, 1, 2, 3, 4);
const keyformer: LiveMethod = { id: 'keyformer', cache: 0.4, recent: 0.3, seed: 1, steps: 2 };
/** The prompt's last row saw all and left two of each layer; the next one saw a third, and in one layer a fourth. */
const dropped = () =>
  trace(keyformer, [
    keptRow(4, [all, all], FLAT_DIMS, {
      heldPositions: 4,
      heldBytes: 4 * SLOT,
      scoreBytes: 48,
    }),
    keptRow(5, [held(0, 4, 5), held(0, 3, 4, 5)], FLAT_DIMS, {
      heldPositions: 5,
      heldBytes: 5 * SLOT,
      scoreBytes: 60,
    }),
  ]);

describe('a lane with a changed cache', () => {
  test('holds what its run read, its scores included', () => {
    const run = dropped();
    expect(tokenFigures(run, 3)).toMatchObject({
      heldPositions: 3,
      heldBytes: 3 * layers * SLOT,
    });
    expect(tokenFigures(run, 5)).toMatchObject({ heldPositions: 5, heldBytes: 10 * SLOT + 48 });
    expect(tokenFigures(run, 6)).toMatchObject({ heldPositions: 3.5, heldBytes: 7 * SLOT + 60 });
  });

  test('reads what its rows saw, and computes no more than that', () => {
    const run = dropped();
    // The prompt's last row saw the whole prompt: as much as with the full cache.
    expect(tokenFigures(run, 5).work).toEqual(tokenWork(FLAT, 5).total);
    expect(tokenFigures(run, 6).work).toEqual({
      keysRead: 7,
      kvBytesRead: 7 * SLOT,
      multiplyAdds: tokenWork(FLAT, 6).total.multiplyAdds - 2 * width * (12 - 7),
    });
    const totals = laneTotals(run, 6);
    expect(totals.keysRead).toBe(10 + 7);
    expect(totals.kvBytesRead).toBe(17 * SLOT);
    expect(totals.promptMultiplyAdds).toBe(promptWork(FLAT, 5).total.multiplyAdds);
  });

  test('writes one token a run, whatever full caches do', () => {
    expect(runTokens(dropped(), { unrolled: true })).toBe(1);
    expect(runTokens(flatTrace(), { unrolled: true })).toBe(4);
  });

  test('is named by its cache; where layers differ, positions are a mean', () => {
    const own = laneWords(dropped(), 6);
    const full = laneWords(flatTrace(), 6);
    if (!own || !full) throw new Error('a lane has no words');
    expect(own.name).toBe('flat-test with Keyformer');
    expect(memorySentence(own, full)).toMatch(
      /^At this token flat-test with Keyformer holds 396 B of keys and values and flat-test 576 B, 1\.5 times as much: on average 3\.5 positions in 2 layers against 6 positions in 2 layers; for it flat-test with Keyformer reads 7 keys and flat-test 12\.$/,
    );
  });
});

test('codes of low rank take fewer bytes and more arithmetic, in the prompt as well', () => {
  const ranks = { keys: [2, 3], values: [4, 1] };
  const numbers = 2 + 3 + 4 + 1;
  const row = keptRow(4, [all, all], FLAT_DIMS, {
    readBytes: 4 * numbers * 5,
    heldBytes: 4 * numbers * 5,
  });
  const run = trace({ id: 'lorc', ranks }, [row]);
  expect(tokenFigures(run, 2).heldBytes).toBe(4 * numbers * 2);
  expect(tokenFigures(run, 5).heldBytes).toBe(4 * numbers * 5);
  const still = headWidth - rotaryDims;
  /** By matrix, as the graph multiplies them: [rows, inner, columns]. */
  const products = (queries: number, pairs: number, keys: number) =>
    ranks.keys.reduce((sum, k, layer) => {
      const v = ranks.values[layer] ?? 0;
      return (
        sum +
        queries * heads * still * k +
        heads * pairs * k +
        keys * k * heads * rotaryDims +
        heads * pairs * rotaryDims +
        heads * pairs * v +
        queries * heads * v * headWidth
      );
    }, 0);
  const matrices = 12 * width * width * layers;
  const head = tokenWork(FLAT, 5).head.multiplyAdds;
  const { work } = tokenFigures(run, 5);
  expect(work).toEqual({
    keysRead: 5 * layers,
    kvBytesRead: 4 * numbers * 5,
    multiplyAdds: matrices + products(1, 5, 5) + head,
  });
  // Four tokens of the prompt at once: ten pairs.
  expect(laneTotals(run, 5).promptMultiplyAdds).toBe(4 * matrices + products(4, 10, 4) + head);
  const words = laneWords(run, 5);
  const full = laneWords(flatTrace(), 5);
  if (!words || !full) throw new Error('a lane has no words');
  expect(memorySentence(words, full)).toContain('5 positions as codes in 2 layers');
});
