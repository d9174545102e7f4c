import { describe, expect, it } from 'vitest';
import {
  bytesPerFlatPosition,
  bytesPerGlobalPosition,
  cacheBytes,
  flatBytes,
  formatBytes,
  globalAllocatedBytes,
  globalHeldBytes,
  localBytes,
  localHeldBytes,
  localPeakBytes,
} from '@/lib/model/cost';
import { NANO, TINY } from './dims';

describe('cacheBytes', () => {
  it("gives the paper's numbers for Llama 7B at 16 bit", () => {
    expect(cacheBytes(32, 4096, 1, 2)).toBe(512 * 1024);
    expect(cacheBytes(32, 4096, 16 * 2048, 2)).toBe(16 * 1024 ** 3);
  });

  it("gives the paper's sizes: flat and block models of equal parameters differ by 8 a token", () => {
    // 302M: 24 flat layers, or 12 and 12, of width 1,024 at 16 bit.
    const flat = cacheBytes(24, 1024, 2048, 2);
    const block = cacheBytes(12, 1024, 2048 / 4, 2);
    expect(flat).toBe(2048 * 98_304);
    expect(block * 8).toBe(flat);
    expect(cacheBytes(12, 1024, 5, 2)).toBe(245_760);
  });
});

describe('the cache of a shipped model', () => {
  it('adds one global position at each block border', () => {
    expect(bytesPerGlobalPosition(TINY)).toBe(2 * 3 * 256 * 4);
    const held = [0, 3, 4, 7, 8].map((cursor) => globalHeldBytes(cursor, TINY));
    expect(held).toEqual([0, 0, 6144, 6144, 12_288]);
  });

  it('holds P + slot local positions and drops them at the border', () => {
    const position = 2 * 2 * 48 * 4;
    expect([0, 1, 2, 3].map((slot) => localBytes(slot, NANO) / position)).toEqual([2, 3, 4, 5]);
    expect(localPeakBytes(NANO)).toBe(5 * position);
    expect(localHeldBytes(7, NANO)).toBe(5 * position);
    expect(localHeldBytes(8, NANO)).toBe(2 * position);
  });

  it('counts a flat model of the same size with all layers and every token', () => {
    expect(bytesPerFlatPosition(TINY)).toBe(2 * bytesPerGlobalPosition(TINY));
    expect(flatBytes(100, TINY)).toBe(100 * 2 * 6 * 256 * 4);
    // At the end of a context: one eighth, for blocks of 4 and layers halved.
    expect(flatBytes(1024, TINY)).toBe(8 * globalHeldBytes(1024, TINY));
  });

  it('allocates the whole context', () => {
    expect(globalAllocatedBytes(TINY)).toBe(256 * 6144);
    expect(globalAllocatedBytes(TINY)).toBe(globalHeldBytes(TINY.contextLength, TINY));
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [6144, '6 KiB'],
    [1536, '1.5 KiB'],
    [1024 * 1024 - 1, '1 MiB'],
    [1_572_864, '1.5 MiB'],
    [16 * 1024 ** 3, '16 GiB'],
  ])('writes %i as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
