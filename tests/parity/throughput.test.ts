import { describe, expect, test } from 'vitest';
import { generateTokens } from '@/lib/engine/flat-generate';
import { FlatEngine } from '@/lib/engine/flat-session';
import { generateBlocks } from '@/lib/engine/generate';
import { GREEDY } from '@/lib/engine/greedy';
import { diskReader, loadBundleFromDisk } from '@/lib/engine/node';
import { promptOf } from '@/lib/engine/quiet-job';
import { BlockEngine } from '@/lib/engine/session';
import { ThroughputEngine } from '@/lib/engine/throughput-engine';
import { planLab } from '@/lib/lab/plan';
import { labResultSchema } from '@/lib/lab/result';
import { runLab } from '@/lib/lab/run';
import { sequenceBytes } from '@/lib/lab/work';
import { bundleFolder } from './bundles';

const MIB = 1024 * 1024;
const JOB = { input: 24, output: 64, batch: 1 };
const ROWS = [
  { model: 'nano-b4', tokensPerRun: 4 },
  { model: 'nano-flat', tokensPerRun: 4 },
  { model: 'nano-flat', tokensPerRun: 1 },
];

/** What the engine that the page runs writes after the same prompt. */
async function textOf(model: string): Promise<number[]> {
  const bundle = await loadBundleFromDisk(bundleFolder(model));
  const request = {
    tokens: promptOf(JOB.input, bundle.manifest.dims.vocabulary),
    maxTokens: JOB.output,
    sampling: GREEDY,
  };
  const ids: number[] = [];
  if (bundle.manifest.architecture === 'block') {
    const engine = await BlockEngine.create(bundle);
    for await (const event of generateBlocks(engine, request))
      if (event.type === 'step') ids.push(...event.result.picks);
    await engine.dispose();
  } else {
    const engine = await FlatEngine.create(bundle);
    for await (const event of generateTokens(engine, request))
      if (event.type === 'step') ids.push(...event.result.picks);
    await engine.dispose();
  }
  return ids;
}

async function openEngine(): Promise<ThroughputEngine> {
  const engine = new ThroughputEngine();
  for (const model of ['nano-b4', 'nano-flat'])
    await engine.open(model, diskReader(bundleFolder(model)));
  return engine;
}

describe('a measured job', () => {
  test('writes the very text that the engine writes, alone and in a batch', async () => {
    const engine = await openEngine();
    for (const row of ROWS) {
      const text = await textOf(row.model);
      expect(text).toHaveLength(64);
      for (const batch of [1, 3]) {
        const { ids } = await engine.measure(row, { ...JOB, batch }, MIB * 64);
        expect(ids, `${row.model}, ${row.tokensPerRun} a run, batch ${batch}`).toEqual(text);
      }
    }
    await engine.close();
  });

  test('has a cache of exactly the bytes that the plan counts, within the budget, and none afterwards', async () => {
    const engine = await openEngine();
    const manifests = await Promise.all(
      ROWS.map(async ({ model }) => (await loadBundleFromDisk(bundleFolder(model))).manifest),
    );
    for (const [i, row] of ROWS.entries()) {
      const dims = manifests[i]?.dims;
      if (!dims) throw new Error('no dimensions');
      for (const batch of [1, 4, 2]) {
        const planned = batch * sequenceBytes(dims, JOB.input + JOB.output);
        let live = 0;
        const sample = await engine.measure(row, { ...JOB, batch }, planned, () => {
          live = Math.max(live, engine.allocatedBytes);
        });
        expect(sample.allocatedBytes).toBe(planned);
        expect(live).toBe(planned);
        expect(sample.heldBytes).toBeLessThan(planned);
        expect(engine.allocatedBytes).toBe(0);
        await expect(engine.measure(row, { ...JOB, batch }, planned - 1)).rejects.toThrow('budget');
        expect(engine.allocatedBytes).toBe(0);
      }
    }
    expect(engine.openSessions).toBe(5);
    await engine.close();
    expect(engine.openSessions).toBe(0);
  });

  test('adds up: prefill, steps and what lies outside are the whole, and the pace covers the output', async () => {
    const engine = await openEngine();
    for (const row of ROWS) {
      const sample = await engine.measure(row, { ...JOB, batch: 2 }, MIB);
      const { prefillMs, stepMs, outsideMs, totalMs } = sample;
      expect(Math.min(prefillMs, stepMs, outsideMs)).toBeGreaterThan(0);
      expect(prefillMs + stepMs + outsideMs).toBeCloseTo(totalMs, 6);
      expect(sample.runs).toBe(1 + JOB.output / row.tokensPerRun);
      expect(sample.pace.map(({ length }) => length)).toEqual(
        Array.from({ length: 4 }, (_, i) => 24 + 16 * i + 8),
      );
      const written = sample.pace.reduce((sum, { msPerToken }) => sum + 16 * msPerToken, 0);
      expect(written).toBeGreaterThan(stepMs);
      expect(written).toBeLessThan(totalMs);
    }
    await engine.close();
  });
});

test('a whole run on the engine itself: every cell measured, compared, and everything given back', async () => {
  const manifests = await Promise.all(
    ['nano-b4', 'nano-flat'].map(
      async (model) => (await loadBundleFromDisk(bundleFolder(model))).manifest,
    ),
  );
  const plan = planLab(
    {
      models: ['nano-b4', 'nano-flat'],
      input: 16,
      output: 48,
      batches: { kind: 'growing', most: 2 },
      budgetBytes: MIB,
      rounds: 3,
      threads: 1,
    },
    manifests,
  );
  let engine = new ThroughputEngine();
  const bench = {
    open: async (model: string) => {
      await engine.open(model, diskReader(bundleFolder(model)));
      return engine.version;
    },
    measure: (...asked: Parameters<ThroughputEngine['measure']>) => engine.measure(...asked),
    close: async () => {
      await engine.close();
      return { allocatedBytes: engine.allocatedBytes, openSessions: engine.openSessions };
    },
    end: () => {
      engine = new ThroughputEngine();
    },
  };
  const shares: number[] = [];
  const result = await runLab(
    plan,
    manifests,
    { browser: 'Node', system: 'test', cores: 1, memoryGiB: null, backend: 'wasm', threads: 1 },
    bench,
    {
      onProgress: ({ share }) => shares.push(share),
      onResult: (so) => labResultSchema.parse(so),
      cancelled: () => false,
      weightOf: () => 1,
    },
  );
  expect(labResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  expect(result.ended).toBe('finished');
  expect(result.left).toEqual({ allocatedBytes: 0, openSessions: 0 });
  expect(result.machine.onnxruntime).toMatch(/^\d+\.\d+\.\d+/);
  expect(result.cells).toHaveLength(6);
  for (const { outcome } of result.cells) {
    if (outcome.kind !== 'measured') throw new Error(`a cell is ${outcome.kind}`);
    expect(outcome.tokensPerSecond.rounds).toBe(3);
    expect(outcome.allocatedBytes).toBeLessThanOrEqual(MIB);
  }
  expect(result.comparisons.map(({ flat, ratios }) => [flat, ratios.length])).toEqual([
    ['nano-flat, unrolled', 2],
    ['nano-flat, per token', 2],
  ]);
  expect(Math.max(...shares)).toBe(1);
});
