import { expect, test } from 'vitest';
import { jobUpTo, timesOf } from '@/bench/lib/sample';
import { promptOf, type Stamp } from '@/lib/engine/quiet-job';
import { LENGTHS, WORKS } from '@/lib/lab/work';

const stamps = (step: number, output: number, ms: (tokens: number) => number): Stamp[] =>
  Array.from({ length: output / step }, (_, i) => ({
    tokens: (i + 1) * step,
    at: ms((i + 1) * step),
  }));

test('the time to the first token and the cost of the last 32 come from the stamps', () => {
  // 100 ms to read; then 2 ms a token up to 64, and 5 ms a token behind.
  const at = (tokens: number) =>
    1000 + 100 + 2 * Math.min(tokens, 64) + 5 * Math.max(0, tokens - 64);
  expect(timesOf(1000, stamps(1, 96, at))).toEqual({
    totalMs: 100 + 128 + 160,
    firstTokenMs: 102,
    tailMs: 5,
  });
  // Four a run: the first token is in hand when four are.
  expect(timesOf(1000, stamps(4, 96, at))).toMatchObject({ firstTokenMs: 108, tailMs: 5 });
  expect(() => timesOf(0, stamps(4, 32, at))).toThrow('too few tokens');
});

test('every job is whole blocks, ends at its length and has a tail to time', () => {
  for (const length of LENGTHS) {
    const { input, output } = jobUpTo(length);
    expect(input + output).toBe(length);
    expect([input % 4, output % 4]).toEqual([0, 0]);
    const run = () =>
      timesOf(
        0,
        stamps(4, output, (tokens) => tokens),
      );
    expect(run().tailMs).toBe(1);
  }
  for (const { input, output } of Object.values(WORKS)) expect(input + output).toBe(1008);
});

test('a prompt holds ordinary ids alone, and a longer one begins alike', () => {
  const prompt = promptOf(900, 512);
  expect(Math.min(...prompt)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...prompt)).toBeLessThan(512);
  expect(new Set(prompt).size).toBeGreaterThan(400);
  expect([...promptOf(10, 512)]).toEqual([...prompt.subarray(0, 10)]);
});
