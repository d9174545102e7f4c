import { expect, test } from 'vitest';
import { HIDDEN } from '@/lib/engine/backend';
import { graphsOf } from '@/lib/engine/bundle';
import { loadBundleFromDisk } from '@/lib/engine/node';
import { createWasmBackend } from '@/lib/engine/wasm-backend';
import { bundleFolder } from './bundles';

test('the quiet graph writes the same tokens and the same cache as the one that shows everything', async () => {
  const folder = bundleFolder('nano-b4');
  const full = await createWasmBackend(await loadBundleFromDisk(folder));
  const quiet = await createWasmBackend(
    await loadBundleFromDisk(folder, graphsOf('block', 'wasm-quiet')),
    {
      quiet: true,
    },
  );
  const { blockLength, vocabulary } = full.dims;
  const prompt = Int32Array.from({ length: 3 * blockLength }, (_, i) => 300 + i);
  await full.prefill(prompt);
  await quiet.prefill(prompt);
  let tokens: Int32Array = prompt.slice(-blockLength);
  for (let i = 0; i < 6; i++) {
    const inputs = {
      tokens,
      noise: new Float32Array(blockLength * vocabulary),
      logitBias: Float32Array.from({ length: vocabulary }, (_, id) => (id < 2 ? HIDDEN : 0)),
      inverseTemperature: 1,
      cut: null,
    };
    const { picks } = await full.step(inputs);
    expect(await quiet.quietStep(inputs)).toEqual(picks);
    tokens = picks;
  }
  expect(await quiet.readCache()).toEqual(await full.readCache());
  await full.dispose();
  await quiet.dispose();
});
