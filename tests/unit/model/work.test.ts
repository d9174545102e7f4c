import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '@/lib/model/manifest';
import {
  prefillWork,
  promptWork,
  runWork,
  tokenWork,
  type Work,
  type WorkModel,
} from '@/lib/model/work';

const bundle = (id: string): Manifest =>
  JSON.parse(
    readFileSync(new URL(`../../../public/models/${id}/manifest.json`, import.meta.url), 'utf8'),
  );

/** Numbers in all matrices of the bundle whose names match: the weights themselves are counted, not the dimensions. */
function matrices(manifest: Manifest, pattern: RegExp): number {
  return Object.entries(manifest.weights.tensors)
    .filter(([name, { shape }]) => shape.length === 2 && pattern.test(name))
    .reduce((total, [, { shape }]) => total + shape.reduce((a, b) => a * b, 1), 0);
}

/** Walks every (layer, row, key) that is visible, one by one: two products of the head width for each head. */
function attention(manifest: Manifest, layers: number, firstRow: number, rows: number): number {
  let products = 0;
  for (let layer = 0; layer < layers; layer++)
    for (let row = firstRow; row < firstRow + rows; row++)
      for (let key = 0; key <= row; key++)
        for (let head = 0; head < manifest.dims.heads; head++)
          products += 2 * manifest.dims.headWidth;
  return products;
}

const parts = (work: Work) => [work.embedder, work.blockDecoder, work.tokenDecoder, work.head];

describe.each(['nano-b4', 'tiny-b4'])('a run of %s', (id) => {
  const manifest = bundle(id);
  const { blockLayers, tokenLayers } = manifest.dims;

  it.each([0, 3, 4, 42, 250])(
    'multiplies each matrix of the bundle as often as it is used, at token %i',
    (index) => {
      const block = Math.floor(index / 4);
      const work = runWork(manifest, index);
      expect(work.embedder.multiplyAdds).toBe(0);
      // The block decoder is used once, its query is row b − 1; before block 1 there is none, and block 0 is never written.
      if (block > 0)
        expect(work.blockDecoder.multiplyAdds).toBe(
          matrices(manifest, /^block_decoder\.layers/) +
            attention(manifest, blockLayers, block - 1, 1),
        );
      // Five positions go through the token decoder, and the context once through the map to the prefixes.
      expect(work.tokenDecoder.multiplyAdds).toBe(
        5 * matrices(manifest, /^token_decoder\.layers/) +
          matrices(manifest, /^prefix\./) +
          attention(manifest, tokenLayers, 0, 5),
      );
      expect(work.head.multiplyAdds).toBe(4 * matrices(manifest, /^head\./));
    },
  );

  it('reads a key for each block before, and P + j local ones', () => {
    const work = runWork(manifest, 43);
    expect(work.blockDecoder.keysRead).toBe(blockLayers * 10);
    expect(work.tokenDecoder.keysRead).toBe(tokenLayers * (2 + 3 + 4 + 5));
    expect(work.total.kvBytesRead).toBe(work.total.keysRead * 2 * manifest.dims.width * 4);
  });

  it('gives each token of a block an even share', () => {
    const shares = [40, 41, 42, 43].map((index) => tokenWork(manifest, index));
    const run = runWork(manifest, 40);
    for (const name of ['keysRead', 'kvBytesRead', 'multiplyAdds'] as const)
      for (const part of ['blockDecoder', 'tokenDecoder', 'head', 'total'] as const)
        expect(shares.reduce((total, share) => total + share[part][name], 0)).toBe(run[part][name]);
  });
});

describe('a run of nano-flat', () => {
  const manifest = bundle('nano-flat');

  it.each([1, 2, 57, 255])('multiplies each matrix of the bundle once, at token %i', (index) => {
    const work = runWork(manifest, index);
    expect(work.blockDecoder.multiplyAdds).toBe(
      matrices(manifest, /^decoder\.layers/) + attention(manifest, 4, index - 1, 1),
    );
    expect(work.tokenDecoder.multiplyAdds).toBe(0);
    expect(work.head.multiplyAdds).toBe(matrices(manifest, /^head\./));
    expect(work.blockDecoder.keysRead).toBe(4 * index);
    expect(tokenWork(manifest, index)).toEqual(work);
  });

  it('counts its prompt without the last token, which goes through the first run', () => {
    const work = promptWork(manifest, 10);
    expect(work.total.multiplyAdds).toBe(
      9 * matrices(manifest, /^decoder\.layers/) + attention(manifest, 4, 0, 9),
    );
    expect(promptWork(manifest, 1).total.multiplyAdds).toBe(0);
  });
});

it('counts a prompt of a block model by its padded blocks, without the last and without the token decoder', () => {
  const manifest = bundle('nano-b4');
  // 10 tokens are 3 blocks with two pads.
  expect(promptWork(manifest, 10).total.multiplyAdds).toBe(
    2 * matrices(manifest, /^block_decoder\.layers/) + attention(manifest, 2, 0, 2),
  );
  expect(promptWork(manifest, 10).tokenDecoder.multiplyAdds).toBe(0);
});

it('has totals that are the sums of the parts', () => {
  const manifest = bundle('tiny-b4');
  for (const work of [runWork(manifest, 100), tokenWork(manifest, 101), prefillWork(manifest, 9)])
    for (const name of ['keysRead', 'kvBytesRead', 'multiplyAdds'] as const)
      expect(work.total[name]).toBe(parts(work).reduce((total, part) => total + part[name], 0));
});

describe("the paper's 302M models", () => {
  const width = 1024;
  const vocabulary = 50_304;
  const block: WorkModel = {
    architecture: 'block',
    dims: { vocabulary, width, blockLayers: 12, tokenLayers: 12, blockLength: 4, prefixLength: 2 },
  };
  const flat: WorkModel = {
    architecture: 'flat',
    dims: { vocabulary, width, blockLayers: 24, tokenLayers: 0, blockLength: 1, prefixLength: 0 },
  };

  it('read 16 times fewer keys in a block decoder than in as many flat layers, over 2,048 tokens (section 2.4)', () => {
    let blockKeys = 0;
    let localKeys = 0;
    let flatKeys = 0;
    for (let index = 1; index <= 2048; index++) {
      flatKeys += runWork(flat, index).total.keysRead;
      if (index % 4 !== 0) continue;
      const work = runWork(block, index);
      blockKeys += work.blockDecoder.keysRead;
      localKeys += work.tokenDecoder.keysRead;
    }
    expect(flatKeys / 2 / blockKeys).toBeCloseTo(16, 1);
    expect(flatKeys).toBe((24 * 2048 * 2049) / 2);
    expect(blockKeys).toBe((12 * 512 * 513) / 2);
    expect(localKeys).toBe(12 * 512 * 14);
  });

  it('need 0.75 of the flat multiply-adds in layers, without attention and the map to the prefixes', () => {
    const weights = 12 * width * width;
    const nothing = runWork(block, 0);
    const localAttention = 12 * 2 * width * (1 + 2 + 3 + 4 + 5);
    const matrixWork =
      nothing.total.multiplyAdds - nothing.head.multiplyAdds - localAttention - 2 * width * width;
    expect(matrixWork / 4).toBe(0.75 * 24 * weights);
  });

  it('need an eighth of the flat prefill in matrices (section 2.4)', () => {
    const matrixWork = (model: WorkModel, positions: number) => {
      const work = prefillWork(model, positions).total;
      return work.multiplyAdds - work.keysRead * 2 * width;
    };
    expect(matrixWork(flat, 2048)).toBe(8 * matrixWork(block, 512));
  });
});
