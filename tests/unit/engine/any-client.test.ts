import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAnyClient } from '@/lib/engine/any-client';
import { createEngineClient } from '@/lib/engine/client';
import type { WorkerInfo } from '@/lib/engine/protocol';
import type { AnyClient, GenerateRequest } from '@/lib/engine/types';
import { parseManifest } from '@/lib/model/parse-manifest';
import { FlatTrace } from '@/lib/trace/flat-trace';
import { Trace } from '@/lib/trace/trace';
import { flatPrefill, flatStep } from '../trace/flat-synthetic';
import { FakeWorker } from './fake-worker';

function infoOf(model: string): WorkerInfo {
  const folder = `public/models/${model}`;
  return {
    manifest: parseManifest(readFileSync(`${folder}/manifest.json`, 'utf8')),
    tokenizerJson: JSON.parse(readFileSync(`${folder}/tokenizer.json`, 'utf8')),
    backend: 'wasm',
    captured: false,
    reason: 'a test',
    adapter: null,
    threads: 1,
    stepMs: 1,
    tokensPerSecond: 4000,
    allocatedBytes: 1,
  };
}

const flatInfo = infoOf('nano-flat');
const { dims } = flatInfo.manifest;
const request: GenerateRequest = {
  prompt: 'One day a little rabbit found a red ball.',
  maxTokens: 10,
  sampling: { seed: 1, temperature: 0, topK: null, topP: 1, ignoreEnd: false },
  unrolled: true,
};
const lost = { code: 'webgpu-lost', message: 'Gone.', recovery: 'retry' } as const;

let workers: FakeWorker[];
let client: AnyClient;

const createWorker = () => {
  const worker = new FakeWorker();
  workers.push(worker);
  return worker as unknown as Worker;
};

beforeEach(() => {
  workers = [];
  client = createAnyClient({ modelsUrl: 'http://localhost/models/', createWorker });
});
afterEach(() => client.dispose());

const worker = () => workers.at(-1) as FakeWorker;

async function ready(info = flatInfo) {
  const loaded = client.load({ model: info.manifest.id, backend: 'auto' });
  worker().say({ type: 'ready', info });
  return loaded;
}

async function flatRun(change: Partial<GenerateRequest> = {}) {
  const run = await client.generate({ ...request, ...change });
  const { trace } = run;
  if (!(trace instanceof FlatTrace)) throw new Error('the run is not a flat one');
  return { run, trace };
}

test('only a client of either architecture lets a flat model come', async () => {
  void client.load({ model: 'nano-flat', backend: 'auto' }).catch(() => {});
  expect(worker().last('load').flatToo).toBe(true);
  const first = createEngineClient({ modelsUrl: 'http://localhost/models/', createWorker });
  void first.load({ model: 'nano-flat', backend: 'auto' }).catch(() => {});
  expect(worker().last('load').flatToo).toBe(false);
  first.dispose();
});

test('a flat run appends what was measured and ends where it is told', async () => {
  await ready();
  const { run, trace } = await flatRun();
  const { promptTokens } = trace;
  expect(worker().last('generate')).toMatchObject({
    tokens: trace.tokens,
    maxTokens: 10,
    forced: null,
    unrolled: true,
    quiet: false,
    granted: 0,
  });
  expect(trace.tokens).not.toContain(flatInfo.manifest.tokenizer.padId);
  run.grant(3);
  expect(worker().last('grant')).toEqual({ type: 'grant', run: run.id, runs: 3 });
  worker().say({
    type: 'flat-prefill',
    run: run.id,
    result: flatPrefill(promptTokens - 1, dims),
  });
  expect(trace.rows).toBe(promptTokens - 1);
  for (let i = 0; i < 3; i++)
    worker().say({
      type: 'flat-step',
      run: run.id,
      result: flatStep(promptTokens - 1 + 4 * i, [30, 31, 32, 33], dims),
    });
  const length = promptTokens + 10;
  worker().say({ type: 'end', run: run.id, reason: 'length', length, problem: null });
  await expect(run.done).resolves.toEqual({ reason: 'length', problem: null });
  expect([trace.length, trace.textLength]).toEqual([promptTokens + 12, length]);
  expect(trace.header).toMatchObject({
    model: { id: 'nano-flat', architecture: 'flat' },
    prompt: request.prompt,
    backend: 'wasm',
    provenance: 'measured',
  });
  expect(client.status.state).toBe('ready');
});

