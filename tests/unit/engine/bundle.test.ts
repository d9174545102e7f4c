import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type BundleReader, readBundle } from '@/lib/engine/bundle';
import { EngineError, toProblem } from '@/lib/engine/errors';
import type { Manifest } from '@/lib/model/manifest';

const files: Record<string, string> = {
  'tokenizer.json': '{"kind":"tokenizer"}',
  'weights.bin': 'weights',
  'step.onnx': 'graph',
};

function entry(file: string) {
  const text = files[file] ?? '';
  return { file, bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}

const manifest = {
  id: 'test',
  tokenizer: entry('tokenizer.json'),
  weights: entry('weights.bin'),
  graphs: { step: entry('step.onnx') },
} as unknown as Manifest;

const encode = (text: string) => new TextEncoder().encode(text);

const reader =
  (
    change: Record<string, string> = {},
    onRead?: (file: string, fresh?: boolean) => void,
  ): BundleReader =>
  async (file, options) => {
    onRead?.(file, options?.fresh);
    const bytes = encode(change[file] ?? files[file] ?? '');
    options?.onBytes?.(bytes.length);
    return bytes;
  };

test('a sound bundle is read whole, with progress up to the total', async () => {
  const progress: [number, number][] = [];
  const bundle = await readBundle(manifest, ['step'], reader(), (...p) => progress.push(p));
  expect(bundle.tokenizerJson).toEqual({ kind: 'tokenizer' });
  expect(new TextDecoder().decode(bundle.graphs.get('step'))).toBe('graph');
  const total = Object.values(files).join('').length;
  expect(progress.at(-1)).toEqual([total, total]);
});

test.each([
  [
    'a flipped byte',
    { 'weights.bin': 'weighty' },
    'weights.bin differs from what its manifest promises',
  ],
  ['a short file', { 'step.onnx': 'gra' }, 'step.onnx has 3 bytes instead of 5'],
])('%s is refused after one more try past the cache', async (_, change, reason) => {
  const reads: [string, boolean | undefined][] = [];
  const read = reader(change, (file, fresh) => reads.push([file, fresh]));
  const error = await readBundle(manifest, ['step'], read).catch((e) => e);
  expect(error).toBeInstanceOf(EngineError);
  expect(toProblem(error)).toMatchObject({ code: 'model-damaged', recovery: 'retry' });
  expect(error.message).toContain(reason);
  const [file] = Object.keys(change);
  expect(reads.filter(([name]) => name === file)).toEqual([
    [file, undefined],
    [file, true],
  ]);
});

test('a damaged copy in the cache is replaced by a fresh one', async () => {
  let first = true;
  const read: BundleReader = async (file, options) => {
    if (file === 'weights.bin' && first) {
      first = false;
      return encode('WEIGHTS');
    }
    return reader()(file, options);
  };
  const bundle = await readBundle(manifest, ['step'], read);
  expect(new TextDecoder().decode(bundle.weights)).toBe('weights');
});

test('a graph that the manifest does not list is a damaged model', async () => {
  await expect(readBundle(manifest, ['gpu-step'], reader())).rejects.toThrow(
    'its manifest lists no graph "gpu-step"',
  );
});
