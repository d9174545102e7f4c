import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from '@/lib/share/base64url';
import { isLink } from '@/lib/share/is-link';
import { readLink, writeLink } from '@/lib/share/link';
import { packIds, unpackIds } from '@/lib/share/pack-ids';
import { textSum } from '@/lib/share/text-sum';
import { pack, TooLargeError, unpack } from '@/lib/trace/packed-bytes';
import { SHARED } from './links';

describe('bytes in an address', () => {
  it('are written as Node writes them, and come back', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 97 + length * 31) & 255);
      const text = toBase64Url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64Url(text)).toEqual(bytes);
    }
  });

  it.each(['A', 'AAAAA', 'AA==', 'AA+A', 'AA/A', 'AA A', 'AB', 'AAB', 'AAAÄ', '%41AA'])(
    'are nothing else: %s',
    (text) => {
      expect(fromBase64Url(text)).toBeNull();
    },
  );
});

describe('ids', () => {
  it.each([
    [[], 1, 0],
    [[0], 1, 1],
    [[1, 0, 1], 1, 1],
    [[4095, 0, 17], 12, 5],
    [[2 ** 20 - 1], 20, 3],
  ])('%j take %i bits each and %i bytes', (ids, bits, bytes) => {
    const packed = packIds(ids);
    expect(packed).toMatchObject({ bits, count: ids.length });
    expect(fromBase64Url(packed.data)).toHaveLength(bytes);
    expect(unpackIds(packed)).toEqual(Int32Array.from(ids));
  });

  it('are not read from data of another length or with bits to spare', () => {
    const packed = packIds([5, 6, 7]);
    expect(unpackIds({ ...packed, count: 9 })).toBeNull();
    expect(unpackIds({ ...packed, bits: 9 })).toBeNull();
    expect(
      unpackIds({ bits: 3, count: 1, data: toBase64Url(Uint8Array.of(0b1010_0001)) }),
    ).toBeNull();
  });
});

describe('packed bytes', () => {
  it.each(['deflate', 'gzip'] as const)('come back from %s, up to a limit', async (format) => {
    const bytes = new Uint8Array(100_000).fill(7);
    const packed = await pack(bytes, format);
    expect(packed.length).toBeLessThan(1000);
    expect(await unpack(packed, format, 100_000)).toEqual(bytes);
    await expect(unpack(packed, format, 99_999)).rejects.toThrow(TooLargeError);
    await expect(unpack(packed.slice(0, -3), format, 100_000)).rejects.toThrow();
  });
});

describe('the sum of a text', () => {
  it('tells tokenizers and texts apart', () => {
    const spelt = (words: string[]) => ({ bytesOf: (id: number) => Buffer.from(words[id] ?? '') });
    const sum = textSum(spelt(['a', 'bc', '']), [0, 1]);
    expect(sum).toBe(textSum(spelt(['ab', 'c', '']), [0, 1, 2]));
    expect(sum).not.toBe(textSum(spelt(['a', 'bd', '']), [0, 1]));
    expect(sum).not.toBe(textSum(spelt(['a', 'bc', '']), [1, 0]));
    // FNV-1a of "foobar", as published with it.
    expect(textSum(spelt(['foobar']), [0])).toBe(0xbf9cf968);
  });
});

describe('a link', () => {
  it('gives the run back, whatever its text', async () => {
    const fragment = await writeLink(SHARED);
    expect(fragment).toMatch(/^run=[A-Za-z0-9_-]+$/);
    expect(await readLink(fragment)).toEqual(SHARED);
    expect(await readLink(`#${fragment}`)).toEqual(SHARED);
  });

  it('holds a run without tokens, too', async () => {
    const empty = { ...SHARED, tokens: new Int32Array(0), chosen: [], branch: null };
    expect(await readLink(await writeLink(empty))).toEqual(empty);
  });

  it('is known by its beginning', () => {
    for (const yes of ['#run=', 'run=x']) expect(isLink(yes)).toBe(true);
    for (const no of ['', '#', '#throughput', '#rerun=x', 'x=run=']) expect(isLink(no)).toBe(false);
  });
});