test('a lost device: the run goes on from its tokens with the rest of its text, without rows that are known', async () => {
  await ready();
  const forced = Int32Array.of(30, 31, 32, 33, 40, 41);
  const { run, trace } = await flatRun({ forced, maxTokens: 6 });
  const { promptTokens } = trace;
  expect(worker().last('generate').forced).toEqual(forced);
  run.grant(2);
  worker().say({ type: 'device-lost', problem: lost });
  worker().say({ type: 'ready', info: flatInfo });
  expect(worker().last('generate')).toMatchObject({ forced, quiet: false, maxTokens: 6 });
  worker().say({
    type: 'flat-prefill',
    run: run.id,
    result: flatPrefill(promptTokens - 1, dims),
  });
  const result = flatStep(promptTokens - 1, [30, 31, 32, 33], dims);
  worker().say({ type: 'flat-step', run: run.id, result });
  worker().say({ type: 'device-lost', problem: lost });
  worker().say({ type: 'ready', info: flatInfo });
  const again = worker().last('generate');
  expect(again).toMatchObject({ quiet: true, maxTokens: 2, granted: 1 });
  expect([...(again.forced ?? [])]).toEqual([40, 41]);
  expect(again.tokens).toEqual(trace.tokens);
  let notified = 0;
  run.subscribe(() => notified++);
  const empty = { tokens: promptTokens + 3, attention: new Uint16Array(0), ms: 1 };
  worker().say({ type: 'flat-prefill', run: run.id, result: empty });
  expect(notified).toBe(1);
  expect(trace.rows).toBe(promptTokens + 3);
  const next = flatStep(promptTokens + 3, [40, 41, 42, 43], dims);
  worker().say({ type: 'flat-step', run: run.id, result: next });
  expect(trace.length).toBe(promptTokens + 8);
});

test('a prompt of one token has no prefill to keep', async () => {
  await ready();
  const { run, trace } = await flatRun({ prompt: 'O' });
  const empty = { tokens: 0, attention: new Uint16Array(0), ms: 0 };
  worker().say({ type: 'flat-prefill', run: run.id, result: empty });
  expect(trace.prefillMs).toBeNull();
  worker().say({ type: 'flat-step', run: run.id, result: flatStep(0, [30], dims) });
  expect(trace.length).toBe(2);
});

test('a block model runs through the same client', async () => {
  await ready(infoOf('nano-b4'));
  const run = await client.generate(request);
  expect(run.trace).toBeInstanceOf(Trace);
  expect(worker().last('generate').unrolled).toBe(false);
});

test('numbers of the other architecture end the run with a sentence', async () => {
  await ready();
  const { run } = await flatRun();
  const none = new Float32Array(0);
  const result = { blocks: 1, globalAttention: none, contexts: none, kvNorms: none, ms: 1 };
  worker().say({ type: 'prefill', run: run.id, result });
  await expect(run.done).resolves.toMatchObject({
    reason: 'failed',
    problem: { code: 'engine-crashed' },
  });
});

test('what a flat model cannot do is refused', async () => {
  await ready();
  const parent = {} as Trace;
  const branch = { parent, at: 1, token: 30 };
  await expect(client.generate({ ...request, branch })).rejects.toMatchObject({
    problem: { code: 'bad-request' },
  });
  await expect(client.generate({ ...request, prompt: '' })).rejects.toMatchObject({
    problem: { code: 'prompt-empty' },
  });
  const forced = Int32Array.of(0);
  await expect(client.generate({ ...request, forced })).rejects.toMatchObject({
    problem: { code: 'bad-request' },
  });
  await expect(
    client.inspect({ tokens: new Int32Array(2).fill(5), block: 1 }),
  ).rejects.toMatchObject({ problem: { code: 'bad-request' } });
});

test('the last run may write past what was asked for', async () => {
  await ready();
  for (const [unrolled, room] of [
    [false, 10],
    [true, 12],
  ] as const) {
    const { run, trace } = await flatRun({ unrolled, prompt: 'O' });
    for (let written = 0; written < room; ) {
      const picks = unrolled ? [30, 31, 32, 33] : [30];
      worker().say({ type: 'flat-step', run: run.id, result: flatStep(written, picks, dims) });
      written += picks.length;
    }
    expect(trace.length).toBe(1 + room);
  }
});

test('settles when the worker has ended every run it was sent, or is gone', async () => {
  await ready();
  await client.settled();
  let settled = 0;
  const { run: old } = await flatRun();
  const { run } = await flatRun();
  old.stop();
  run.stop();
  void client.settled().then(() => settled++);
  const stopped = { type: 'end', reason: 'stopped', length: null, problem: null } as const;
  worker().say({ ...stopped, run: old.id });
  await Promise.resolve();
  expect(settled).toBe(0);
  worker().say({ ...stopped, run: run.id });
  await Promise.resolve();
  expect(settled).toBe(1);
  await flatRun();
  const gone = client.settled();
  client.dispose();
  await gone;
});
