import { afterAll, describe, expect, test } from 'vitest';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { BlockEngine } from '@/lib/engine/session';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { bundleFolder } from './bundles';
import { compareCase, type Difference, type Measured, parityTable } from './compare';
import { type GoldenCase, readGolden } from './golden-file';

const GREEDY = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };

describe.each(['nano-b1', 'nano-b2', 'nano-b4', 'nano-b8', 'tiny-b4', 'tiny-b8'])(
  '%s on WASM in Node equals PyTorch',
  async (model) => {
    const golden = readGolden(model);
    const bundle = await loadBundleFromDisk(bundleFolder(model));
    const engine = await BlockEngine.create(bundle);
    const { dims } = engine;
    const measured: Difference[][] = [];
    afterAll(async () => {
      console.info(parityTable(`${model} on WASM in Node`, measured));
      await engine.dispose();
    });

    async function measure({ tokens, picks }: GoldenCase): Promise<Measured> {
      const last = tokens.length - dims.blockLength;
      const prefill = await engine.prefill(Int32Array.from(tokens.slice(0, last)));
      const steps: Measured['steps'] = [];
      let previous: Int32Array = Int32Array.from(tokens.slice(last));
      for (let written = 0; written < picks.length; written += dims.blockLength) {
        const step = await engine.step(previous, { sampling: GREEDY });
        steps.push(step);
        previous = step.picks;
      }
      return { prefill, steps, cache: await engine.backend.readCache() };
    }

    test('the golden vectors were taken from the shipped weights', () => {
      expect(golden.weightsSha256).toBe(bundle.manifest.weights.sha256);
    });

    test.each(golden.cases)('$name', async (example) => {
      const tokenizer = loadTokenizer(bundle.tokenizerJson, bundle.manifest.tokenizer);
      expect([...tokenizer.encode(example.prompt)]).toEqual(example.tokens.slice(example.pads));
      const differences = compareCase(example, await measure(example), dims);
      measured.push(differences);
      const quantities = differences.map(({ quantity }) => quantity);
      expect(quantities).toContain('logits');
      expect(quantities).toContain('K and V norms against the cache');
      for (const { quantity, ratio } of differences) expect(ratio, quantity).toBeLessThanOrEqual(1);
    });

    test('a single changed number is noticed', async () => {
      const [example] = golden.cases;
      if (!example) throw new Error('no golden case');
      const measured = await measure(example);
      const step = measured.steps[1];
      if (step)
        step.localAttention = Float32Array.from(step.localAttention, (v, i) =>
          i === 7 ? v + 3e-4 : v,
        );
      const worst = compareCase(example, measured, dims).find(
        (d) => d.quantity === 'local attention',
      );
      expect(worst?.ratio).toBeGreaterThan(1);
    });
  },
);
