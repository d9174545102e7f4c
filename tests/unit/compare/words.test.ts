import { describe, expect, test } from 'vitest';
import { createCompareStore } from '@/lib/compare/store';
import type { TokenWork } from '@/lib/compare/types';
import {
  compareWords,
  type LaneWords,
  laneWords,
  memorySentence,
  surpriseSentence,
  textWords,
  timeSentence,
  wordsAt,
} from '@/lib/compare/words';
import { fakeInfo } from './fake-engine';
import { blockTrace, flatTrace } from './traces';

interface Numbers {
  name?: string;
  backend?: string;
  layers?: number;
  width?: number;
  positions?: number;
  bytes?: number;
  keys?: number | null;
  tokens?: number;
  ms?: number;
  multiplyAdds?: number;
  bits?: number;
  codes?: boolean;
}

/** A lane with numbers of our choice, all else as in a block model at its eighteenth block. */
function lane({
  name = 'tiny-b4',
  backend = 'wasm',
  layers = 3,
  width = 256,
  positions = 18,
  bytes = 18 * 6144,
  keys = 63,
  tokens = 40,
  ms = 1.2,
  multiplyAdds = 1_260_000,
  bits = 4.02,
  codes = false,
}: Numbers = {}): LaneWords {
  const work: TokenWork | null =
    keys === null ? null : { keysRead: keys, kvBytesRead: 1, multiplyAdds: 1 };
  return {
    name,
    backend,
    layers,
    width,
    codes,
    figures: {
      token: 71,
      heldPositions: positions,
      heldBytes: bytes,
      localBytes: 0,
      work,
      run: null,
      ms: null,
      surprise: null,
      given: false,
    },
    totals: {
      tokens,
      keysRead: 1,
      kvBytesRead: 1,
      multiplyAdds: tokens * multiplyAdds,
      ms: tokens * ms,
      surprise: tokens * bits,
      meanSurprise: tokens > 0 ? bits : null,
      promptMs: 1,
      promptMultiplyAdds: 1,
    },
  };
}

const flat = (numbers: Numbers = {}) =>
  lane({
    name: 'tiny-flat',
    layers: 6,
    positions: 72,
    bytes: 72 * 12_288,
    keys: 432,
    ms: 1.6,
    multiplyAdds: 2_300_000,
    bits: 4.1,
    ...numbers,
  });

describe('memory', () => {
  test('names who holds less, by what factor and why, and the keys read', () => {
    const words =
      'At this token tiny-b4 holds 108 KiB of keys and values and tiny-flat 864 KiB, 8 times as much: 18 positions in 3 layers against 72 positions in 6 layers; for it tiny-b4 reads 63 keys and tiny-flat 432.';
    expect(memorySentence(lane(), flat())).toBe(words);
    expect(memorySentence(flat(), lane())).toBe(words);
  });

  test('names the width where that differs, and whoever holds less', () => {
    expect(
      memorySentence(lane(), flat({ width: 64, positions: 1, layers: 1, bytes: 512, keys: 1800 })),
    ).toBe(
      'At this token tiny-flat holds 512 B of keys and values and tiny-b4 108 KiB, 216 times as much: 1 position in 1 layer of width 64 against 18 positions in 3 layers of width 256; for it tiny-b4 reads 63 keys and tiny-flat 1,800.',
    );
  });

  test('says when there is nothing between them', () => {
    expect(memorySentence(lane(), lane({ name: 'twin' }))).toBe(
      'At this token both hold 108 KiB of keys and values; for it each reads 63 keys.',
    );
    expect(memorySentence(lane(), lane({ name: 'near', bytes: 18 * 6200 }))).toContain(
      'near 109 KiB, about as much',
    );
  });

  test('in the prompt nothing is read', () => {
    const keys = null;
    expect(memorySentence(lane({ keys, positions: 0, bytes: 0 }), flat({ keys }))).toBe(
      'At this token tiny-b4 holds no keys and values yet and tiny-flat 864 KiB.',
    );
  });
});

describe('time', () => {
  test('agrees with the arithmetic', () => {
    expect(timeSentence(lane(), flat())).toBe(
      'tiny-b4 took 1.2 ms a token and tiny-flat 1.6 ms, 1.3 times as long: tiny-b4 does 1.3 M multiply-adds a token and tiny-flat 2.3 M.',
    );
  });

  test('says so when the small flat model is faster, as its arithmetic has it', () => {
    expect(timeSentence(lane(), flat({ ms: 0.4, multiplyAdds: 420_000 }))).toBe(
      'tiny-flat took 0.4 ms a token and tiny-b4 1.2 ms, 3 times as long: tiny-flat does 420,000 multiply-adds a token and tiny-b4 1.3 M.',
    );
  });

  test('says so when it is faster against its arithmetic', () => {
    expect(timeSentence(lane({ ms: 24 }), flat({ ms: 12 }))).toBe(
      'tiny-flat took 12 ms a token and tiny-b4 24 ms, 2 times as long, although it does less arithmetic: tiny-b4 does 1.3 M multiply-adds a token and tiny-flat 2.3 M, so arithmetic does not decide here.',
    );
  });

  test('says so when the arithmetic is alike', () => {
    expect(timeSentence(lane(), flat({ multiplyAdds: 1_280_000 }))).toBe(
      'tiny-b4 took 1.2 ms a token and tiny-flat 1.6 ms, 1.3 times as long, though each does about 1.3 M multiply-adds a token: arithmetic does not decide here.',
    );
  });

  test('says when there is nothing between them', () => {
    expect(timeSentence(lane(), flat({ ms: 1.22 }))).toBe(
      'Both took about 1.2 ms a token; tiny-b4 does 1.3 M multiply-adds a token and tiny-flat 2.3 M.',
    );
  });

  test('is not compared across backends, nor before both have written', () => {
    expect(timeSentence(lane(), flat({ backend: 'webgpu (captured)' }))).toBe(
      'Their times are not compared: tiny-b4 runs on wasm and tiny-flat on webgpu (captured).',
    );
    expect(timeSentence(lane({ tokens: 0 }), flat())).toBeNull();
  });
});

