import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FlatStep, UNROLLED } from '@/lib/engine/flat-backend';
import { generateTokens } from '@/lib/engine/flat-generate';
import { FlatEngine } from '@/lib/engine/flat-session';
import type { LoopEnd } from '@/lib/engine/generate';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { fillStepNoise } from '@/lib/engine/sampling';
import { bytesPerGlobalPosition } from '@/lib/model/cost';
import { cutThreshold, softmax } from '@/lib/model/softmax';
import type { Sampling } from '@/lib/trace/types';
import { bundleFolder } from './bundles';

const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const SAMPLED: Sampling = { seed: 5, temperature: 0.9, topK: 40, topP: 0.9, ignoreEnd: true };

let engine: FlatEngine;

beforeAll(async () => {
  engine = await FlatEngine.create(await loadBundleFromDisk(bundleFolder('nano-flat')));
});
afterAll(() => engine.dispose());

async function write(
  tokens: number[],
  maxTokens: number | null,
  sampling: Sampling,
  options: { unrolled?: boolean; quiet?: boolean } = {},
) {
  const steps: FlatStep[] = [];
  let end: LoopEnd | null = null;
  let prefilled = 0;
  let attention: Float32Array | null = null;
  const request = { tokens: Int32Array.from(tokens), maxTokens, sampling, ...options };
  for await (const event of generateTokens(engine, request)) {
    if (event.type === 'prefill') ({ tokens: prefilled, attention } = event.result);
    else {
      steps.push(event.result);
      end = event.end;
    }
  }
  const all = steps.flatMap((step) => [...step.picks]);
  const ids = end ? all.slice(0, end.length - tokens.length) : all;
  return { steps, end, prefilled, attention, ids };
}

const prompt = (count: number) => Array.from({ length: count }, (_, i) => 2 + ((i * 7) % 500));

test('the same seed writes the same text and another seed another', async () => {
  const first = await write(prompt(9), 24, SAMPLED);
  expect((await write(prompt(9), 24, SAMPLED)).ids).toEqual(first.ids);
  expect((await write(prompt(9), 24, { ...SAMPLED, seed: 6 })).ids).not.toEqual(first.ids);
});

const samplings: [string, Partial<Sampling>][] = [
  ['greedy', { temperature: 0 }],
  ['no cut', { topK: null, topP: 1 }],
  ['top-k and top-p', {}],
];

test.each(samplings)('four tokens a run are the same text: %s', async (_, change) => {
  const sampling = { ...SAMPLED, ...change };
  for (const count of [1, 2, 9]) {
    const single = await write(prompt(count), 23, sampling);
    const many = await write(prompt(count), 23, sampling, { unrolled: true });
    expect(single.ids).toHaveLength(23);
    expect(many.ids).toEqual(single.ids);
    expect(many.end).toEqual(single.end);
    expect(many.steps.map((step) => step.picks.length)).toEqual(new Array(6).fill(UNROLLED));
  }
});

test('all but the last prompt token are prefilled and every step has its position', async () => {
  const { prefilled, steps, end, attention } = await write(prompt(7), 3, GREEDY);
  expect(prefilled).toBe(6);
  expect(attention).toHaveLength(engine.dims.blockLayers * engine.dims.heads * 6 * 6);
  expect(steps.map((step) => step.position)).toEqual([6, 7, 8]);
  expect(end).toEqual({ reason: 'length', length: 10 });
  const unrolled = await write(prompt(7), 6, GREEDY, { unrolled: true, quiet: true });
  expect(unrolled.attention).toBeNull();
  expect(unrolled.steps.map((step) => step.position)).toEqual([6, 10]);
  expect(unrolled.end).toEqual({ reason: 'length', length: 13 });
});

test('one token is a prompt', async () => {
  const { prefilled, ids, end } = await write([40], 4, GREEDY);
  expect(prefilled).toBe(0);
  expect(ids).toHaveLength(4);
  expect(end).toEqual({ reason: 'length', length: 5 });
});

test('the run ends when the context is full, whatever room four tokens would need', async () => {
  const { contextLength } = engine.dims;
  for (const room of [1, 2, 3, 4, 5, 6, 7]) {
    const tokens = prompt(contextLength - room);
    const single = await write(tokens, null, SAMPLED);
    const many = await write(tokens, null, SAMPLED, { unrolled: true });
    expect(single.ids).toHaveLength(room);
    expect(many.ids).toEqual(single.ids);
    for (const { end } of [single, many])
      expect(end).toEqual({ reason: 'context-full', length: contextLength });
    expect(many.steps.map((step) => step.picks.length)).toEqual(
      room < 4 ? new Array(room).fill(1) : [4, ...new Array(room - 4).fill(1)],
    );
  }
  const full = await write(prompt(contextLength), null, GREEDY);
  expect(full.prefilled).toBe(contextLength);
  expect(full.steps).toHaveLength(0);
});

test('a full cache takes no more', async () => {
  await engine.prefill(Int32Array.from(prompt(engine.dims.contextLength)));
  await expect(engine.step(5, { sampling: GREEDY })).rejects.toThrow('the KV cache is full');
});

