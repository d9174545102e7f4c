import { expect, test } from 'vitest';
import { Cancelled, ThroughputClient } from '@/lib/engine/throughput-client';
import type { FromThroughput, ToThroughput } from '@/lib/engine/throughput-protocol';
import { whyNot } from '@/lib/engine/throughput-reason';

/** A worker that keeps what it is told and answers by hand. */
class HandWorker {
  asked: ToThroughput[] = [];
  terminated = false;
  onmessage: ((event: { data: FromThroughput }) => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;

  postMessage(message: ToThroughput): void {
    this.asked.push(message);
  }

  terminate(): void {
    this.terminated = true;
  }

  say(data: FromThroughput): void {
    this.onmessage?.({ data });
  }
}

function open() {
  const workers: HandWorker[] = [];
  const client = new ThroughputClient({
    modelsUrl: 'http://here/models/',
    threads: 2,
    createWorker: () => {
      const worker = new HandWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
  });
  return { client, workers, worker: () => workers.at(-1) as HandWorker };
}

const JOB = { input: 8, output: 8, batch: 1 };
const ROW = { model: 'nano-b4', tokensPerRun: 4 };

test('begins a worker with the first question and hands its answers on', async () => {
  const { client, workers, worker } = open();
  expect(workers).toHaveLength(0);
  const opening = client.open('nano-b4');
  expect(worker().asked).toEqual([
    { type: 'open', model: 'nano-b4', baseUrl: 'http://here/models/nano-b4/', threads: 2 },
  ]);
  worker().say({ type: 'opened', version: '1.30.0' });
  expect(await opening).toBe('1.30.0');
  const wrote: number[] = [];
  const measuring = client.measure(ROW, JOB, 1024, (tokens) => wrote.push(tokens));
  worker().say({ type: 'wrote', tokens: 4 });
  worker().say({ type: 'refused', reason: 'No memory.' });
  await expect(measuring).rejects.toThrow('No memory.');
  expect(wrote).toEqual([4]);
  const closing = client.close();
  worker().say({ type: 'closed', allocatedBytes: 0, openSessions: 0 });
  expect(await closing).toEqual({ allocatedBytes: 0, openSessions: 0 });
  expect(workers).toHaveLength(1);
  expect(worker().terminated).toBe(true);
});

test('ended in the middle, it tells who waits, drops what comes late and can go on', async () => {
  const { client, workers, worker } = open();
  const measuring = client.measure(ROW, JOB, 1024);
  const old = worker();
  client.end();
  await expect(measuring).rejects.toBeInstanceOf(Cancelled);
  expect(old.terminated).toBe(true);
  const opening = client.open('nano-b4');
  expect(workers).toHaveLength(2);
  old.say({ type: 'opened', version: 'late' });
  worker().say({ type: 'opened', version: 'fresh' });
  expect(await opening).toBe('fresh');
});

test('a worker that breaks is one sentence, and the next question has a fresh one', async () => {
  const { client, workers, worker } = open();
  const measuring = client.measure(ROW, JOB, 1024);
  worker().onerror?.({ preventDefault: () => {} });
  await expect(measuring).rejects.toThrow('The worker that measures stopped unexpectedly.');
  client.open('nano-b4').catch(() => {});
  expect(workers).toHaveLength(2);
});

test('short memory is said in words, whoever noticed it', () => {
  const memory = /did not give the memory/;
  for (const cause of [
    new RangeError('Array buffer allocation failed'),
    new Error('[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : std::bad_alloc'),
    new Error(
      'failed to call OrtRun(). ERROR_CODE: 1, Failed to allocate memory for requested buffer',
    ),
  ])
    expect(whyNot(cause)).toMatch(memory);
  expect(whyNot(new Error('odd\nsecond line'))).toBe('It stopped with an unexpected error (odd).');
});
