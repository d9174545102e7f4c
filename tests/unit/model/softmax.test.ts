import { describe, expect, it } from 'vitest';
import {
  argMax,
  type Cut,
  cutThreshold,
  negativeLogLikelihood,
  softmax,
  surprise,
  topEntries,
} from '@/lib/model/softmax';

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
const logitsOf = (...probabilities: number[]) => probabilities.map(Math.log);

describe('softmax', () => {
  it('gives back the probabilities that the logits were made from', () => {
    const shares = [0.5, 0.3, 0.15, 0.05];
    softmax(logitsOf(...shares)).forEach((probability, i) => {
      expect(probability).toBeCloseTo(shares[i] ?? 0, 12);
    });
  });

  it('sums to one for logits of any size', () => {
    const logits = Float32Array.from({ length: 4096 }, (_, i) => 1000 + 80 * Math.sin(i));
    expect(sum(softmax(logits))).toBeCloseTo(1, 12);
    expect(sum(softmax([-1e9, 3, 2]))).toBeCloseTo(1, 12);
  });

  it('divides by the temperature', () => {
    const [a, b] = softmax([2, 0], 2);
    expect((a ?? 0) / (b ?? 1)).toBeCloseTo(Math.E, 12);
  });

  it('is one at the arg-max at temperature 0', () => {
    expect(Array.from(softmax([1, 3, 3, 2], 0))).toEqual([0, 1, 0, 0]);
  });

  it('refuses a temperature below 0 and empty logits', () => {
    expect(() => softmax([1], -1)).toThrow(RangeError);
    expect(() => softmax([1], Number.NaN)).toThrow(RangeError);
    expect(() => softmax([])).toThrow(RangeError);
  });
});

describe('argMax', () => {
  it('takes the lowest index on ties', () => {
    expect(argMax([1, 5, 5])).toBe(1);
  });
});

describe('surprise', () => {
  it('is −log2 of the probability at T = 1', () => {
    const logits = logitsOf(0.5, 0.25, 0.25);
    expect(surprise(logits, 0)).toBeCloseTo(1, 12);
    expect(surprise(logits, 2)).toBeCloseTo(2, 12);
    expect(negativeLogLikelihood(logits, 2)).toBeCloseTo(2 * Math.LN2, 12);
  });

  it('stays finite where the probability underflows', () => {
    expect(negativeLogLikelihood([0, 2000], 0)).toBe(2000);
  });

  it('refuses a token outside', () => {
    expect(() => surprise([1, 2], 2)).toThrow(RangeError);
    expect(() => surprise([1, 2], -1)).toThrow(RangeError);
  });
});

describe('topEntries', () => {
  it('lists the largest first, lowest id on ties, and sums to one with the rest', () => {
    const probabilities = softmax(logitsOf(0.1, 0.3, 0.3, 0.2, 0.1));
    const { entries, rest } = topEntries(probabilities, 3);
    expect(entries.map((entry) => entry.id)).toEqual([1, 2, 3]);
    expect(rest).toBeCloseTo(0.2, 12);
    expect(entries.reduce((total, entry) => total + entry.probability, rest)).toBeCloseTo(1, 12);
  });

  it('agrees with a full sort', () => {
    const probabilities = softmax(Float32Array.from({ length: 500 }, (_, i) => Math.sin(i * i)));
    const sorted = Array.from(probabilities, (probability, id) => ({ id, probability })).sort(
      (a, b) => b.probability - a.probability || a.id - b.id,
    );
    expect(topEntries(probabilities, 20).entries).toEqual(sorted.slice(0, 20));
  });

  it('leaves no rest when everything is listed, and everything when nothing is', () => {
    const probabilities = softmax([1, 2]);
    expect(topEntries(probabilities, 5)).toMatchObject({ rest: 0 });
    expect(topEntries(probabilities, 0).rest).toBeCloseTo(1, 12);
  });
});

describe('cutThreshold', () => {
  const logits = logitsOf(0.4, 0.1, 0.3, 0.2);
  const off: Cut = { temperature: 1, topK: null, topP: 1, banned: [] };
  const kept = (cut: Partial<Cut>) => {
    const banned = cut.banned ?? [];
    const threshold = cutThreshold(logits, { ...off, ...cut });
    return logits.flatMap((logit, id) => (logit >= threshold && !banned.includes(id) ? [id] : []));
  };

  it('cuts nothing when both are off', () => {
    expect(cutThreshold(logits, off)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('keeps the k largest', () => {
    expect(kept({ topK: 1 })).toEqual([0]);
    expect(kept({ topK: 3 })).toEqual([0, 2, 3]);
    expect(kept({ topK: 100 })).toEqual([0, 1, 2, 3]);
  });

  it('keeps the smallest set with mass p', () => {
    expect(kept({ topP: 0.39 })).toEqual([0]);
    expect(kept({ topP: 0.41 })).toEqual([0, 2]);
    expect(kept({ topP: 0.69 })).toEqual([0, 2]);
    expect(kept({ topP: 0.71 })).toEqual([0, 2, 3]);
    expect(kept({ topP: 0.91 })).toEqual([0, 1, 2, 3]);
    expect(kept({ topP: 1e-9 })).toEqual([0]);
  });

  it('takes the mass from what top-k left', () => {
    // Of 0.4 and 0.3, the first has 0.571.
    expect(kept({ topK: 2, topP: 0.56 })).toEqual([0]);
    expect(kept({ topK: 2, topP: 0.58 })).toEqual([0, 2]);
  });

  it('takes the mass at the temperature', () => {
    expect(kept({ topP: 0.5, temperature: 0.1 })).toEqual([0]);
    expect(kept({ topP: 0.5, temperature: 10 })).toEqual([0, 2]);
  });

  it('leaves banned entries out of both', () => {
    expect(kept({ topK: 1, banned: [0] })).toEqual([2]);
    expect(kept({ topP: 0.49, banned: [0] })).toEqual([2]);
    expect(() => cutThreshold([1], { ...off, banned: [0] })).toThrow(RangeError);
  });

  it('keeps ties at the border', () => {
    const tied = [1, 5, 3, 3, 3, 0];
    const threshold = cutThreshold(tied, { ...off, topK: 2 });
    expect(tied.filter((logit) => logit >= threshold)).toEqual([5, 3, 3, 3]);
    expect(cutThreshold([2, 2, 2, 2], { ...off, topP: 0.3 })).toBe(2);
  });

  it('keeps only the largest at temperature 0', () => {
    expect(cutThreshold([1, 4, 2], { ...off, temperature: 0 })).toBe(4);
  });
});
