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
