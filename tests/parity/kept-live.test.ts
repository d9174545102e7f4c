import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planFlatRun } from '@/lib/engine/flat-plan';
import { KeptEngine } from '@/lib/engine/kept-engine';
import { KEPT_GRAPHS } from '@/lib/engine/kept-types';
import { loadKept } from '@/lib/engine/load-kept';
import { diskReader, loadBundleFromDisk } from '@/lib/engine/node';
import type { EngineInfo } from '@/lib/engine/types';
import { equalRanks } from '@/lib/methods-live/ranks';
import type { LiveMethod } from '@/lib/methods-live/types';
import { cacheBytes } from '@/lib/model/cost';
import { surprise } from '@/lib/model/softmax';
import { flatSeen } from '@/lib/trace/flat-seen';
import type { FlatTrace } from '@/lib/trace/flat-trace';
import { isDistribution } from '@/lib/trace/rows';
import type { Sampling } from '@/lib/trace/types';
import { caches, methodsFor } from '../../scripts/caches-command';
import { bundleFolder } from './bundles';
import { infoOf, writePlan } from './write-plan';

const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const PROMPT = 'One day a little rabbit found a red ball and took it home to the big tree.';
const TEXTS = [
  'Once there was a small grey mouse who lived under the kitchen floor. Every night she went out to look for crumbs, and every night the old cat slept by the stove and did not see her.',
  'Tom and his sister went to the park with a big kite. The wind was strong and the kite flew up to the clouds. They laughed and ran after it until the sun went down and they had to go home.',
];

let engine: KeptEngine;
let info: EngineInfo;

beforeAll(async () => {
  const bundle = await loadBundleFromDisk(bundleFolder('nano-flat'), KEPT_GRAPHS);
  engine = await KeptEngine.create(bundle);
  info = infoOf(bundle, engine);
});
afterAll(() => engine.dispose());

const write = (cache: LiveMethod, change: Partial<Parameters<typeof planFlatRun>[1]> = {}) => {
  const request = { prompt: PROMPT, maxTokens: 24, sampling: GREEDY, ...change, cache };
  return writePlan(engine, planFlatRun(info, request), request.sampling);
};

/** The positions that row `row` saw in a layer and head. */
const seenBy = (trace: FlatTrace, row: number, layer = 0, head = 0) =>
  Array.from({ length: row + 1 }, (_, i) => i).filter((i) => trace.saw(row, layer, head, i));

const written = (trace: FlatTrace) =>
  Array.from({ length: trace.length - trace.promptTokens }, (_, i) => trace.promptTokens + i);

describe('a live trace of nano-flat with a changed cache', () => {
  const sinks: LiveMethod = { id: 'streaming-llm', sinks: 2, window: 6 };

  test('has what the policy keeps, and its bytes', async () => {
    const trace = await write(sinks);
    const { blockLayers, width, heads } = trace.dims;
    expect(trace.header.cache).toEqual(sinks);
    expect(trace.end?.reason).toBe('length');
    expect(written(trace)).toHaveLength(24);
    // The prompt is a full triangle, its last row included.
    const last = trace.promptTokens - 1;
    expect(trace.kept(last - 1)).toBeNull();
    expect(seenBy(trace, last)).toHaveLength(last + 1);
    for (const token of written(trace)) {
      const row = token - 1;
      const kept = trace.kept(row);
      expect(kept?.heldBytes).toBe(cacheBytes(blockLayers, width, Math.min(token, 8)));
      expect(kept?.heldPositions).toBe(blockLayers * Math.min(token, 8));
      if (row === last) continue;
      const window = Array.from({ length: 6 }, (_, i) => row - 5 + i);
      for (let layer = 0; layer < blockLayers; layer++)
        for (let head = 0; head < heads; head++)
          expect(seenBy(trace, row, layer, head)).toEqual([0, 1, ...window]);
      expect(kept?.readBytes).toBe(cacheBytes(blockLayers, width, 8));
    }
  });

  test('has rows that lie where the row saw something', async () => {
    const methods = methodsFor(engine.dims, 20, 60);
    for (const method of methods) {
      const trace = await write(method);
      const { blockLayers, heads } = trace.dims;
      for (let row = trace.promptTokens; row < trace.rows; row++)
        for (let layer = 0; layer < blockLayers; layer++)
          for (let head = 0; head < heads; head++) {
            const weights = trace.row(row, layer, head);
            expect(isDistribution(weights, 2 ** -11 + weights.length * 2 ** -24)).toBe(true);
            const seen = flatSeen(trace, row, { layer, head });
            expect(weights.every((weight, i) => weight === 0 || seen?.[i] === 1)).toBe(true);
          }
    }
  });

  test('joins heads: a position is seen if one of them saw it', async () => {
    const trace = await write({
      id: 'keyformer',
      cache: 0.5,
      recent: 0.3,
      seed: 1,
      steps: 24,
    });
    const row = trace.rows - 1;
    const heads = [0, 1, 2].map((head) => seenBy(trace, row, 1, head));
    expect(heads[0]).not.toEqual(heads[1]);
    const any = flatSeen(trace, row, { layer: 1, head: 'mean' });
    const all = [...new Set(heads.flat())].sort((a, b) => a - b);
    expect([...(any ?? [])].flatMap((seen, i) => (seen ? [i] : []))).toEqual(all);
  });

  test('counts codes of low rank in every position', async () => {
    const trace = await write({ id: 'lorc', ranks: equalRanks(4, 12) });
    for (const token of written(trace)) {
      expect(trace.kept(token - 1)?.heldBytes).toBe(4 * token * 4 * (12 + 12));
      expect(seenBy(trace, token - 1)).toHaveLength(token);
    }
  });

  test('knows which tokens were given', async () => {
    const forced = info.tokenizer.encode(' and the cat');
    const trace = await write(sinks, { forced, maxTokens: forced.length + 2 });
    expect([...trace.generated].slice(0, forced.length)).toEqual([...forced]);
    expect(written(trace).map((token) => trace.isForced(token))).toEqual([
      ...Array.from(forced, () => true),
      false,
      false,
    ]);
  });
});

