import { expect, test } from 'vitest';
import { fillStepNoise } from '@/lib/engine/sampling';
import { bytesPerGlobalPosition } from '@/lib/model/cost';
import type { Dims } from '@/lib/model/manifest';
import { cutThreshold } from '@/lib/model/softmax';
import type { Sampling } from '@/lib/trace/types';
import { labStep, openLab } from './engine/open-lab';

// The software adapter runs the same kernels as a GPU; its counts are exact and only its times mean nothing.
const { page } = openLab();
const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const PROMPT = [0, 0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

/** Dimensions of `nano-b4`, as its manifest says. */
async function nanoDims(): Promise<Dims> {
  const response = await page().request.get(
    new URL('models/nano-b4/manifest.json', page().url()).href,
  );
  return (await response.json()).dims;
}

test('every node of the WebGPU graphs has a GPU kernel', { timeout: 180_000 }, async () => {
  // Creation refuses any node that would fall back to the CPU.
  const adapter = await page().evaluate(() => window.lab.open('nano-b4', 'webgpu'));
  expect(adapter).not.toBe('');
  await page().evaluate(() => window.lab.open('nano-b4', 'webgpu-captured'));
});

test('a block costs one map and, captured, not one bind group', { timeout: 180_000 }, async () => {
  const kind = 'webgpu-captured';
  const count = () => page().evaluate(() => ({ ...window.lab.calls }));
  await page().evaluate(
    (tokens) => window.lab.prefill('webgpu-captured', tokens),
    PROMPT.slice(0, 8),
  );
  let previous = PROMPT.slice(8);
  // The first run builds pipelines and records; the counts are those of every later one.
  previous = (await labStep(page(), kind, { previous, sampling: GREEDY })).picks;
  const before = await count();
  const steps = 3;
  for (let i = 0; i < steps; i++)
    previous = (await labStep(page(), kind, { previous, sampling: GREEDY })).picks;
  const after = await count();
  expect(after.maps - before.maps).toBe(steps);
  expect(after.bindGroups - before.bindGroups).toBe(0);
  expect((after.dispatches - before.dispatches) / steps).toBeLessThanOrEqual(200);
});

test('the cache on the GPU: slots below held are written, the others zero', async () => {
  const dims = await nanoDims();
  const cache = await page().evaluate(() => window.lab.cache('webgpu-captured'));
  const slot = bytesPerGlobalPosition(dims) / 4;
  expect(cache).toHaveLength((dims.contextLength / dims.blockLength) * slot);
  const held = 2 + 4;
  for (let at = 0; at < cache.length; at += dims.headWidth)
    expect(cache.slice(at, at + dims.headWidth).some((value) => value !== 0)).toBe(
      at < held * slot,
    );
});

const cuts: [string, Partial<Sampling>][] = [
  ['k = 1', { topK: 1, topP: 1 }],
  ['p = 1 with k', { topK: 128, topP: 1 }],
  ['p alone', { topK: null, topP: 0.7 }],
  ['both', { topK: 20, topP: 0.5 }],
  ['neither', { topK: null, topP: 1 }],
];

test.each(cuts)(
  'picks on WebGPU follow the JavaScript cut: %s',
  { timeout: 180_000 },
  async (_, change) => {
    const dims = await nanoDims();
    const sampling: Sampling = { ...GREEDY, ...change, seed: 9, temperature: 1.3 };
    await page().evaluate((tokens) => window.lab.prefill('webgpu', tokens), PROMPT.slice(0, 8));
    const noise = new Float32Array(dims.blockLength * dims.vocabulary);
    let previous = PROMPT.slice(8);
    for (let i = 0; i < 4; i++) {
      const step = await labStep(page(), 'webgpu', { previous, sampling });
      fillStepNoise(noise, dims, sampling, step.block * dims.blockLength, null);
      step.picks.forEach((pick, slot) => {
        const from = slot * dims.vocabulary;
        const logits = step.logits.slice(from, from + dims.vocabulary);
        const threshold = cutThreshold(logits, { ...sampling, banned: [0, 1] });
        const scores = logits.map((logit, id) =>
          id < 2 || logit < threshold
            ? Number.NEGATIVE_INFINITY
            : Math.fround(logit / sampling.temperature) + (noise[from + id] ?? 0),
        );
        expect(pick).toBe(scores.indexOf(Math.max(...scores)));
      });
      previous = step.picks;
    }
  },
);

test('a forced token is written whatever the model and the cut prefer', {
  timeout: 180_000,
}, async () => {
  await page().evaluate((tokens) => window.lab.prefill('webgpu', tokens), PROMPT.slice(0, 8));
  const forced = [400, -1, 401, -1];
  const step = await labStep(page(), 'webgpu', {
    previous: PROMPT.slice(8),
    sampling: { ...GREEDY, temperature: 1, topK: 1 },
    forced,
  });
  expect(step.picks[0]).toBe(400);
  expect(step.picks[2]).toBe(401);
});
