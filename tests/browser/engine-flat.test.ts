import { describe, expect, test } from 'vitest';
import { UNROLLED } from '@/lib/engine/flat-backend';
import { fillStepNoise } from '@/lib/engine/sampling';
import { bytesPerGlobalPosition } from '@/lib/model/cost';
import { parseManifest } from '@/lib/model/parse-manifest';
import { cutThreshold } from '@/lib/model/softmax';
import type { Sampling } from '@/lib/trace/types';
import { type Difference, parityTable } from '../parity/compare';
import { compareFlatCase, type FlatMeasured } from '../parity/compare-flat';
import { type GoldenCase, readGolden } from '../parity/golden-file';
import type { EngineKind, FlatStepRequest } from './engine/entry';
import { openLab } from './engine/open-lab';

// The software adapter runs the same kernels as a GPU; its counts are exact and only its times mean nothing.
const { page } = openLab();
const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const KINDS: EngineKind[] = ['wasm', 'webgpu', 'webgpu-captured'];
const SLOW = { timeout: 300_000 };
const PROMPT = [5, 6, 7, 8, 9, 10, 11, 12, 13];

async function manifest() {
  const url = new URL('models/nano-flat/manifest.json', page().url()).href;
  return parseManifest(await (await page().request.get(url)).text());
}

const open = (kind: EngineKind) =>
  page().evaluate((k) => window.lab.flat.open('nano-flat', k), kind);
const close = (kind: EngineKind) => page().evaluate((k) => window.lab.flat.close(k), kind);
const cacheOf = (kind: EngineKind) => page().evaluate((k) => window.lab.flat.cache(k), kind);
const count = () => page().evaluate(() => ({ ...window.lab.calls }));

function prefill(kind: EngineKind, tokens: number[], quiet = false) {
  return page().evaluate(([k, t, q]) => window.lab.flat.prefill(k, t, q), [
    kind,
    tokens,
    quiet,
  ] as const);
}

function step(kind: EngineKind, request: FlatStepRequest) {
  return page().evaluate(([k, r]) => window.lab.flat.step(k, r), [kind, request] as const);
}

/** Prefills all but the last token of a case and writes `runs` times. */
async function measure(
  kind: EngineKind,
  { tokens }: GoldenCase,
  runs: number,
  { unrolled, quiet }: { unrolled: boolean; quiet: boolean },
): Promise<FlatMeasured> {
  const first = await prefill(kind, tokens.slice(0, -1), quiet);
  const steps: FlatMeasured['steps'] = [];
  let previous = tokens.at(-1) ?? -1;
  for (let i = 0; i < runs; i++) {
    const result = await step(kind, { previous, sampling: GREEDY, unrolled });
    steps.push(result);
    previous = result.picks.at(-1) ?? -1;
  }
  return { prefill: first, steps, cache: await cacheOf(kind) };
}

describe.each(KINDS)('nano-flat in Chromium on %s equals PyTorch', (kind) => {
  const golden = readGolden('nano-flat');

  test('every case, every quantity, token by token and unrolled', SLOW, async () => {
    const { weights, dims } = await manifest();
    expect(weights.sha256).toBe(golden.weightsSha256);
    await open(kind);
    for (const unrolled of [false, true]) {
      const all: Difference[][] = [];
      for (const example of golden.cases) {
        // Quiet every other time: on the two short prompts when unrolled, on the two long ones when not.
        const quiet = unrolled === example.tokens.length < 20;
        const measured = await measure(kind, example, unrolled ? 2 : 5, { unrolled, quiet });
        expect(measured.prefill.attention === null).toBe(quiet);
        const differences = compareFlatCase(example, measured, dims);
        all.push(differences);
        const wanted = example.arrays.has('kv') ? ['logits', 'attention', 'KV cache'] : ['logits'];
        expect(differences.map((d) => d.quantity)).toEqual(expect.arrayContaining(wanted));
        for (const { quantity, ratio } of differences)
          expect(ratio, `${example.name}: ${quantity}`).toBeLessThanOrEqual(1);
      }
      const form = unrolled ? 'unrolled' : 'token by token';
      console.info(parityTable(`nano-flat on ${kind} in Chromium, ${form}`, all));
    }
    await close(kind);
  });
});

