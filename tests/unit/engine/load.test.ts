import { expect, test } from 'vitest';
import type { BundleReader } from '@/lib/engine/bundle';
import { toProblem } from '@/lib/engine/errors';
import { loadEngine } from '@/lib/engine/load';
import { diskReader } from '@/lib/engine/node';

test('the page refuses a flat model in one sentence, before it reads more than the manifest', async () => {
  const files: string[] = [];
  const fromDisk = diskReader('public/models/nano-flat');
  const read: BundleReader = (file, options) => {
    files.push(file);
    return fromDisk(file, options);
  };
  const request = { backend: 'wasm', note: null, flatToo: false } as const;
  const hooks = { onProgress: () => {}, onCompiling: () => {}, onMeasuring: () => {} };
  const error = await loadEngine(request, read, hooks).catch((e) => e);
  expect(toProblem(error)).toMatchObject({ code: 'bad-request', recovery: 'none' });
  expect(error.message).toMatch(/nano-flat.*flat transformer.*choose one, such as tiny-b4\.$/);
  expect(files).toEqual(['manifest.json']);
});

test('who asks for flat models as well gets one, probed four tokens a run', async () => {
  const states: string[] = [];
  const hooks = {
    onProgress: () => {},
    onCompiling: () => states.push('compiling'),
    onMeasuring: () => states.push('measuring'),
  };
  const request = { backend: 'auto', note: null, flatToo: true } as const;
  const loaded = await loadEngine(request, diskReader('public/models/nano-flat'), hooks);
  expect(loaded).toMatchObject({
    architecture: 'flat',
    backend: 'wasm',
    stepTokens: 4,
    onGpu: null,
    reason: 'this page has no WebGPU',
  });
  expect(loaded.speed.stepMs).toBeGreaterThan(0);
  expect(loaded.engine.held).toBe(0);
  expect(states).toEqual(['compiling', 'measuring']);
  await loaded.engine.dispose();
});
