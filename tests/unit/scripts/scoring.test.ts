import { describe, expect, it } from 'vitest';
import {
  layoutWindows,
  ScoreSum,
  scoringWindows,
  splitDocuments,
  windowLength,
} from '@/scripts/scoring';
import { NANO, TINY } from '../model/dims';

describe('splitDocuments', () => {
  it('cuts at marker lines, strips, and skips empty documents', () => {
    const text = '\n one\ntwo \n<|endoftext|>\n\n<|endoftext|>\n \t\n<|endoftext|>\nthree';
    expect(splitDocuments(text)).toEqual(['one\ntwo', 'three']);
  });

  it('takes a marker line with white space around it, and no marker inside a line', () => {
    expect(splitDocuments('a\n  <|endoftext|> \nb')).toEqual(['a', 'b']);
    expect(splitDocuments('a <|endoftext|>\nb')).toEqual(['a <|endoftext|>\nb']);
  });

  it('keeps line ends of every kind', () => {
    expect(splitDocuments('a\r\nb\rc\n<|endoftext|>\r\nd\r<|endoftext|>')).toEqual([
      'a\r\nb\rc',
      'd',
    ]);
  });

  it("strips what Python's strip does: U+0085 and U+001C but not U+FEFF", () => {
    expect(splitDocuments('\u0085\x1c\u3000a\ufeff\u00a0')).toEqual(['a\ufeff']);
  });

  it('finds none in an empty text', () => {
    expect(splitDocuments('')).toEqual([]);
    expect(splitDocuments('<|endoftext|>\n \n<|endoftext|>')).toEqual([]);
  });
});

describe('windows', () => {
  it('hold 1,016 tokens for the models of 1,024', () => {
    expect(windowLength(TINY.contextLength)).toBe(1016);
  });

  it('follow each other without overlap; one token alone is no window', () => {
    const ids = Int32Array.from({ length: 21 }, (_, i) => i + 2);
    expect(scoringWindows(ids, 10).map((window) => Array.from(window))).toEqual([
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      [12, 13, 14, 15, 16, 17, 18, 19, 20, 21],
    ]);
    expect(scoringWindows(ids.subarray(0, 2), 10)).toHaveLength(1);
    expect(scoringWindows(ids.subarray(0, 1), 10)).toHaveLength(0);
  });

  it('get L_B − 1 pads in front, so that their first token closes block 0, and pads behind', () => {
    const rows = layoutWindows([Int32Array.of(5, 6), Int32Array.of(7, 8, 9, 10, 11, 12)], NANO, 0);
    expect(rows.map((row) => Array.from(row))).toEqual([
      [0, 0, 0, 5, 6, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0, 0],
    ]);
  });

  it('of a flat model get no pads in front', () => {
    const flat = { ...NANO, blockLength: 1 };
    const rows = layoutWindows([Int32Array.of(5, 6), Int32Array.of(7, 8, 9)], flat, 0);
    expect(rows.map((row) => Array.from(row))).toEqual([
      [5, 6, 0],
      [7, 8, 9],
    ]);
  });

  it('of full length fit the context', () => {
    const full = new Int32Array(windowLength(TINY.contextLength)).fill(2);
    expect(layoutWindows([full], TINY, 0)[0]?.length).toBe(1020);
  });
});

describe('ScoreSum', () => {
  const sure = (probability: number) =>
    Float32Array.of(Math.log(probability), Math.log(1 - probability));

  it('takes means over all targets and over those of a slot', () => {
    const sum = new ScoreSum(4);
    sum.add(0, sure(0.5), 0, 3);
    sum.add(0, sure(0.25), 0, 1);
    sum.add(3, sure(0.25), 0, 0);
    const report = sum.report();
    expect(report.scoredTokens).toBe(3);
    expect(report.lossPerToken).toBeCloseTo((5 * Math.LN2) / 3, 6);
    expect(report.bitsPerByte).toBeCloseTo(5 / 4, 6);
    [1.5, 0, 0, 2].forEach((bits, slot) => {
      expect(report.lossBySlot[slot]).toBeCloseTo(bits * Math.LN2, 6);
    });
  });
});