test.each([false, true])('end-of-text ends the run, unrolled: %s', async (unrolled) => {
  const { endId } = engine.manifest.tokenizer;
  // The sixth token written: inside the second run of four.
  const at = 9 + 5;
  const original = engine.step.bind(engine);
  const spy = Object.assign(Object.create(engine), {
    step: async (...args: Parameters<typeof original>) => {
      const result = await original(...args);
      const index = at - (result.position + 1);
      if (index >= 0 && index < result.picks.length) result.picks[index] = endId;
      return result;
    },
  }) as FlatEngine;
  const sampling = { ...GREEDY, ignoreEnd: false };
  const request = { tokens: Int32Array.from(prompt(9)), maxTokens: 40, sampling, unrolled };
  const ends: (LoopEnd | null)[] = [];
  for await (const event of generateTokens(spy, request))
    if (event.type === 'step') ends.push(event.end);
  expect(ends).toHaveLength(unrolled ? 2 : 6);
  expect(ends.at(-1)).toEqual({ reason: 'end-of-text', length: at + 1 });
});

test('no pad is ever drawn, and no end-of-text in a run that goes on past it', async () => {
  const hot: Sampling = { ...SAMPLED, temperature: 5, topK: null, topP: 1 };
  const { padId, endId } = engine.manifest.tokenizer;
  for (const seed of [1, 2, 3]) {
    const { ids } = await write(prompt(1), 200, { ...hot, seed }, { unrolled: seed > 1 });
    expect(ids).toHaveLength(200);
    expect(ids).not.toContain(padId);
    expect(ids).not.toContain(endId);
  }
});

test.each([false, true])('rows and distributions sum to one, unrolled: %s', async (unrolled) => {
  const { vocabulary, blockLayers, heads } = engine.dims;
  const { steps } = await write(prompt(19), 16, SAMPLED, { unrolled });
  for (const step of steps) {
    const keys = step.position + step.picks.length;
    expect(step.attention).toHaveLength(step.picks.length * blockLayers * heads * keys);
    step.picks.forEach((_, j) => {
      for (let map = 0; map < blockLayers * heads; map++) {
        const at = (j * blockLayers * heads + map) * keys;
        const row = step.attention.subarray(at, at + keys);
        expect(sum(row)).toBeCloseTo(1, 5);
        expect(row.subarray(step.position + j + 1).every((value) => value === 0)).toBe(true);
      }
      const logits = step.logits.subarray(j * vocabulary, (j + 1) * vocabulary);
      expect(sum(softmax(logits, 0.9))).toBeCloseTo(1, 9);
    });
  }
});

test('forced tokens are written whatever the model and the cut prefer', async () => {
  const sampling = { ...SAMPLED, topK: 1 };
  await engine.prefill(Int32Array.from(prompt(8)), { quiet: true });
  const forced = Int32Array.of(400, -1, 401, -1);
  const many = await engine.step(30, { sampling, forced, unrolled: true });
  expect([many.picks[0], many.picks[2]]).toEqual([400, 401]);
  const single = await engine.step(31, { sampling, forced });
  expect([...single.picks]).toEqual([400]);
});

test.each([false, true])(
  'the cache holds what the formula says, unrolled: %s',
  async (unrolled) => {
    const { dims } = engine;
    await write(prompt(11), 8, GREEDY, { unrolled });
    expect(engine.held).toBe(11 + 8 - 1);
    const cache = await engine.backend.readCache();
    const slot = bytesPerGlobalPosition(dims) / 4;
    expect(engine.backend.allocatedBytes).toBe(cache.byteLength);
    expect(cache).toHaveLength(dims.contextLength * slot);
    for (let at = 0; at < cache.length; at += dims.headWidth) {
      const written = at < engine.held * slot;
      expect(cache.subarray(at, at + dims.headWidth).some((value) => value !== 0)).toBe(written);
    }
  },
);

const cuts: [string, Partial<Sampling>][] = [
  ['neither', { topK: null, topP: 1 }],
  ['k = 1', { topK: 1, topP: 1 }],
  ['p = 1 with k', { topK: 128, topP: 1 }],
  ['p alone', { topK: null, topP: 0.7 }],
  ['a tiny p', { topK: null, topP: 1e-6 }],
  ['both', { topK: 20, topP: 0.5 }],
];

describe.each([false, true])('picks follow the JavaScript cut, unrolled: %s', (unrolled) => {
  test.each(cuts)('%s', async (_, change) => {
    const sampling = { ...SAMPLED, ...change, temperature: 1.3 };
    const { vocabulary } = engine.dims;
    const { padId, endId } = engine.manifest.tokenizer;
    const { steps } = await write(prompt(6), 48, sampling, { unrolled });
    for (const step of steps) {
      const noise = new Float32Array(step.picks.length * vocabulary);
      fillStepNoise(noise, engine.dims, sampling, step.position + 1, null);
      step.picks.forEach((pick, j) => {
        const from = j * vocabulary;
        const logits = step.logits.subarray(from, from + vocabulary);
        const threshold = cutThreshold(logits, { ...sampling, banned: [padId, endId] });
        let best = -1;
        let bestScore = Number.NEGATIVE_INFINITY;
        logits.forEach((logit, id) => {
          if (id === padId || id === endId || logit < threshold) return;
          const score = Math.fround(logit / sampling.temperature) + (noise[from + id] ?? 0);
          if (score > bestScore) [best, bestScore] = [id, score];
        });
        expect(pick).toBe(best);
      });
    }
  });
});

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
