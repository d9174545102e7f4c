import { describe, expect, it } from 'vitest';
import { defaults, type Params, type Part, type Shape, total } from '@/lib/methods/types';
import { byId } from './masks';

const SHAPE: Shape = { layers: 24, width: 1024, heads: 16, headWidth: 64, promptLength: 2048 };

function stored(
  id: string,
  n: number,
  params: Params = {},
  shape: Partial<Shape> = {},
): readonly Part[] {
  const method = byId(id);
  return method.stored?.(n, { ...SHAPE, ...shape }, { ...defaults(method), ...params }) ?? [];
}

function peak(id: string, n: number, params: Params = {}): readonly Part[] {
  const method = byId(id);
  return method.peak?.(n, SHAPE, { ...defaults(method), ...params }) ?? [];
}

const whole = (n: number) => total(stored('multi-head', n));

describe('24 layers, 16 heads of 64, 2,048 positions', () => {
  it.each([
    ['multi-head', {}, 100_663_296, 1],
    ['grouped-query', { groups: 4 }, 25_165_824, 4],
    ['multi-query', {}, 6_291_456, 16],
    ['sliding-window', { window: 256 }, 12_582_912, 8],
    ['streaming-llm', { sinks: 4, window: 252 }, 12_582_912, 8],
    ['lorc', { rank: 50, fall: 0 }, 50_331_648, 2],
    ['tensor-product', { keyRank: 2, valueRank: 2 }, 15_728_640, 6.4],
  ] as const)('%s', (id, params, numbers, times) => {
    expect(total(stored(id, 2048, params))).toBe(numbers);
    expect(whole(2048) / numbers).toBeCloseTo(times, 10);
  });

  it('numbers of one token in one layer', () => {
    const perToken = (id: string, params: Params) => total(stored(id, 1, params)) / 24;
    expect(perToken('multi-head', {})).toBe(2048);
    expect(perToken('grouped-query', { groups: 4 })).toBe(512);
    expect(perToken('multi-query', {})).toBe(128);
    expect(perToken('lorc', { rank: 50, fall: 0 })).toBe(1024);
    expect(perToken('tensor-product', {})).toBe(320);
  });

  it('LoRC keeps its sum when ranks fall with depth', () => {
    expect(total(stored('lorc', 2048, { rank: 50, fall: 60 }))).toBe(50_331_648);
  });

  it('Keyformer, half of the prompt, once it is over', () => {
    const [kept, scores] = stored('keyformer', 2049, { cache: 50 });
    expect(kept?.numbers).toBe(50_331_648);
    expect(scores?.numbers).toBe(393_216);
    expect(total(stored('keyformer', 2048, { cache: 50 }))).toBe(whole(2048));
  });

  it('PrefixKV, a fifth', () => {
    expect(total(stored('prefix-kv', 2048, { kept: 20 }, { promptLength: 1024 }))).toBeCloseTo(
      20_132_659,
      -1,
    );
    expect(
      whole(2048) / total(stored('prefix-kv', 2048, { kept: 20 }, { promptLength: 1 })),
    ).toBeCloseTo(5);
  });

  it('tensor product attention in the paper’s runs, a token and layer', () => {
    const at = (heads: number, keyRank: number, valueRank: number) =>
      total(
        stored(
          'tensor-product',
          1,
          { keyRank, valueRank },
          { layers: 1, heads, headWidth: 64, width: heads * 64 },
        ),
      );
    expect(at(47, 2, 2)).toBe(444);
    expect(at(32, 2, 2)).toBe(384);
    expect(total(stored('multi-head', 1, {}, { layers: 1, width: 32 * 64 }))).toBe(4096);
  });
});

