import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HIDDEN, type StepInputs } from '@/lib/engine/backend';
import { graphsOf } from '@/lib/engine/bundle';
import { UNROLLED } from '@/lib/engine/flat-backend';
import { createFlatWasmBackend, type FlatWasmBackend } from '@/lib/engine/flat-wasm-backend';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { createWasmBackend, type WasmBackend } from '@/lib/engine/wasm-backend';
import { fillNoise } from '@/lib/model/noise';
import { bundleFolder } from './bundles';

const VOCABULARY = 512;
/** Three prompts of one length that share no token. */
const PROMPTS = [40, 200, 360].map((first) =>
  Int32Array.from({ length: 12 }, (_, i) => first + 5 * i),
);
const STEPS = 6;

/** Inputs that draw with a noise of each sequence's own. */
function inputs(tokens: Int32Array, slots: number, sequences: number[], step: number): StepInputs {
  const noise = new Float32Array(sequences.length * slots * VOCABULARY);
  sequences.forEach((seed, i) => {
    for (let slot = 0; slot < slots; slot++) {
      const start = (i * slots + slot) * VOCABULARY;
      const row = noise.subarray(start, start + VOCABULARY);
      fillNoise(row, { seed, position: step * slots + slot });
    }
  });
  return {
    tokens,
    noise,
    logitBias: Float32Array.from({ length: VOCABULARY }, (_, id) => (id < 2 ? HIDDEN : 0)),
    inverseTemperature: 1,
    cut: null,
  };
}

const join = (parts: Int32Array[]) => Int32Array.from(parts.flatMap((part) => [...part]));

/** The last `count` of each of `batch` equal parts. */
function lastOf(tokens: Int32Array, batch: number, count: number): Int32Array {
  const size = tokens.length / batch;
  return tokens.filter((_, i) => i % size >= size - count);
}

/** What the two kinds of backend have in common here; `slots` tokens are written a step, `fed` are embedded. */
interface Way {
  fed: number;
  slots: number;
  prefill(tokens: Int32Array): Promise<unknown>;
  step(inputs: StepInputs): Promise<Int32Array>;
  prefillBatch(tokens: Int32Array, batch: number): Promise<void>;
  quietStep(inputs: StepInputs): Promise<Int32Array>;
  fullCache(): Promise<Float32Array>;
  quietCache(): Promise<Float32Array>;
}

const made: (WasmBackend | FlatWasmBackend)[] = [];
let ways: Record<string, Way>;

beforeAll(async () => {
  const block = bundleFolder('nano-b4');
  const flat = bundleFolder('nano-flat');
  const full = await createWasmBackend(await loadBundleFromDisk(block));
  const quiet = await createWasmBackend(
    await loadBundleFromDisk(block, graphsOf('block', 'wasm-quiet')),
    { quiet: true },
  );
  const flatFull = await createFlatWasmBackend(await loadBundleFromDisk(flat));
  const flatQuiet = await createFlatWasmBackend(
    await loadBundleFromDisk(flat, graphsOf('flat', 'wasm-quiet')),
    { quiet: true },
  );
  made.push(full, quiet, flatFull, flatQuiet);
  const flatWay = (unrolled: boolean): Way => ({
    fed: 1,
    slots: unrolled ? UNROLLED : 1,
    prefill: (tokens) => flatFull.prefill(tokens),
    step: async (given) => (await flatFull.step(given, unrolled)).picks,
    prefillBatch: (tokens, batch) => flatQuiet.prefillBatch(tokens, batch),
    quietStep: (given) => flatQuiet.quietStep(given, unrolled),
    fullCache: () => flatFull.readCache(),
    quietCache: () => flatQuiet.readCache(),
  });
  ways = {
    block: {
      fed: 4,
      slots: 4,
      prefill: (tokens) => full.prefill(tokens),
      step: async (given) => (await full.step(given)).picks,
      prefillBatch: (tokens, batch) => quiet.prefillBatch(tokens, batch),
      quietStep: (given) => quiet.quietStep(given),
      fullCache: () => full.readCache(),
      quietCache: () => quiet.readCache(),
    },
    'flat, token by token': flatWay(false),
    'flat, unrolled': flatWay(true),
  };
});
afterAll(async () => {
  for (const backend of made) await backend.dispose();
});

describe.each(['block', 'flat, token by token', 'flat, unrolled'])('%s', (name) => {
  const way = () => ways[name] as Way;

  /** Every pick of one sequence through the graphs that show everything. */
  async function alone(sequence: number): Promise<number[][]> {
    const { fed, slots, prefill, step } = way();
    const prompt = PROMPTS[sequence] as Int32Array;
    await prefill(prompt.subarray(0, prompt.length - fed));
    const picks: number[][] = [];
    let tokens: Int32Array = prompt.slice(-fed);
    for (let i = 0; i < STEPS; i++) {
      const written = await step(inputs(tokens, slots, [sequence], i));
      picks.push([...written]);
      tokens = written.slice(-fed);
    }
    return picks;
  }

  /** The same of several sequences at once through the quiet graphs. */
  async function together(sequences: number[]): Promise<number[][][]> {
    const { fed, slots, prefillBatch, quietStep } = way();
    const prompts = sequences.map((sequence) => PROMPTS[sequence] as Int32Array);
    const heads = prompts.map((prompt) => prompt.subarray(0, prompt.length - fed));
    await prefillBatch(join(heads), sequences.length);
    let tokens: Int32Array = join(prompts.map((prompt) => prompt.slice(-fed)));
    const picks: number[][][] = sequences.map(() => []);
    for (let i = 0; i < STEPS; i++) {
      const written = await quietStep(inputs(tokens, slots, sequences, i));
      expect(written).toHaveLength(sequences.length * slots);
      sequences.forEach((_, s) => {
        picks[s]?.push([...written.subarray(s * slots, (s + 1) * slots)]);
      });
      tokens = lastOf(written, sequences.length, fed);
    }
    return picks;
  }

  test('the quiet graphs write the same tokens and the same cache as those that show everything', async () => {
    const picks = await alone(1);
    expect(await together([1])).toEqual([picks]);
    const [full, quiet] = [await way().fullCache(), await way().quietCache()];
    // Prefilled by graphs that end at different places: the same sums, perhaps in another order.
    expect(quiet).toHaveLength(full.length);
    quiet.forEach((value, i) => {
      expect(Math.abs(value - (full[i] ?? Number.NaN))).toBeLessThan(1e-5);
    });
  });

  test('a batch of three prompts writes what each writes alone', async () => {
    const single = [await alone(0), await alone(1), await alone(2)];
    expect(new Set(single.map((picks) => picks.join())).size).toBe(3);
    expect(await together([0, 1, 2])).toEqual(single);
    // And again with a batch of another size: nothing of the last one is left.
    expect(await together([2, 0])).toEqual([single[2], single[0]]);
  });
});