describe('on WebGPU', () => {
  test('every node has a GPU kernel', SLOW, async () => {
    // Creation refuses any node that would fall back to the CPU.
    await open('webgpu');
    await open('webgpu-captured');
  });

  test.each([
    [false, 70],
    [true, 260],
  ])(
    'a run costs one map and, captured, not one bind group; unrolled: %s',
    SLOW,
    async (unrolled, dispatches) => {
      const kind = 'webgpu-captured';
      await prefill(kind, PROMPT.slice(0, -1), true);
      // The first run builds pipelines and records; the counts are those of every later one.
      const request = { previous: 13, sampling: GREEDY, unrolled };
      let { picks } = await step(kind, request);
      const before = await count();
      const runs = 3;
      for (let i = 0; i < runs; i++)
        ({ picks } = await step(kind, { ...request, previous: picks.at(-1) ?? -1 }));
      const after = await count();
      expect(picks).toHaveLength(unrolled ? UNROLLED : 1);
      expect(after.maps - before.maps).toBe(runs);
      expect(after.bindGroups - before.bindGroups).toBe(0);
      expect((after.dispatches - before.dispatches) / runs).toBeLessThanOrEqual(dispatches);
    },
  );

  test('the cache: slots below held are written, the others zero', SLOW, async () => {
    const { dims } = await manifest();
    const kind = 'webgpu-captured';
    await prefill(kind, PROMPT.slice(0, -1), true);
    const many = await step(kind, { previous: 13, sampling: GREEDY, unrolled: true });
    const previous = many.picks.at(-1) ?? -1;
    await step(kind, { previous, sampling: GREEDY, unrolled: false });
    const held = PROMPT.length - 1 + UNROLLED + 1;
    const cache = await cacheOf(kind);
    const slot = bytesPerGlobalPosition(dims) / 4;
    expect(cache).toHaveLength(dims.contextLength * slot);
    const allocated = await page().evaluate(() =>
      window.lab.flat.allocatedBytes('webgpu-captured'),
    );
    expect(allocated).toBe(4 * cache.length);
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
    ['greedy again', { temperature: 0 }],
  ];

  test.each(cuts)('picks follow the JavaScript cut: %s', SLOW, async (_, change) => {
    const { dims } = await manifest();
    const { vocabulary } = dims;
    const sampling: Sampling = { ...GREEDY, seed: 9, temperature: 1.3, ...change };
    const temperature = sampling.temperature || 1;
    await prefill('webgpu', PROMPT.slice(0, -1), true);
    let previous = 13;
    for (const unrolled of [true, false, true]) {
      const { position, picks, logits } = await step('webgpu', { previous, sampling, unrolled });
      const noise = new Float32Array(picks.length * vocabulary);
      fillStepNoise(noise, dims, sampling, position + 1, null);
      picks.forEach((pick, j) => {
        const from = j * vocabulary;
        const row = logits.slice(from, from + vocabulary);
        const threshold =
          sampling.temperature === 0
            ? Number.NEGATIVE_INFINITY
            : cutThreshold(row, { ...sampling, banned: [0, 1] });
        const scores = row.map((logit, id) =>
          id < 2 || logit < threshold
            ? Number.NEGATIVE_INFINITY
            : Math.fround(logit / temperature) + (noise[from + id] ?? 0),
        );
        expect(pick).toBe(scores.indexOf(Math.max(...scores)));
      });
      previous = picks.at(-1) ?? -1;
    }
  });

  test('a forced token is written whatever the model and the cut prefer', SLOW, async () => {
    const sampling = { ...GREEDY, temperature: 1, topK: 1 };
    const forced = [400, -1, 401, -1];
    await prefill('webgpu', PROMPT.slice(0, -1), true);
    const many = await step('webgpu', { previous: 13, sampling, forced, unrolled: true });
    expect([many.picks[0], many.picks[2]]).toEqual([400, 401]);
    const single = await step('webgpu', { previous: 401, sampling, forced, unrolled: false });
    expect(single.picks).toEqual([400]);
  });

  test('the last tokens of the context are written one a run, and no more', SLOW, async () => {
    const { dims } = await manifest();
    const tokens = Array.from({ length: dims.contextLength - 1 }, (_, i) => 2 + ((i * 7) % 500));
    await prefill('webgpu', tokens.slice(0, -1), true);
    const request = { sampling: GREEDY, unrolled: true };
    const last = await step('webgpu', { ...request, previous: tokens.at(-1) ?? -1 });
    expect(last.picks).toHaveLength(1);
    await step('webgpu', { ...request, previous: last.picks[0] ?? -1 });
    await expect(step('webgpu', { ...request, previous: 5 })).rejects.toThrow('cache is full');
  });
});