describe('surprise', () => {
  const same = { kind: 'same', writer: 'upper' } as const;

  test('names who expected the text better, and whose text it is', () => {
    expect(surpriseSentence(lane(), flat(), same)).toBe(
      'On the same 40 tokens tiny-b4 is surprised by 4.02 bits a token and tiny-flat by 4.10 bits, 0.08 more (the text is tiny-b4’s own, which favours it).',
    );
    expect(surpriseSentence(lane(), flat({ bits: 3.9 }), same)).toBe(
      'On the same 40 tokens tiny-flat is surprised by 3.90 bits a token and tiny-b4 by 4.02 bits, 0.12 more, although the text is tiny-b4’s own.',
    );
    expect(surpriseSentence(lane(), flat(), { kind: 'same', writer: 'lower' })).toBe(
      'On the same 40 tokens tiny-b4 is surprised by 4.02 bits a token and tiny-flat by 4.10 bits, 0.08 more, although the text is tiny-flat’s own.',
    );
  });

  test('says when there is nothing between them', () => {
    expect(surpriseSentence(lane(), flat({ bits: 4.024 }), same)).toBe(
      'On the same 40 tokens both are surprised by 4.02 bits a token (the text is tiny-b4’s own, which favours it).',
    );
  });

  test('is not compared on different texts, different tokens, or different lengths', () => {
    expect(surpriseSentence(lane(), flat(), { kind: 'own' })).toMatch(/^Each wrote its own text/);
    expect(surpriseSentence(lane(), flat(), { kind: 'recut' })).toMatch(/different tokens/);
    expect(surpriseSentence(lane(), flat({ tokens: 39 }), same)).toBeNull();
    expect(surpriseSentence(lane({ tokens: 0 }), flat({ tokens: 0 }), same)).toBeNull();
  });
});

test('two or three sentences, of the numbers of two runs at the cursor', () => {
  const [upper, lower] = [laneWords(blockTrace(), 8), laneWords(flatTrace(), 8)];
  if (!upper || !lower) throw new Error('a lane has no run');
  const words = compareWords(upper, lower, { kind: 'own' });
  expect(words).toHaveLength(3);
  // Block 2 holds two positions of 2 layers of width 6; the ninth token of a flat model eight.
  expect(words[0]).toBe(
    'At this token test holds 192 B of keys and values and flat-test 768 B, 4 times as much: 2 positions in 2 layers against 8 positions in 2 layers; for it test reads 5 keys and flat-test 16.',
  );
  expect(words[1]).toMatch(/^test took 0\.6 ms a token and flat-test 1\.1 ms, 2 times as long/);
  const prompt = [laneWords(blockTrace(), 3), laneWords(flatTrace(), 3)] as const;
  if (!prompt[0] || !prompt[1]) throw new Error('a lane has no run');
  expect(compareWords(prompt[0], prompt[1], { kind: 'own' })).toHaveLength(1);
});

test('a lane that ended is spoken of at its end, and one without a run not at all', () => {
  expect(laneWords(blockTrace(10), 40)?.figures.token).toBe(9);
  expect(laneWords(null, 3)).toBeNull();
});

describe('what the page says', () => {
  const { lanes } = createCompareStore().getState();
  const upper = { ...lanes.upper, trace: blockTrace(), info: fakeInfo('b4') };
  const lower = { ...lanes.lower, trace: flatTrace(), info: fakeInfo('flat') };

  test('nothing before both lanes have a run', () => {
    expect(wordsAt({ lanes, cursor: null })).toEqual([]);
    expect(wordsAt({ lanes: { upper, lower: lanes.lower }, cursor: 8 })).toEqual([]);
    expect(wordsAt({ lanes: { upper, lower }, cursor: 8 })).toHaveLength(3);
  });

  test('tells two lanes of one model apart', () => {
    const shorter = { ...upper, trace: blockTrace(10) };
    const words = wordsAt({ lanes: { upper, lower: shorter }, cursor: 12 });
    expect(words[1]).toMatch(/^the lower test took 0\.6 ms a token and the upper test 0\.7 ms/);
  });

  test('knows whose text it is', () => {
    expect(textWords({ upper, lower })).toEqual({ kind: 'own' });
    const given = { ...lower, givenBy: 'upper' } as const;
    expect(textWords({ upper, lower: given })).toEqual({ kind: 'same', writer: 'upper' });
    expect(textWords({ upper: { ...upper, givenBy: 'lower' }, lower })).toEqual({
      kind: 'same',
      writer: 'lower',
    });
    const info = fakeInfo('f-other');
    expect(textWords({ upper, lower: { ...given, info } })).toEqual({ kind: 'recut' });
  });
});
