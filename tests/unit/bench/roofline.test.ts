import { expect, test } from 'vitest';
import { matricesOf, mustRead } from '@/bench/lib/roofline';
import { tinyDims } from './dims';

const { b4: TINY, same: SAME } = tinyDims;

test('a block reads its block decoder once and its token decoder and head once a slot', () => {
  // By hand: a layer is 256 × 1,792 + 1,280 × 256 = 786,432 numbers, the head 1,048,576, the projection 131,072.
  const blockDecoder = 3 * 786_432;
  const tokenDecoder = 3 * 786_432 * 4;
  expect(mustRead(TINY, 'block')).toEqual({
    bytes: (blockDecoder + 131_072 + tokenDecoder + 4 * 1_048_576) * 4,
    distinctBytes: (blockDecoder + 131_072 + 3 * 786_432 + 1_048_576) * 4,
    tokens: 4,
  });
});

test('a flat token reads all layers and the head', () => {
  expect(mustRead(SAME, 'flat')).toEqual({
    bytes: (6 * 786_432 + 1_048_576) * 4,
    distinctBytes: (6 * 786_432 + 1_048_576) * 4,
    tokens: 1,
  });
  // Four tokens of the same-size flat model read more than a block does.
  expect(4 * mustRead(SAME, 'flat').bytes).toBeGreaterThan(mustRead(TINY, 'block').bytes);
});

test('the matrices to compare with have the same size', () => {
  for (const bytes of [mustRead(TINY, 'block').bytes, mustRead(SAME, 'flat').bytes, 5_242_880]) {
    const matrices = matricesOf(bytes);
    for (const { rows, columns } of matrices)
      expect(Math.abs(rows * columns * 4 - bytes) / bytes).toBeLessThan(0.001);
    const [square, narrow] = matrices.map(({ rows, columns }) => rows / columns);
    expect(Math.abs((square ?? 0) - 1)).toBeLessThan(0.1);
    expect(narrow).toBeLessThan(0.3);
  }
});
