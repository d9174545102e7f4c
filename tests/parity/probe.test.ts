import { expect, test } from 'vitest';
import { UNROLLED } from '@/lib/engine/flat-backend';
import { probeFlat, sameFlatSteps } from '@/lib/engine/flat-probe';
import { FlatEngine } from '@/lib/engine/flat-session';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { probe, sameSteps } from '@/lib/engine/probe';
import { BlockEngine } from '@/lib/engine/session';
import { localLength } from '@/lib/model/layout';
import { bundleFolder } from './bundles';

test('a block model is probed from an empty cache, and leaves one', async () => {
  const engine = await BlockEngine.create(await loadBundleFromDisk(bundleFolder('nano-b4')));
  const { blockLayers, tokenLayers, heads, blockLength, vocabulary } = engine.dims;
  await engine.prefill(new Int32Array(8).fill(9));
  const { stepMs, steps } = await probe(engine, 1);
  expect(stepMs).toBeGreaterThan(0);
  expect(steps).toBeGreaterThanOrEqual(2);
  expect(engine.held).toBe(0);

  const numbers = await sameSteps(engine);
  expect(engine.held).toBe(0);
  // Five steps behind one block: rows of 2 … 6 blocks.
  const rows = blockLayers * heads * (2 + 3 + 4 + 5 + 6);
  const perStep =
    blockLength * vocabulary +
    tokenLayers * heads * localLength(engine.dims) ** 2 +
    blockLayers * 2 * heads;
  expect(numbers).toHaveLength(rows + 5 * perStep);
  expect(await sameSteps(engine)).toEqual(numbers);
  await engine.dispose();
});

test('a flat model is probed token by token and unrolled, and leaves an empty cache', async () => {
  const engine = await FlatEngine.create(await loadBundleFromDisk(bundleFolder('nano-flat')));
  const { blockLayers, heads, vocabulary, contextLength } = engine.dims;
  let tokens = 0;
  const counting = Object.create(engine, {
    step: {
      value: async (...args: Parameters<FlatEngine['step']>) => {
        const result = await engine.step(...args);
        tokens += result.picks.length;
        return result;
      },
    },
  }) as FlatEngine;
  // Unlimited, it writes as long as every step is a full one.
  const all = await probeFlat(counting, { unrolled: true, budgetMs: Number.POSITIVE_INFINITY });
  expect(tokens).toBe(UNROLLED * Math.floor((contextLength - 1) / UNROLLED));
  expect(all.steps).toBe(Math.ceil(tokens / UNROLLED / 2));
  expect(all.stepMs).toBeGreaterThan(0);
  expect(engine.held).toBe(0);
  expect((await probeFlat(engine, { unrolled: false, budgetMs: 1 })).steps).toBeGreaterThan(1);

  const numbers = await sameFlatSteps(engine);
  expect(engine.held).toBe(0);
  const rows = (ends: number[]) => ends.reduce((sum, end) => sum + end, 0) * blockLayers * heads;
  const single = 5 * vocabulary + rows([3, 4, 5, 6, 7]);
  const fours = UNROLLED * (5 * vocabulary + rows([6, 10, 14, 18, 22]));
  expect(numbers).toHaveLength(single + fours);
  expect(await sameFlatSteps(engine)).toEqual(numbers);
  await engine.dispose();
});
