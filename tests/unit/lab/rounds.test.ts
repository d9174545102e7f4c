import { expect, test } from 'vitest';
import { interleave } from '@/lib/lab/rounds';

const never = () => {
  throw new Error('nothing may fail here');
};

test('every round takes every task once and begins one task later', async () => {
  const order: string[] = [];
  const results = await interleave(
    ['a', 'b', 'c'],
    { least: 3, most: 3, budgetMs: 0 },
    async (task, round) => {
      order.push(`${task}${round}`);
      return round;
    },
    never,
    () => 0,
  );
  expect(order.join(' ')).toBe('a0 b0 c0 b1 c1 a1 c2 a2 b2');
  expect(results.get('b')).toEqual([0, 1, 2]);
});

test('rounds end before the one that would pass the budget, but not before the least number', async () => {
  let clock = 0;
  const taken = async (budgetMs: number) => {
    clock = 0;
    const results = await interleave(
      ['a', 'b'],
      { least: 2, most: 10, budgetMs },
      async () => {
        clock += 50;
      },
      never,
      () => clock,
    );
    return results.get('a')?.length;
  };
  expect(await taken(450)).toBe(4);
  expect(await taken(0)).toBe(2);
  expect(await taken(1e9)).toBe(10);
});

test('a task that fails is left out from then on, and the others go on', async () => {
  const failures: string[] = [];
  const results = await interleave(
    ['good', 'bad'],
    { least: 3, most: 3, budgetMs: 0 },
    async (task, round) => {
      if (task === 'bad' && round === 1) throw new Error('no more');
      return round;
    },
    (task, cause) => failures.push(`${task}: ${(cause as Error).message}`),
    () => 0,
  );
  expect(failures).toEqual(['bad: no more']);
  expect(results.get('bad')).toEqual([]);
  expect(results.get('good')).toEqual([0, 1, 2]);
});
