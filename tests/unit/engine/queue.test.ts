import { expect, test } from 'vitest';
import { SerialQueue } from '@/lib/engine/queue';

test('tasks never overlap and keep their order', async () => {
  const queue = new SerialQueue();
  let running = 0;
  const seen: number[] = [];
  const task = (id: number) => async () => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 3 - id));
    seen.push(id);
    running -= 1;
    return id;
  };
  const results = await Promise.all([0, 1, 2].map((id) => queue.run(task(id))));
  expect(results).toEqual([0, 1, 2]);
  expect(seen).toEqual([0, 1, 2]);
});

test('a failed task rejects its own promise and lets the next one run', async () => {
  const queue = new SerialQueue();
  const failed = queue.run(() => Promise.reject(new Error('broken')));
  const next = queue.run(async () => 'fine');
  await expect(failed).rejects.toThrow('broken');
  await expect(next).resolves.toBe('fine');
});
