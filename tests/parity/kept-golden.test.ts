import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeptEngine } from '@/lib/engine/kept-engine';
import { asFlatStep } from '@/lib/engine/kept-flat';
import { KEPT_GRAPHS, type KeptStep } from '@/lib/engine/kept-types';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { heldBy } from '@/lib/methods-live/held';
import type { HeldLayer } from '@/lib/methods-live/types';
import { bundleFolder } from './bundles';
import { type Difference, parityTable, Tally } from './compare';
import { type KeptCase, readKept } from './kept-file';

const GREEDY = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const golden = readKept('nano-flat');

let engine: KeptEngine;

beforeAll(async () => {
  engine = await KeptEngine.create(
    await loadBundleFromDisk(bundleFolder('nano-flat'), KEPT_GRAPHS),
  );
});
afterAll(() => engine.dispose());

/** The common text forced through one method: a step for every token from the prompt's last one on. */
async function measure({ method, arrays }: KeptCase): Promise<KeptStep[]> {
  const { tokens, prompt } = golden;
  const { blockLayers, heads } = engine.dims;
  const drawn = arrays.get('noise');
  const size = blockLayers * heads;
  const noise = drawn && ((at: number) => drawn.subarray(at * size, (at + 1) * size));
  await engine.prefill(Int32Array.from(tokens.slice(0, prompt - 1)), method, { noise });
  const steps: KeptStep[] = [];
  for (let at = prompt - 1; at < tokens.length; at++)
    steps.push(
      await engine.step(tokens[at] ?? -1, {
        sampling: GREEDY,
        forced: Int32Array.of(tokens[at + 1] ?? -1),
      }),
    );
  return steps;
}

function compare({ arrays }: KeptCase, steps: KeptStep[]): Difference[] {
  const { vocabulary, blockLayers, heads } = engine.dims;
  const total = golden.tokens.length;
  const logits = arrays.get('logits') as Float32Array;
  const attention = arrays.get('attention') as Float32Array;
  const tally = new Tally();
  steps.forEach((step, i) => {
    tally.range('logits', step.logits, 0, logits, i * vocabulary, vocabulary);
    // Laid out over the text: a position that is not held must have been hidden there.
    const { attention: rows } = asFlatStep(step, heads);
    const keys = step.position + 1;
    for (let map = 0; map < blockLayers * heads; map++)
      tally.range(
        'attention',
        rows,
        map * keys,
        attention,
        (map * steps.length + i) * total,
        keys,
        0,
      );
  });
  return tally.differences();
}

describe('nano-flat with a changed cache on WASM in Node equals PyTorch', () => {
  const differences: Difference[][] = [];
  afterAll(() => console.info(parityTable('nano-flat with a changed cache', differences)));

  test.each(golden.cases)('$method.id', async (example) => {
    const steps = await measure(example);
    expect(steps).toHaveLength(golden.tokens.length - golden.prompt + 1);
    const found = compare(example, steps);
    differences.push(found);
    expect(found.map(({ quantity }) => quantity)).toEqual(['logits', 'attention']);
    for (const { quantity, ratio } of found) expect(ratio, quantity).toBeLessThanOrEqual(1);
  });

  test.each(golden.cases)('$method.id sees what PyTorch did not hide', async (example) => {
    const steps = await measure(example);
    const { blockLayers, heads } = engine.dims;
    const total = golden.tokens.length;
    const attention = example.arrays.get('attention') as Float32Array;
    steps.forEach((step, i) => {
      for (let layer = 0; layer < blockLayers; layer++)
        for (let head = 0; head < heads; head++) {
          const seen = step.seen[layer] as HeldLayer;
          const found = [...heldBy(seen, head)];
          const from = ((layer * heads + head) * steps.length + i) * total;
          const wanted = Array.from({ length: total }, (_, at) => at).filter(
            (at) => attention[from + at] !== 0,
          );
          expect(found, `token ${step.position}, layer ${layer}, head ${head}`).toEqual(wanted);
        }
    });
  });
});

test('the golden vectors were taken from the shipped weights', () => {
  expect(golden.weightsSha256).toBe(engine.manifest.weights.sha256);
});

test('a method that drops another position is noticed', async () => {
  const example = golden.cases.find(({ method }) => method.id === 'streaming-llm');
  if (example?.method.id !== 'streaming-llm') throw new Error('no such case');
  const { sinks, window } = example.method;
  const other = { ...example, method: { ...example.method, sinks: sinks - 1, window: window + 1 } };
  const found = compare(example, await measure(other));
  expect(found.find(({ quantity }) => quantity === 'logits')?.ratio).toBeGreaterThan(1);
});
