import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bundle } from '@/lib/engine/bundle';
import { UNROLLED } from '@/lib/engine/flat-backend';
import { FlatEngine } from '@/lib/engine/flat-session';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { bundleFolder } from './bundles';
import { type Difference, parityTable } from './compare';
import { compareFlatCase, type FlatMeasured } from './compare-flat';
import { type GoldenCase, readGolden } from './golden-file';

const GREEDY = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const ways = [
  ['token by token', {}],
  ['unrolled', { unrolled: true }],
  ['token by token after prefill-quiet', { quiet: true }],
  ['unrolled after prefill-quiet', { unrolled: true, quiet: true }],
] as const;

describe.each(['nano-flat', 'tiny-flat-match', 'tiny-flat-same'])('%s', (model) => {
  const golden = readGolden(model);

  let bundle: Bundle;
  let engine: FlatEngine;

  beforeAll(async () => {
    bundle = await loadBundleFromDisk(bundleFolder(model));
    engine = await FlatEngine.create(bundle);
  });
  afterAll(() => engine.dispose());

  /** Prefills the first `given` tokens, then steps through the rest; inside the prompt each next token is forced. */
  async function measure(
    { tokens, picks }: GoldenCase,
    { given = tokens.length - 1, unrolled = false, quiet = false } = {},
  ): Promise<FlatMeasured> {
    const prefill = await engine.prefill(Int32Array.from(tokens.slice(0, given)), { quiet });
    const steps: FlatMeasured['steps'] = [];
    const sequence = [...tokens];
    const total = tokens.length + picks.length;
    while (engine.held < total - 1) {
      const next = engine.held + 1;
      const step = await engine.step(sequence[engine.held] ?? -1, {
        sampling: GREEDY,
        forced: Int32Array.from({ length: UNROLLED }, (_, j) => tokens[next + j] ?? -1),
        unrolled: unrolled && next + UNROLLED <= total,
      });
      steps.push(step);
      sequence.splice(next, step.picks.length, ...step.picks);
    }
    return { prefill, steps, cache: await engine.backend.readCache() };
  }

  describe.each(ways)('on WASM in Node equals PyTorch: %s', (name, options) => {
    const differences: Difference[][] = [];
    afterAll(() => console.info(parityTable(`${model} on WASM in Node, ${name}`, differences)));

    test.each(golden.cases)('$name', async (example) => {
      const measured = await measure(example, options);
      const sizes = new Set(measured.steps.map(({ picks }) => picks.length));
      expect([...sizes]).toEqual([name.startsWith('unrolled') ? UNROLLED : 1]);
      expect(measured.prefill.attention === null).toBe('quiet' in options);
      check(example, measured, differences);
    });
  });

  describe.each([false, true])('from an empty cache, unrolled: %s', (unrolled) => {
    test.each(golden.cases.filter(({ arrays }) => arrays.has('kv')))('$name', async (example) => {
      const measured = await measure(example, { given: 0, unrolled });
      expect(measured.steps[0]?.position).toBe(0);
      check(example, measured, []);
    });
  });

  function check(example: GoldenCase, measured: FlatMeasured, into: Difference[][]) {
    const differences = compareFlatCase(example, measured, engine.dims);
    into.push(differences);
    const quantities = differences.map(({ quantity }) => quantity);
    expect(quantities).toEqual(
      expect.arrayContaining(
        example.arrays.has('kv') ? ['logits', 'attention', 'KV cache'] : ['logits'],
      ),
    );
    for (const { quantity, ratio } of differences) expect(ratio, quantity).toBeLessThanOrEqual(1);
  }

  test('the golden vectors were taken from the shipped weights and tokenizer', () => {
    expect(golden.weightsSha256).toBe(bundle.manifest.weights.sha256);
    const tokenizer = loadTokenizer(bundle.tokenizerJson, bundle.manifest.tokenizer);
    for (const { prompt, tokens, pads } of golden.cases) {
      expect(pads).toBe(0);
      expect([...tokenizer.encode(prompt)]).toEqual(tokens);
    }
  });

  test('a single changed number is noticed', async () => {
    const example = golden.cases.find(({ name }) => name === 'short');
    if (!example) throw new Error('no short case');
    const measured = await measure(example, { unrolled: true });
    const step = measured.steps[1];
    if (!step) throw new Error('no second step');
    step.attention = Float32Array.from(step.attention, (v, i) => (i === 7 ? v + 3e-4 : v));
    const found = compareFlatCase(example, measured, engine.dims);
    expect(found.find((d) => d.quantity === 'attention')?.ratio).toBeGreaterThan(1);
  });
});