test('is as surprising on a text as the command `caches` says, method by method', async () => {
  const { tokenizer } = info;
  const { endId } = info.manifest.tokenizer;
  const texts = TEXTS.map((text) => Int32Array.of(...tokenizer.encode(text), endId));
  // A prompt of whole tokens in both texts.
  const whole = (ids: Int32Array, count: number) =>
    tokenizer.encode(tokenizer.decode(ids.slice(0, count))).length === count;
  const count = [24, 25, 26, 27, 28].find((n) => texts.every((ids) => whole(ids, n))) ?? 0;
  const folder = await mkdtemp(path.join(tmpdir(), 'blockscope-'));
  const file = path.join(folder, 'texts.txt');
  await writeFile(file, TEXTS.join('\n<|endoftext|>\n'));
  const argv = ['--model', 'nano-flat', '--text', file, '--prompt', String(count), '--json'];
  const models = path.dirname(bundleFolder('nano-flat'));
  const report = await caches(argv, { models, progress: () => {} } as never);
  await rm(folder, { recursive: true });
  expect(report.documents).toBe(2);

  for (const { method, lossPerToken, heldShare } of report.methods) {
    const nats: number[] = [];
    const held: number[] = [];
    for (const ids of texts) {
      const prompt = tokenizer.decode(ids.slice(0, count));
      const forced = ids.slice(count);
      const trace = await write(method, { prompt, forced, maxTokens: forced.length });
      for (const token of written(trace))
        nats.push(surprise(trace.logits(token) ?? [], trace.tokens[token] ?? -1) * Math.LN2);
      const { heldBytes, scoreBytes } = trace.kept(trace.rows - 1) ?? {
        heldBytes: Number.NaN,
        scoreBytes: 0,
      };
      const { blockLayers, width } = trace.dims;
      held.push((heldBytes + scoreBytes) / cacheBytes(blockLayers, width, trace.rows));
    }
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(nats), method.id).toBeCloseTo(lossPerToken, 9);
    expect(mean(held), method.id).toBeCloseTo(heldShare, 9);
  }
});

describe('loading for changed caches', () => {
  const hooks = { onProgress: () => {}, onCompiling: () => {}, onMeasuring: () => {} };
  const request = { backend: 'webgpu', note: null, flatToo: true } as const;

  test('is on WASM, and says so when WebGPU was asked for', async () => {
    const loaded = await loadKept(request, diskReader(bundleFolder('nano-flat')), hooks);
    expect(loaded).toMatchObject({
      backend: 'wasm',
      stepTokens: 1,
      reason: 'WebGPU was asked for, but a changed cache runs on the CPU',
    });
    expect(loaded.speed.stepMs).toBeGreaterThan(0);
    await loaded.engine.prefill(Int32Array.of(2, 3, 4), { id: 'sliding-window', window: 2 });
    expect(loaded.engine.allocatedBytes).toBeGreaterThan(0);
    await loaded.engine.dispose();
    expect(loaded.engine.allocatedBytes).toBe(0);
  });

  test('of a block model, or of a bundle without the graphs, is refused in a sentence', async () => {
    const block = diskReader(bundleFolder('nano-b4'));
    await expect(loadKept(request, block, hooks)).rejects.toThrow(
      'The model "nano-b4" is not a flat model, so it cannot run with a changed cache.',
    );
    const fromDisk = diskReader(bundleFolder('nano-flat'));
    const files: string[] = [];
    const old: typeof fromDisk = async (file, options) => {
      files.push(file);
      const bytes = await fromDisk(file, options);
      const manifest = JSON.parse(new TextDecoder().decode(bytes));
      delete manifest.graphs['step-kept'];
      return new TextEncoder().encode(JSON.stringify(manifest));
    };
    await expect(loadKept(request, old, hooks)).rejects.toThrow(
      'The model "nano-flat" was exported without the graphs for it, so it cannot run with a changed cache.',
    );
    expect(files).toEqual(['manifest.json']);
  });
});

test('what cannot be is refused before anything runs', () => {
  const request = { prompt: PROMPT, maxTokens: 4, sampling: GREEDY };
  const window = (size: number) => ({ id: 'sliding-window', window: size }) as const;
  expect(() => planFlatRun(info, { ...request, cache: window(0) })).toThrow(
    'No such cache: the window must be a whole number of at least 1, not 0.',
  );
  expect(() => planFlatRun(info, request)).toThrow('was loaded for a changed cache; say which.');
  expect(() =>
    planFlatRun({ ...info, changedCache: false }, { ...request, cache: window(4) }),
  ).toThrow('was loaded with its full cache');
});