/** Millions of numbers with one decimal, and how many times less than the yardstick, as in the reference’s table. */
describe('24 layers of width 1,024 at three lengths', () => {
  const LENGTHS = [2048, 8192, 32768];
  const millions = (count: (n: number) => number) =>
    LENGTHS.map((n) => (count(n) / 1e6).toFixed(1));
  const times = (count: (n: number) => number, digits: number) =>
    LENGTHS.map((n) => (whole(n) / count(n)).toFixed(digits));

  it('ordinary', () => {
    expect(millions(whole)).toEqual(['100.7', '402.7', '1610.6']);
  });

  it('Block Transformer 12 + 12, block 4, prefix 2: the peak of the local cache included', () => {
    const count = (n: number) => total(peak('block-transformer', n));
    // 2 · 12 · 1,024 numbers for each of n / 4 blocks and of P + L_B − 1 = 5 local positions.
    expect(LENGTHS.map(count)).toEqual([517, 2053, 8197].map((positions) => 24_576 * positions));
    expect(times(count, 1)).toEqual(['7.9', '8.0', '8.0']);
    // The reference counts P + L_B local positions; a block's last token never enters the token decoder.
    expect(millions((n) => count(n) + 24_576)).toEqual(['12.7', '50.5', '201.5']);
  });

  it('SCOUT with a window, 17 layers', () => {
    const count = (n: number) =>
      total(stored('scout', n, { segment: 10, window: 1024, layers: 71 }));
    expect(millions(count)).toEqual(['42.8', '64.2', '149.7']);
    expect(times(count, 1)).toEqual(['2.4', '6.3', '10.8']);
  });

  it('SCOUT with Mamba, 14 layers', () => {
    const count = (n: number) => total(stored('scout', n, { segment: 10, mixer: 1, layers: 58 }));
    expect(millions(count)).toEqual(['6.4', '24.1', '94.5']);
    expect(times(count, 1)).toEqual(['15.7', '16.7', '17.0']);
  });

  it('SCOUT, larger: 14 and 13 layers of width 2,048', () => {
    const ratio = (params: Params) => (n: number) =>
      total(stored('multi-head', n, {}, { width: 2048 })) /
      total(stored('scout', n, { segment: 10, window: 1024, ...params }, { width: 2048 }));
    expect(LENGTHS.map((n) => ratio({ layers: 58 })(n).toFixed(1))).toEqual(['2.9', '7.6', '13.1']);
    expect(LENGTHS.map((n) => Math.round(ratio({ layers: 54, mixer: 1 })(n)))).toEqual([
      17, 18, 18,
    ]);
  });

  it('Attamba, chunks of 8, 64 leading tokens', () => {
    const count = (n: number) => total(stored('attamba', n, { chunk: 8, window: 64 }));
    expect(millions(count)).toEqual(['15.8', '53.5', '204.5']);
    expect(times(count, 1)).toEqual(['6.4', '7.5', '7.9']);
  });

  it('sentinels, c = 0.5 and c = 0.9', () => {
    const half = (n: number) => total(stored('sentinel-tokens', n, { share: 100, span: 2 }));
    const tenth = (n: number) => total(stored('sentinel-tokens', n, { share: 100, span: 10 }));
    expect(millions(half)).toEqual(['50.3', '201.3', '805.3']);
    expect(millions(tenth)).toEqual(['10.1', '40.3', '161.1']);
  });

  it('Recurrent Memory, 10 vectors, segments of 150: the peak with both groups', () => {
    const count = (n: number) => total(peak('recurrent-memory', n, { memory: 10, segment: 150 }));
    expect(millions(count)).toEqual(['8.4', '8.4', '8.4']);
    expect(times(count, 0)).toEqual(['12', '48', '193']);
  });

  it('Bottlenecked', () => {
    const count = (n: number) => total(stored('bottlenecked', n));
    expect(millions(count)).toEqual(['100.7', '402.7', '1610.6']);
    expect(times(count, 0)).toEqual(['1', '1', '1']);
  });

  it('Combiner, fixed spans of √n: the peak at a span’s end', () => {
    const parts = (n: number) =>
      peak('combiner', n, { pattern: 0, span: Math.round(Math.sqrt(n)) });
    expect(millions((n) => total(parts(n)))).toEqual(['4.4', '8.9', '17.8']);
    // The reference’s ratios leave the running query out.
    expect(times((n) => total(parts(n).filter(({ aside }) => !aside)), 0)).toEqual([
      '23',
      '45',
      '91',
    ]);
  });

  it('MEGABYTE: a byte in the global decoder costs what it costs at the width of a byte', () => {
    const params = { patch: 8, globalLayers: 100, localWidth: 100 };
    // W_g = 1,024 = 8 · D_g: 2 · L · D_g · n.
    expect(total(stored('megabyte', 8192, params))).toBe(2 * 24 * 128 * 8192);
  });
});
