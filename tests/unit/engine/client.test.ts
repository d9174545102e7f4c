import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEngineClient } from '@/lib/engine/client';
import type { WorkerInfo } from '@/lib/engine/protocol';
import type { EngineClient, EngineStatus, GenerateRequest } from '@/lib/engine/types';
import { parseManifest } from '@/lib/model/parse-manifest';
import type { PrefillResult, StepResult } from '@/lib/trace/types';
import { FakeWorker } from './fake-worker';

const folder = 'public/models/nano-b4';
const manifest = parseManifest(readFileSync(`${folder}/manifest.json`, 'utf8'));
const tokenizerJson = JSON.parse(readFileSync(`${folder}/tokenizer.json`, 'utf8'));
const { dims } = manifest;
const info: WorkerInfo = {
  manifest,
  tokenizerJson,
  backend: 'webgpu',
  captured: true,
  reason: 'a test',
  adapter: 'none',
  threads: 1,
  stepMs: 1,
  tokensPerSecond: 4000,
  allocatedBytes: 1,
};
const request: GenerateRequest = {
  prompt: 'One day a little rabbit found a red ball.',
  maxTokens: 40,
  sampling: { seed: 1, temperature: 0, topK: null, topP: 1, ignoreEnd: false },
};

let workers: FakeWorker[];
let client: EngineClient;
let states: EngineStatus['state'][];

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
  states = [];
  client = createEngineClient({
    modelsUrl: 'http://localhost/models/',
    createWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker as unknown as Worker;
    },
  });
  client.subscribe((status) => states.push(status.state));
});
afterEach(() => {
  client.dispose();
  vi.useRealTimers();
});

const worker = () => workers.at(-1) as FakeWorker;

async function ready() {
  const loaded = client.load({ model: 'nano-b4', backend: 'auto' });
  worker().say({ type: 'ready', info });
  return loaded;
}

function prefillOf(blocks: number): PrefillResult {
  const maps = dims.blockLayers * dims.heads;
  const globalAttention = new Float32Array(maps * blocks * blocks);
  for (let row = 0; row < maps * blocks; row++) globalAttention[row * blocks] = 1;
  return {
    blocks,
    globalAttention,
    contexts: new Float32Array(blocks * dims.width),
    kvNorms: new Float32Array(blocks * maps * 2),
    ms: 1,
  };
}

function stepOf(block: number, pick = 300): StepResult {
  const side = dims.prefixLength + dims.blockLength - 1;
  const maps = dims.blockLayers * dims.heads;
  const globalAttention = new Float32Array(maps * block);
  for (let map = 0; map < maps; map++) globalAttention[map * block] = 1;
  const localAttention = new Float32Array(dims.tokenLayers * dims.heads * side * side);
  for (let row = 0; row < localAttention.length / side; row++) localAttention[row * side] = 1;
  return {
    block,
    picks: new Int32Array(dims.blockLength).fill(pick),
    logits: new Float32Array(dims.blockLength * dims.vocabulary),
    globalAttention,
    localAttention,
    context: new Float32Array(dims.width),
    kvNorms: new Float32Array(maps * 2),
    prefixes: new Float32Array(dims.prefixLength * dims.width),
    ms: 1,
  };
}

test('loading goes through bytes and compiling to ready', async () => {
  const loaded = client.load({ model: 'nano-b4', backend: 'wasm' });
  expect(worker().last('load')).toMatchObject({
    baseUrl: 'http://localhost/models/nano-b4/',
    backend: 'wasm',
  });
  worker().say({ type: 'progress', loadedBytes: 1, totalBytes: 2 });
  worker().say({ type: 'compiling' });
  worker().say({ type: 'ready', info });
  const engine = await loaded;
  expect(engine.tokenizer.decode(engine.tokenizer.encode('a red ball'))).toBe('a red ball');
  expect(states).toEqual(['loading', 'loading', 'compiling', 'ready']);
});

test('a failed load tells the problem and can be tried again', async () => {
  const problem = { code: 'model-missing', message: 'Not there.', recovery: 'retry' } as const;
  const loaded = client.load({ model: 'nano-b4', backend: 'auto' });
  worker().say({ type: 'load-failed', problem });
  await expect(loaded).rejects.toMatchObject({ problem });
  expect(client.status).toEqual({ state: 'failed', problem });
  expect(workers[0]?.terminated).toBe(true);
  await ready();
  expect(client.status.state).toBe('ready');
});

test('a cancelled load ends its worker and leaves the client idle', async () => {
  const loaded = client.load({ model: 'nano-b4', backend: 'auto' });
  client.cancelLoad();
  await expect(loaded).rejects.toMatchObject({ problem: { code: 'cancelled' } });
  expect(workers[0]?.terminated).toBe(true);
  expect(client.status.state).toBe('idle');
});

test('WebGPU given up means a fresh worker on WASM that knows why', async () => {
  const loaded = client.load({ model: 'nano-b4', backend: 'auto' });
  worker().say({ type: 'fall-back', reason: 'too slow' });
  expect(workers).toHaveLength(2);
  expect(workers[0]?.terminated).toBe(true);
  expect(worker().last('load')).toMatchObject({ backend: 'wasm', note: 'too slow' });
  worker().say({ type: 'ready', info: { ...info, backend: 'wasm' } });
  await expect(loaded).resolves.toMatchObject({ backend: 'wasm' });
});

