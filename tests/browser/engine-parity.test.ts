import { describe, expect, test } from 'vitest';
import { parseManifest } from '@/lib/model/parse-manifest';
import { compareCase, type Difference, type Measured, parityTable } from '../parity/compare';
import { type GoldenCase, readGolden } from '../parity/golden-file';
import type { EngineKind } from './engine/entry';
import { labStep, openLab } from './engine/open-lab';

const { page } = openLab();
const GREEDY = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: true };
const KINDS: EngineKind[] = ['wasm', 'webgpu', 'webgpu-captured'];

async function open(model: string, kind: EngineKind) {
  const url = new URL(`models/${model}/manifest.json`, page().url()).href;
  const manifest = parseManifest(await (await page().request.get(url)).text());
  await page().evaluate(([m, k]) => window.lab.open(m, k), [model, kind] as const);
  return manifest;
}

async function measure(
  kind: EngineKind,
  { tokens }: GoldenCase,
  blockLength: number,
  blocks: number,
): Promise<Measured> {
  const last = tokens.length - blockLength;
  const prefill = await page().evaluate(([k, t]) => window.lab.prefill(k, t), [
    kind,
    tokens.slice(0, last),
  ] as const);
  const steps: Measured['steps'] = [];
  let previous = tokens.slice(last);
  for (let i = 0; i < blocks; i++) {
    const step = await labStep(page(), kind, { previous, sampling: GREEDY });
    steps.push(step);
    previous = step.picks;
  }
  const cache = await page().evaluate((k) => window.lab.cache(k), kind);
  return { prefill, steps, cache };
}

function check(differences: Difference[]) {
  const quantities = differences.map(({ quantity }) => quantity);
  expect(quantities).toContain('logits');
  expect(quantities).toContain('K and V norms against the cache');
  for (const { quantity, ratio } of differences) expect(ratio, quantity).toBeLessThanOrEqual(1);
}

describe.each(KINDS)('nano-b4 in Chromium on %s equals PyTorch', (kind) => {
  const golden = readGolden('nano-b4');

  test('every case, every quantity', { timeout: 300_000 }, async () => {
    const manifest = await open('nano-b4', kind);
    expect(manifest.weights.sha256).toBe(golden.weightsSha256);
    const differences: Difference[][] = [];
    for (const example of golden.cases) {
      const blocks = example.picks.length / manifest.dims.blockLength;
      const measured = await measure(kind, example, manifest.dims.blockLength, blocks);
      differences.push(compareCase(example, measured, manifest.dims));
    }
    console.info(parityTable(`nano-b4 on ${kind} in Chromium`, differences));
    for (const found of differences) check(found);
    await page().evaluate((k) => window.lab.close(k), kind);
  });
});

// One prompt and no sampling cut: on the software adapter a step of this model takes seconds.
describe.each(KINDS)('tiny-b4 in Chromium on %s equals PyTorch', (kind) => {
  const golden = readGolden('tiny-b4');

  test('prefill and two blocks', { timeout: 300_000 }, async () => {
    const manifest = await open('tiny-b4', kind);
    expect(manifest.weights.sha256).toBe(golden.weightsSha256);
    const example = golden.cases.find(
      ({ tokens, arrays }) => tokens.length > manifest.dims.blockLength && arrays.has('kv'),
    );
    if (!example) throw new Error('no golden case holds attention and more than one prompt block');
    const measured = await measure(kind, example, manifest.dims.blockLength, 2);
    const differences = compareCase(example, measured, manifest.dims);
    console.info(parityTable(`tiny-b4 on ${kind} in Chromium`, [differences]));
    check(differences);
    await page().evaluate((k) => window.lab.close(k), kind);
  });
});
