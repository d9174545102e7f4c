import { expect, test } from 'vitest';
import { engineRunner } from '@/bench/runners/engine';
import { timeAt } from '@/bench/runners/long';
import { graphsOf } from '@/lib/engine/bundle';
import { loadCpuSessions } from '@/lib/engine/cpu-graphs';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { lastOf, repeated } from '@/lib/engine/quiet-writer';

type Model = 'nano-b4' | 'nano-flat';

/** A small model with all graphs that the rows run; loaded once. */
const open = (() => {
  const opened = new Map<Model, ReturnType<typeof load>>();
  return (model: Model) => {
    const known = opened.get(model) ?? load(model);
    opened.set(model, known);
    return known;
  };
})();

async function load(model: Model) {
  const architecture = model === 'nano-b4' ? 'block' : 'flat';
  const all = [...graphsOf(architecture, 'wasm'), ...graphsOf(architecture, 'wasm-quiet')];
  const names = [...new Set(all)].filter((name) => !name.endsWith('-cut'));
  const bundle = await loadBundleFromDisk(`public/models/${model}`, names);
  return { manifest: bundle.manifest, loaded: await loadCpuSessions(bundle, names) };
}

const JOB = { input: 28, output: 40, batch: 1 };

test('a block model writes the same tokens in both forms and in a batch', async () => {
  const { manifest, loaded } = await open('nano-b4');
  const app = await engineRunner(manifest, loaded, { form: 'app', tokensPerRun: 4 }).write(JOB);
  const quiet = engineRunner(manifest, loaded, { form: 'quiet', tokensPerRun: 4 });
  expect(app.ids).toHaveLength(16);
  expect((await quiet.write(JOB)).ids).toEqual(app.ids);
  const three = await quiet.write({ ...JOB, batch: 3 });
  expect(three.ids).toEqual(app.ids);
  // A run for the prompt and one a block; the last block is never embedded.
  expect([app.runs, three.runs]).toEqual([11, 11]);
  const position = 2 * manifest.dims.blockLayers * manifest.dims.width * 4;
  expect([app.heldBytes, three.heldBytes]).toEqual([16 * position, 3 * 16 * position]);
  expect(app.firstTokenMs).toBeGreaterThan(0);
  expect(app.totalMs).toBeGreaterThan(app.firstTokenMs);
});

test('a flat model writes the same tokens in both forms, unrolled or not', async () => {
  const { manifest, loaded } = await open('nano-flat');
  const rows = [
    { form: 'app', tokensPerRun: 1 },
    { form: 'app', tokensPerRun: 4 },
    { form: 'quiet', tokensPerRun: 1 },
    { form: 'quiet', tokensPerRun: 4 },
  ] as const;
  const samples = [];
  for (const row of rows) samples.push(await engineRunner(manifest, loaded, row).write(JOB));
  for (const { ids } of samples) expect(ids).toEqual(samples[0]?.ids);
  expect(samples.map(({ runs }) => runs)).toEqual([41, 11, 41, 11]);
  const position = 2 * manifest.dims.blockLayers * manifest.dims.width * 4;
  expect(samples.map(({ heldBytes }) => heldBytes / position)).toEqual([67, 67, 67, 67]);
});

test('steps past the trained context can be timed', async () => {
  for (const model of ['nano-b4', 'nano-flat'] as const) {
    const { manifest, loaded } = await open(model);
    const length = 2 * manifest.dims.contextLength;
    const ms = await timeAt(manifest, loaded, 4, { length, batch: 2 });
    expect(ms).toBeGreaterThan(0);
  }
});

test('what the next run embeds is the end of each sequence’s picks', () => {
  expect([...repeated(Int32Array.of(7, 8), 2)]).toEqual([7, 8, 7, 8]);
  const picks = Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect([...lastOf(picks, 2, 1)]).toEqual([4, 8]);
  expect([...lastOf(picks, 2, 4)]).toEqual([...picks]);
});