test('a run appends what was measured and ends with its reason', async () => {
  await ready();
  const run = await client.generate(request);
  expect(client.status.state).toBe('running');
  const { promptBlocks, pads } = run.trace;
  expect(run.trace.tokens.length).toBe(promptBlocks * 4);
  expect(worker().last('generate').tokens.slice(0, pads)).toEqual(new Int32Array(pads));
  run.grant(2);
  expect(worker().last('grant')).toEqual({ type: 'grant', run: run.id, blocks: 2 });
  worker().say({ type: 'prefill', run: run.id, result: prefillOf(promptBlocks - 1) });
  worker().say({ type: 'step', run: run.id, result: stepOf(promptBlocks) });
  worker().say({
    type: 'end',
    run: run.id,
    reason: 'length',
    length: promptBlocks * 4 + 3,
    problem: null,
  });
  await expect(run.done).resolves.toEqual({ reason: 'length', problem: null });
  expect(run.trace.rows).toBe(promptBlocks);
  expect(run.trace.discardedFrom).toBe(promptBlocks * 4 + 3);
  expect(client.status.state).toBe('ready');
});

test('a run that starts again never receives a late token of the old one', async () => {
  await ready();
  const old = await client.generate(request);
  const { promptBlocks } = old.trace;
  worker().say({ type: 'prefill', run: old.id, result: prefillOf(promptBlocks - 1) });
  const run = await client.generate({ ...request, sampling: { ...request.sampling, seed: 2 } });
  worker().say({ type: 'step', run: old.id, result: stepOf(promptBlocks) });
  expect(old.trace.end?.reason).toBe('stopped');
  expect(old.trace.blocks).toBe(promptBlocks);
  expect(run.trace.blocks).toBe(promptBlocks);
  expect(client.status.state).toBe('running');
});

test.each([
  ['', 'prompt-empty'],
  ['word '.repeat(400), 'prompt-too-long'],
])('a bad prompt is refused and the run before it stays', async (prompt, code) => {
  await ready();
  const run = await client.generate(request);
  await expect(client.generate({ ...request, prompt })).rejects.toMatchObject({
    problem: { code, recovery: 'edit-prompt' },
  });
  expect(run.trace.end).toBeNull();
});

test('a lost device is replaced and the run goes on from its tokens', async () => {
  await ready();
  const run = await client.generate(request);
  const { promptBlocks } = run.trace;
  run.grant(3);
  worker().say({ type: 'prefill', run: run.id, result: prefillOf(promptBlocks - 1) });
  worker().say({ type: 'step', run: run.id, result: stepOf(promptBlocks) });
  const problem = { code: 'webgpu-lost', message: 'Gone.', recovery: 'retry' } as const;
  worker().say({ type: 'end', run: run.id, reason: 'failed', length: null, problem });
  worker().say({ type: 'device-lost', problem });
  expect(workers).toHaveLength(2);
  worker().say({ type: 'ready', info });
  const again = worker().last('generate');
  expect(again).toMatchObject({ run: run.id, maxTokens: 36, granted: 2 });
  expect(again.tokens).toEqual(run.trace.tokens);
  // The rebuilt rows arrive once more and change nothing.
  worker().say({ type: 'prefill', run: run.id, result: prefillOf(promptBlocks) });
  worker().say({ type: 'step', run: run.id, result: stepOf(promptBlocks + 1) });
  expect(run.trace.blocks).toBe(promptBlocks + 2);

  worker().say({ type: 'device-lost', problem });
  expect(worker().last('load')).toMatchObject({
    backend: 'wasm',
    note: 'the GPU was lost twice within a minute',
  });
});

test('silence beyond the limit ends the run with a clear sentence and keeps its text', async () => {
  await ready();
  const run = await client.generate(request);
  const { promptBlocks } = run.trace;
  worker().say({ type: 'prefill', run: run.id, result: prefillOf(promptBlocks - 1) });
  worker().say({ type: 'step', run: run.id, result: stepOf(promptBlocks) });
  worker().say({ type: 'busy', limitMs: 5000 });
  vi.advanceTimersByTime(4999);
  expect(client.status.state).toBe('running');
  vi.advanceTimersByTime(1);
  expect(client.status).toMatchObject({ state: 'failed', problem: { code: 'engine-hung' } });
  expect(workers[0]?.terminated).toBe(true);
  await expect(run.done).resolves.toMatchObject({ reason: 'failed' });
  expect(run.trace.blocks).toBe(promptBlocks + 1);
});

test('a sign of life calls the watchdog off', async () => {
  await ready();
  await client.generate(request);
  worker().say({ type: 'busy', limitMs: 5000 });
  worker().say({ type: 'idle' });
  vi.advanceTimersByTime(60_000);
  expect(client.status.state).toBe('running');
});

test('generating before the model is there is refused', async () => {
  await expect(client.generate(request)).rejects.toMatchObject({
    problem: { code: 'bad-request' },
  });
});
