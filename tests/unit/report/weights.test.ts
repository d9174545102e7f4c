import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '@/lib/model/parse-manifest';
import { MODELS } from '@/scripts/models';
import { CosineTable } from '@/scripts/report/nearest';
import { decoderParameters, halfToNumber, readTensor } from '@/scripts/report/weights';

describe('half precision', () => {
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x83ff, -(1023 * 2 ** -24)],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('decodes %i', (bits, value) => {
    expect(halfToNumber(bits)).toBe(value);
  });

  it('keeps the sign of zero', () => {
    expect(Object.is(halfToNumber(0x8000), -0)).toBe(true);
  });

  it('reads a tensor at its place, little-endian, wherever the bytes lie', () => {
    const bytes = Uint8Array.of(9, 9, 9, 0x00, 0x3c, 0x00, 0xc0, 0x55, 0x35, 0x00, 0x00);
    const weights = bytes.subarray(1);
    const tensors = { table: { shape: [2, 2], offset: 2, bytes: 8 } };
    const { shape, values } = readTensor(weights, tensors, 'table');
    expect(shape).toEqual([2, 2]);
    expect([...values]).toEqual([1, -2, Math.fround(0.333251953125), 0]);
    expect(() => readTensor(weights, tensors, 'other')).toThrow(/no tensor "other"/);
  });
});

it('counts the decoder layers alone: 12 D² + 13 D a layer', async () => {
  const manifest = parseManifest(
    await readFile(path.join(MODELS, 'nano-b4', 'manifest.json'), 'utf8'),
  );
  const { width, blockLayers, tokenLayers } = manifest.dims;
  const layer = 12 * width ** 2 + 13 * width;
  expect(decoderParameters(manifest.weights)).toBe((blockLayers + tokenLayers) * layer);
});

describe('nearest entries', () => {
  // Rows of unlike length: only their direction may count.
  const table = new CosineTable(Float32Array.of(100, 0, 0, 0.1, 3, 3, -1, 0, 0, 0), 2);

  it('orders by cosine, not by length', () => {
    const found = table.nearest(Float32Array.of(0.2, 2), 3);
    expect(found.map(({ id }) => id)).toEqual([1, 2, 0]);
    expect(found[0]?.cosine).toBeCloseTo(2 / Math.hypot(0.2, 2), 6);
    expect(found[1]?.cosine).toBeCloseTo(2.2 / Math.hypot(0.2, 2) / Math.SQRT2, 6);
  });

  it('agrees with a plain search on random rows', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647 - 0.5;
    };
    const width = 6;
    const values = Float32Array.from({ length: 50 * width }, random);
    const vector = Float32Array.from({ length: width }, random);
    const cosines = Array.from({ length: 50 }, (_, id) => {
      const row = values.subarray(id * width, (id + 1) * width);
      const product = row.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0);
      return { id, cosine: product / Math.hypot(...row) / Math.hypot(...vector) };
    }).sort((a, b) => b.cosine - a.cosine);
    const found = new CosineTable(values, width).nearest(vector, 7);
    expect(found.map(({ id }) => id)).toEqual(cosines.slice(0, 7).map(({ id }) => id));
    found.forEach(({ cosine }, i) => {
      expect(cosine).toBeCloseTo(cosines[i]?.cosine ?? Number.NaN, 5);
    });
  });

  it('survives rows and vectors of zeros', () => {
    expect(table.nearest(Float32Array.of(0, 0), 2).every(({ cosine }) => cosine === 0)).toBe(true);
  });
});
