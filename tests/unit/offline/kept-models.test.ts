import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '@/lib/engine/digest';
import { KeptModels } from '@/lib/offline/kept-models';
import { ROOT } from '../../../scripts/lib/run.mjs';
import { FakeSite, SCOPE } from './fake-site';

const FOLDER = `${SCOPE}models/nano-b4/`;
const WEIGHTS = `${FOLDER}weights.bin`;

async function keep(site: FakeSite) {
  const models = new KeptModels(site.ports);
  const plan = await models.plan('nano-b4');
  const sizes: number[] = [];
  if (plan) await models.take(plan, (bytes) => sizes.push(bytes));
  return { models, plan, sizes };
}

/** Size and digest: comparing bytes one by one takes seconds. */
async function sumOf(response: Response | undefined) {
  return response ? digest(new Uint8Array(await response.arrayBuffer())) : null;
}

async function digest(bytes: Uint8Array<ArrayBuffer>) {
  return `${bytes.byteLength} ${await sha256Hex(bytes)}`;
}

const shipped = (file: string) =>
  digest(new Uint8Array(readFileSync(join(ROOT, 'public/models/nano-b4', file))));

describe('a model that is kept', () => {
  it('answers for every file of its bundle, byte by byte, and tells their size', async () => {
    const site = new FakeSite();
    const { models, plan, sizes } = await keep(site);
    const manifest = JSON.parse(
      readFileSync(join(ROOT, 'public/models/nano-b4/manifest.json'), 'utf8'),
    );
    const files: { file: string; bytes: number }[] = [
      manifest.tokenizer,
      manifest.weights,
      ...Object.values<{ file: string; bytes: number }>(manifest.graphs),
    ];
    for (const { file } of [...files, { file: 'manifest.json' }])
      expect(await sumOf(await models.match(`${FOLDER}${file}`)), file).toBe(await shipped(file));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    expect(plan?.bytes).toBe(bytes);
    expect(sizes).toEqual(files.map((file) => file.bytes));
    expect(await models.report()).toEqual([{ id: 'nano-b4', bytes }]);
  });

  it('answers whatever stands behind ? and #, and for no other address', async () => {
    const { models } = await keep(new FakeSite());
    expect(await models.match(`${WEIGHTS}?x=1#y`)).toBeDefined();
    for (const url of [
      `${FOLDER}MODEL_CARD.md`,
      `${SCOPE}models/tiny-b4/weights.bin`,
      `${SCOPE}weights.bin`,
      'https://example.org/models/nano-b4/weights.bin',
    ])
      expect(await models.match(url), url).toBeUndefined();
  });

  it('is not fetched again while the server has the same manifest', async () => {
    const site = new FakeSite();
    await keep(site);
    site.asked.length = 0;
    expect((await keep(site)).plan).toBeNull();
    expect(site.asked).toEqual(['models/nano-b4/manifest.json']);
  });

  it('is taken over by a new version, of which only what differs is fetched', async () => {
    const site = new FakeSite();
    const first = await keep(site);
    await site.changeWeights();
    site.asked.length = 0;
    const { models, plan } = await keep(site);
    expect(site.asked).toEqual(['models/nano-b4/manifest.json', 'models/nano-b4/weights.bin']);
    expect(plan?.bytes).toBe(first.plan?.bytes);
    expect(await sumOf(await models.match(WEIGHTS))).toBe(
      await digest(site.changed.get('models/nano-b4/weights.bin') as Uint8Array<ArrayBuffer>),
    );
    expect(await sumOf(await models.match(`${FOLDER}step.onnx`))).toBe(await shipped('step.onnx'));
    expect(site.caches.all.size).toBe(1);
  });
});

describe('a model that could not be kept whole', () => {
  it('answers for nothing, and goes on where it was', async () => {
    const site = new FakeSite();
    site.changed.set('models/nano-b4/inspect.onnx', 404);
    await expect(keep(site)).rejects.toThrow('the server answered 404 for inspect.onnx of nano-b4');
    const models = new KeptModels(site.ports);
    expect(await models.match(WEIGHTS)).toBeUndefined();
    expect(await models.report()).toEqual([]);

    site.changed.clear();
    site.asked.length = 0;
    await keep(site);
    expect(site.asked).not.toContain('models/nano-b4/weights.bin');
    expect(site.asked).toContain('models/nano-b4/inspect.onnx');
    expect(await models.match(WEIGHTS)).toBeDefined();
  });

  it('is refused when a file is not what the manifest promises', async () => {
    const site = new FakeSite();
    const flipped = new Uint8Array(
      readFileSync(join(ROOT, 'public/models/nano-b4/weights.bin')),
    ).map((byte, i) => (i === 1000 ? byte ^ 1 : byte));
    for (const bytes of [flipped, new Uint8Array(3)]) {
      site.changed.set('models/nano-b4/weights.bin', bytes);
      await expect(keep(site)).rejects.toThrow(
        'weights.bin of nano-b4 differs from what its manifest promises',
      );
    }
  });

  it('leaves the version before in force', async () => {
    const site = new FakeSite();
    await keep(site);
    await site.changeWeights();
    site.changed.set('models/nano-b4/weights.bin', 503);
    await expect(keep(site)).rejects.toThrow('the server answered 503');
    expect(await sumOf(await new KeptModels(site.ports).match(WEIGHTS))).toBe(
      await shipped('weights.bin'),
    );
  });

  it('is not asked for by a name that could be a path', async () => {
    const site = new FakeSite();
    for (const id of ['../secret', 'a/b', '', 'A'])
      await expect(new KeptModels(site.ports).plan(id)).rejects.toThrow('is no name of a model');
    expect(site.asked).toEqual([]);
  });
});
