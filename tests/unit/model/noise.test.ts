import { describe, expect, it } from 'vitest';
import { fillNoise, mix32, noiseBits } from '@/lib/model/noise';

/** Computed apart from this code, in arbitrary-precision integers. */
const KNOWN = {
  mix: [0, 69681622, 4057983209, 310335631],
  bits: [1467432694, 1585186137, 692523222, 3357873805, 3223271093],
  gumbel: ['1.36260', '0.00495', '0.04814', '0.62029'],
};

const ROW = 4096;

function row(seed: number, position: number, length = ROW): Float32Array {
  const out = new Float32Array(length);
  fillNoise(out, { seed, position });
  return out;
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

function correlation(a: Float32Array, b: Float32Array): number {
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    const [x, y] = [(a[i] ?? 0) - ma, (b[i] ?? 0) - mb];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('noise', () => {
  it('never changes: known values', () => {
    expect([0, 1, 2, 0xffff_ffff].map(mix32)).toEqual(KNOWN.mix);
    expect([
      noiseBits(0, 0, 0),
      noiseBits(1, 0, 0),
      noiseBits(0, 1, 0),
      noiseBits(0, 0, 1),
      noiseBits(0xffff_ffff, 1023, 4095),
    ]).toEqual(KNOWN.bits);
    const values = Array.from(row(42, 7, 4));
    expect(values.map((value) => value.toFixed(5))).toEqual(KNOWN.gumbel);
  });

  it('follows the definition: −ln(−ln u) of the 32 bits', () => {
    const values = row(5, 11, 64);
    for (let index = 0; index < 64; index += 1) {
      const u = (noiseBits(5, 11, index) + 0.5) / 2 ** 32;
      expect(values[index]).toBe(Math.fround(-Math.log(-Math.log(u))));
    }
  });

  it('is standard Gumbel: mean Euler gamma, variance π² / 6', () => {
    const all = Float32Array.from(
      Array.from({ length: 64 }, (_, position) => Array.from(row(3, position))).flat(),
    );
    const average = mean(all);
    const variance = mean(all.map((value) => (value - average) ** 2));
    // 262,144 draws: the standard errors are 0.0025 and 0.0067; four of them.
    expect(Math.abs(average - 0.577216)).toBeLessThan(0.01);
    expect(Math.abs(variance - Math.PI ** 2 / 6)).toBeLessThan(0.027);
    expect(all.every(Number.isFinite)).toBe(true);
  });

  it('spreads evenly over all 32 bits', () => {
    const ones = new Array<number>(32).fill(0);
    const draws = 1 << 16;
    for (let i = 0; i < draws; i += 1) {
      const bits = noiseBits(9, i >> 8, i & 255);
      for (let bit = 0; bit < 32; bit += 1) ones[bit] = (ones[bit] ?? 0) + ((bits >>> bit) & 1);
    }
    // Standard error 128; five of them.
    for (const count of ones) expect(Math.abs(count - draws / 2)).toBeLessThan(640);
  });

  it('does not correlate neighbouring positions, seeds or indices', () => {
    const pairs: [Float32Array, Float32Array][] = [
      [row(1, 0), row(1, 1)],
      [row(1, 100), row(1, 101)],
      [row(1, 5), row(2, 5)],
      [row(1, 2), row(2, 1)],
      [row(0, 4), row(4, 0)],
      [row(1, 0).subarray(1), row(1, 0).subarray(0, ROW - 1)],
      [row(1, 0).subarray(1), row(1, 1).subarray(0, ROW - 1)],
      [row(0, 0), row(0xffff_ffff, 0)],
    ];
    // Standard error 1 / 64; four of them.
    for (const [a, b] of pairs) expect(Math.abs(correlation(a, b))).toBeLessThan(4 / 64);
  });

  it('repeats for the same key whatever the row length', () => {
    expect(Array.from(row(8, 9, 10))).toEqual(Array.from(row(8, 9).subarray(0, 10)));
  });

  it('draws from the softmax when added to logits (Gumbel-max)', () => {
    const logits = [Math.log(0.5), Math.log(0.3), Math.log(0.2)];
    const counts = [0, 0, 0];
    const draws = 20_000;
    for (let position = 0; position < draws; position += 1) {
      const sums = Array.from(row(77, position, 3), (noise, i) => noise + (logits[i] ?? 0));
      const pick = sums.indexOf(Math.max(...sums));
      counts[pick] = (counts[pick] ?? 0) + 1;
    }
    [0.5, 0.3, 0.2].forEach((share, i) => {
      expect(Math.abs((counts[i] ?? 0) / draws - share)).toBeLessThan(0.015);
    });
  });
});
