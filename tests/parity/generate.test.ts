import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateBlocks, type LoopEnd } from '@/lib/engine/generate';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { cutOf, fillStepNoise } from '@/lib/engine/sampling';
import { BlockEngine } from '@/lib/engine/session';
import { bytesPerGlobalPosition } from '@/lib/model/cost';
import { cutThreshold, softmax } from '@/lib/model/softmax';
import type { Sampling, StepResult } from '@/lib/trace/types';
import { bundleFolder } from './bundles';

const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const SAMPLED: Sampling = { seed: 5, temperature: 0.9, topK: 40, topP: 0.9, ignoreEnd: true };

let engine: BlockEngine;

beforeAll(async () => {
  engine = await BlockEngine.create(await loadBundleFromDisk(bundleFolder('nano-b4')));
});
afterAll(() => engine.dispose());

async function write(tokens: number[], maxTokens: number | null, sampling: Sampling) {
  const steps: StepResult[] = [];
  let end: LoopEnd | null = null;
  let prefilled = 0;
  const request = { tokens: Int32Array.from(tokens), maxTokens, sampling };
  for await (const event of generateBlocks(engine, request)) {
    if (event.type === 'prefill') prefilled = event.result.blocks;
    else {
      steps.push(event.result);
      end = event.end;
    }
  }
  return { steps, end, prefilled, ids: steps.flatMap((step) => [...step.picks]) };
}

const prompt = (blocks: number) =>
  Array.from({ length: blocks * engine.dims.blockLength }, (_, i) => 2 + ((i * 7) % 500));

test('the same seed writes the same text and another seed another', async () => {
  const first = await write(prompt(2), 24, SAMPLED);
  expect((await write(prompt(2), 24, SAMPLED)).ids).toEqual(first.ids);
  expect((await write(prompt(2), 24, { ...SAMPLED, seed: 6 })).ids).not.toEqual(first.ids);
});

test('all but the last prompt block are prefilled and every block has its number', async () => {
  const { prefilled, steps, end } = await write(prompt(3), 10, GREEDY);
  expect(prefilled).toBe(2);
  expect(steps.map((step) => step.block)).toEqual([3, 4, 5]);
  expect(end).toEqual({ reason: 'length', length: 22 });
});

test('one padded token is a prompt', async () => {
  const { prefilled, ids, end } = await write([0, 0, 0, 40], 4, GREEDY);
  expect(prefilled).toBe(0);
  expect(ids).toHaveLength(4);
  expect(end).toEqual({ reason: 'length', length: 8 });
});

test('the run ends when the context is full, and a full prompt only shows its attention', async () => {
  const { contextLength, blockLength } = engine.dims;
  const blocks = contextLength / blockLength;
  const almost = await write(prompt(blocks - 1), null, GREEDY);
  expect(almost.steps).toHaveLength(1);
  expect(almost.end).toEqual({ reason: 'context-full', length: contextLength });
  const full = await write(prompt(blocks), null, GREEDY);
  expect(full.prefilled).toBe(blocks);
  expect(full.steps).toHaveLength(0);
});

test('end-of-text ends the run and the rest of its block does not count', async () => {
  const { endId } = engine.manifest.tokenizer;
  const original = engine.step.bind(engine);
  const spy = Object.assign(Object.create(engine), {
    step: async (...args: Parameters<typeof original>) => {
      const result = await original(...args);
      if (result.block === 3) result.picks[1] = endId;
      return result;
    },
  }) as BlockEngine;
  const run = (sampling: Sampling) =>
    generateBlocks(spy, { tokens: Int32Array.from(prompt(2)), maxTokens: 40, sampling });
  const ends: (LoopEnd | null)[] = [];
  for await (const event of run({ ...GREEDY, ignoreEnd: false }))
    if (event.type === 'step') ends.push(event.end);
  expect(ends.at(-1)).toEqual({ reason: 'end-of-text', length: 3 * 4 + 2 });
  expect(ends).toHaveLength(2);
});

