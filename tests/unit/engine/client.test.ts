import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEngineClient } from '@/lib/engine/client';
import type { WorkerInfo } from '@/lib/engine/protocol';
import type { EngineClient, EngineStatus, GenerateRequest, Inspection } from '@/lib/engine/types';
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

test('loading goes through bytes, compiling and measuring to ready', async () => {
  const loaded = client.load({ model: 'nano-b4', backend: 'wasm' });
  expect(worker().last('load')).toMatchObject({
    baseUrl: 'http://localhost/models/nano-b4/',
    backend: 'wasm',
  });
  worker().say({ type: 'progress', loadedBytes: 1, totalBytes: 2 });
  worker().say({ type: 'compiling' });
  worker().say({ type: 'measuring' });
  worker().say({ type: 'ready', info });
  const engine = await loaded;
  expect(engine.tokenizer.decode(engine.tokenizer.encode('a red ball'))).toBe('a red ball');
  expect(states).toEqual(['loading', 'loading', 'compiling', 'measuring', 'ready']);
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
  expect(worker().last('grant')).toEqual({ type: 'grant', run: run.id, runs: 2 });
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

const tokens = new Int32Array(8).fill(5);
const inspection: Inspection = {
  block: 1,
  globalQueries: new Float32Array(1),
  globalKeys: new Float32Array(1),
  localQueries: new Float32Array(1),
  localKeys: new Float32Array(1),
};

test('an inspection is answered, each by its own number', async () => {
  await ready();
  const first = client.inspect({ tokens, block: 1 });
  const second = client.inspect({ tokens: tokens.with(2, 6), block: 1 });
  const asked = worker().sent.filter((message) => message.type === 'inspect');
  expect(asked).toHaveLength(2);
  expect(asked[0]?.request.tokens).not.toBe(tokens);
  const [one, two] = asked.map(({ question }) => question) as [number, number];
  const problem = { code: 'model-missing', message: 'Not there.', recovery: 'retry' } as const;
  worker().say({ type: 'inspect-failed', question: two, problem });
  worker().say({ type: 'inspected', question: one, result: inspection });
  await expect(first).resolves.toBe(inspection);
  await expect(second).rejects.toMatchObject({ problem });
});

test('an inspection that cannot be is refused and sends nothing', async () => {
  await expect(client.inspect({ tokens, block: 1 })).rejects.toMatchObject({
    problem: { code: 'bad-request' },
  });
  await ready();
  await expect(client.inspect({ tokens, block: 2 })).rejects.toMatchObject({
    problem: { code: 'bad-request' },
  });
  expect(worker().sent.some(({ type }) => type === 'inspect')).toBe(false);
});

test('an inspection outlives a lost device and is put again', async () => {
  await ready();
  const answer = client.inspect({ tokens, block: 1 });
  const { question } = worker().last('inspect');
  const problem = { code: 'webgpu-lost', message: 'Gone.', recovery: 'retry' } as const;
  worker().say({ type: 'device-lost', problem });
  expect(workers).toHaveLength(2);
  worker().say({ type: 'ready', info });
  expect(worker().last('inspect').question).toBe(question);
  worker().say({ type: 'inspected', question, result: inspection });
  await expect(answer).resolves.toBe(inspection);
});

test('an inspection ends with its model: crashed, replaced or put away', async () => {
  await ready();
  const crashed = client.inspect({ tokens, block: 1 });
  worker().onerror?.({ message: 'boom', preventDefault: () => {} });
  await expect(crashed).rejects.toMatchObject({ problem: { code: 'engine-crashed' } });
  await ready();
  const replaced = client.inspect({ tokens, block: 1 });
  const loading = ready();
  await expect(replaced).rejects.toMatchObject({ problem: { code: 'cancelled' } });
  await loading;
  const closed = client.inspect({ tokens, block: 1 });
  client.dispose();
  await expect(closed).rejects.toMatchObject({ problem: { code: 'cancelled' } });
});

/** A run with two written blocks, ended. */
async function written() {
  await ready();
  const run = await client.generate(request);
  const { promptBlocks } = run.trace;
  worker().say({ type: 'prefill', run: run.id, result: prefillOf(promptBlocks - 1) });
  worker().say({ type: 'step', run: run.id, result: stepOf(promptBlocks) });
  worker().say({ type: 'step', run: run.id, result: stepOf(promptBlocks + 1) });
  run.stop();
  return run.trace;
}

test('a branch is sent with its parent up to the block of the choice', async () => {
  const parent = await written();
  const { promptBlocks } = parent;
  const at = (promptBlocks + 1) * 4 + 2;
  const branch = { parent, at, token: 77 };
  const run = await client.generate({ ...request, prompt: 'not looked at', maxTokens: 9, branch });
  expect(worker().last('generate')).toMatchObject({
    maxTokens: 2 + 9,
    forced: Int32Array.of(300, 300, 77, -1),
  });
  expect(worker().last('generate').tokens).toEqual(parent.tokens.slice(0, at - 2));
  expect(run.trace.header).toMatchObject({ prompt: request.prompt, branch: { at } });
  // The cache is filled anew, and what comes with it is known already.
  worker().say({ type: 'prefill', run: run.id, result: prefillOf(promptBlocks) });
  const step = stepOf(promptBlocks + 1);
  step.picks[2] = 77;
  const forced = [true, true, true, false];
  worker().say({ type: 'step', run: run.id, result: { ...step, forced } });
  expect(run.trace.blocks).toBe(promptBlocks + 2);
  expect([at - 1, at, at + 1].map((index) => run.trace.isForced(index))).toEqual([
    false,
    true,
    false,
  ]);
});

test('a device lost before and behind the choice: the branch goes on with it', async () => {
  const parent = await written();
  const { promptBlocks } = parent;
  const at = promptBlocks * 4 + 1;
  const branch = { parent, at, token: 77 };
  const run = await client.generate({ ...request, maxTokens: 11, branch });
  const problem = { code: 'webgpu-lost', message: 'Gone.', recovery: 'retry' } as const;
  worker().say({ type: 'device-lost', problem });
  worker().say({ type: 'ready', info });
  expect(worker().last('generate')).toMatchObject({
    maxTokens: 12,
    forced: Int32Array.of(300, 77, -1, -1),
  });
  worker().say({ type: 'prefill', run: run.id, result: prefillOf(promptBlocks - 1) });
  const step = stepOf(promptBlocks);
  step.picks[1] = 77;
  worker().say({ type: 'step', run: run.id, result: step });
  worker().say({ type: 'device-lost', problem });
  worker().say({ type: 'ready', info });
  const again = worker().last('generate');
  expect(again).toMatchObject({ maxTokens: 8, forced: null });
  expect(again.tokens).toEqual(run.trace.tokens);
});

test('a branch that cannot be is refused and the run before it stays', async () => {
  const parent = await written();
  const run = await client.generate(request);
  const branch = { parent, at: 3, token: 77 };
  await expect(client.generate({ ...request, branch })).rejects.toMatchObject({
    problem: { code: 'bad-request' },
  });
  expect(run.trace.end).toBeNull();
});

test('a device lost in the prefill of a run loses none of its rows', async () => {
  await ready();
  const run = await client.generate(request);
  const { promptBlocks } = run.trace;
  const problem = { code: 'webgpu-lost', message: 'Gone.', recovery: 'retry' } as const;
  worker().say({ type: 'device-lost', problem });
  worker().say({ type: 'ready', info });
  worker().say({ type: 'prefill', run: run.id, result: prefillOf(promptBlocks - 1) });
  worker().say({ type: 'step', run: run.id, result: stepOf(promptBlocks) });
  expect(run.trace.rows).toBe(promptBlocks);
});