test('no pad is ever drawn, and no end-of-text in a run that goes on past it', async () => {
  const hot: Sampling = { ...SAMPLED, temperature: 5, topK: null, topP: 1 };
  const { padId, endId } = engine.manifest.tokenizer;
  for (const seed of [1, 2, 3]) {
    const { ids } = await write(prompt(1), 200, { ...hot, seed });
    expect(ids).not.toContain(padId);
    expect(ids).not.toContain(endId);
  }
});

test('every attention row and every distribution sums to one', async () => {
  const { steps } = await write(prompt(5), 16, SAMPLED);
  const side = engine.dims.prefixLength + engine.dims.blockLength - 1;
  for (const step of steps) {
    for (let at = 0; at < step.globalAttention.length; at += step.block)
      expect(sum(step.globalAttention.subarray(at, at + step.block))).toBeCloseTo(1, 5);
    for (let at = 0; at < step.localAttention.length; at += side)
      expect(sum(step.localAttention.subarray(at, at + side))).toBeCloseTo(1, 5);
    for (let slot = 0; slot < 4; slot++) {
      const { vocabulary } = engine.dims;
      const logits = step.logits.subarray(slot * vocabulary, (slot + 1) * vocabulary);
      expect(sum(softmax(logits, 0.9))).toBeCloseTo(1, 9);
    }
  }
});

test('the cache holds what the formula says: slots below held are written, the others zero', async () => {
  const { dims } = engine;
  await write(prompt(3), 8, GREEDY);
  expect(engine.held).toBe(3 + 2 - 1);
  const cache = await engine.backend.readCache();
  const slot = bytesPerGlobalPosition(dims) / 4;
  expect(engine.backend.allocatedBytes).toBe(cache.byteLength);
  expect(cache.length).toBe((dims.contextLength / dims.blockLength) * slot);
  for (let head = 0; head < cache.length / dims.headWidth; head++) {
    const numbers = cache.subarray(head * dims.headWidth, (head + 1) * dims.headWidth);
    const written = head * dims.headWidth < engine.held * slot;
    expect(numbers.some((value) => value !== 0)).toBe(written);
  }
});

const cuts: [string, Partial<Sampling>][] = [
  ['neither', { topK: null, topP: 1 }],
  ['k = 1', { topK: 1, topP: 1 }],
  ['p = 1 with k', { topK: 128, topP: 1 }],
  ['p alone', { topK: null, topP: 0.7 }],
  ['a tiny p', { topK: null, topP: 1e-6 }],
  ['both', { topK: 20, topP: 0.5 }],
];

test.each(cuts)('picks follow the JavaScript cut: %s', async (_, change) => {
  const sampling = { ...SAMPLED, ...change, temperature: 1.3 };
  const { dims } = engine;
  const { padId, endId } = engine.manifest.tokenizer;
  const { steps } = await write(prompt(2), 48, sampling);
  const noise = new Float32Array(dims.blockLength * dims.vocabulary);
  for (const step of steps) {
    fillStepNoise(noise, dims, sampling, step.block * dims.blockLength, null);
    for (let slot = 0; slot < dims.blockLength; slot++) {
      const from = slot * dims.vocabulary;
      const logits = step.logits.subarray(from, from + dims.vocabulary);
      const threshold = cutThreshold(logits, {
        temperature: sampling.temperature,
        topK: sampling.topK,
        topP: sampling.topP,
        banned: [padId, endId],
      });
      let best = -1;
      let bestScore = Number.NEGATIVE_INFINITY;
      logits.forEach((logit, id) => {
        if (id === padId || id === endId || logit < threshold) return;
        const score = Math.fround(logit / sampling.temperature) + (noise[from + id] ?? 0);
        if (score > bestScore) [best, bestScore] = [id, score];
      });
      expect(step.picks[slot]).toBe(best);
    }
  }
  if (sampling.topK === 1 || sampling.topP < 0.01) expect(cutOf(dims, sampling)).not.toBeNull();
});

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
