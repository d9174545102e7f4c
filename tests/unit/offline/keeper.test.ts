import { describe, expect, it } from 'vitest';
import { cacheNames, deleteKept } from '@/lib/offline/cache-names';
import { Keeper } from '@/lib/offline/keeper';
import type { SiteContents } from '@/lib/offline/types';
import { FakeSite, SCOPE } from './fake-site';

const MEDIA = '_next/static/media/';
const contents = (version: string): SiteContents => ({
  shell: [
    { url: 'index.html', revision: 'a', bytes: 10 },
    { url: '_next/static/chunks/a.js', revision: null, bytes: 7 },
  ],
  runtimes: {
    wasm: [
      { url: `${MEDIA}ort.wasm.${version}.mjs`, bytes: 3 },
      { url: `${MEDIA}ort.${version}.wasm`, bytes: 100 },
    ],
    webgpu: [{ url: `${MEDIA}ort.asyncify.${version}.wasm`, bytes: 300 }],
    jspi: [{ url: `${MEDIA}ort.jspi.${version}.wasm`, bytes: 200 }],
  },
});

function serve(version: string) {
  const site = new FakeSite();
  for (const { url } of Object.values(contents(version).runtimes).flat())
    site.changed.set(url, new TextEncoder().encode(url));
  return site;
}

describe('the keeper', () => {
  it('keeps the runtimes that are wanted, each once, and says how far it is', async () => {
    const site = serve('v1');
    const keeper = new Keeper(site.ports, contents('v1'));
    const progress: [number, number][] = [];
    await keeper.keep({ models: [], runtimes: ['wasm'] }, (...step) => progress.push(step));
    expect(progress).toEqual([
      [0, 103],
      [3, 103],
      [103, 103],
    ]);
    expect(await (await keeper.matchRuntime(`${SCOPE}${MEDIA}ort.v1.wasm`))?.text()).toBe(
      `${MEDIA}ort.v1.wasm`,
    );
    expect(await keeper.matchRuntime(`${SCOPE}${MEDIA}ort.jspi.v1.wasm`)).toBeUndefined();

    progress.length = 0;
    await keeper.keep({ models: [], runtimes: ['wasm'] }, (...step) => progress.push(step));
    expect(progress).toEqual([]);
    expect(site.asked).toHaveLength(2);
  });

  it('counts models and runtimes together, and reports what is whole', async () => {
    const site = serve('v1');
    const keeper = new Keeper(site.ports, contents('v1'));
    expect(await keeper.report()).toEqual({ runtimes: [], models: [] });
    const progress: [number, number][] = [];
    await keeper.keep({ models: ['nano-b4'], runtimes: ['wasm', 'jspi'] }, (...step) =>
      progress.push(step),
    );
    const report = await keeper.report();
    expect(report.runtimes).toEqual([
      { flavour: 'wasm', bytes: 103 },
      { flavour: 'jspi', bytes: 200 },
    ]);
    const model = report.models[0]?.bytes ?? 0;
    expect(report.models).toEqual([{ id: 'nano-b4', bytes: model }]);
    expect(progress[0]).toEqual([0, 303 + model]);
    expect(progress.at(-1)).toEqual([303 + model, 303 + model]);
  });

  it('lets go of the runtimes of an older version', async () => {
    const site = serve('v1');
    await new Keeper(site.ports, contents('v1')).keep({ models: [], runtimes: ['wasm'] }, () => {});
    const newer = new Keeper(site.ports, contents('v2'));
    await newer.keep({ models: [], runtimes: [] }, () => {});
    expect(site.caches.all.get(cacheNames(SCOPE).runtime)?.size).toBe(0);
    expect((await newer.report()).runtimes).toEqual([]);
  });

  it('stores no answer that says it went wrong', async () => {
    const site = serve('v1');
    site.changed.set(`${MEDIA}ort.v1.wasm`, 404);
    const keeper = new Keeper(site.ports, contents('v1'));
    await expect(keeper.keep({ models: [], runtimes: ['wasm'] }, () => {})).rejects.toThrow(
      `the server answered 404 for ${MEDIA}ort.v1.wasm`,
    );
    expect((await keeper.report()).runtimes).toEqual([]);
  });

  it('stops when it is told to', async () => {
    const site = serve('v1');
    const stop = new AbortController();
    const keeping = new Keeper(site.ports, contents('v1')).keep(
      { models: ['nano-b4'], runtimes: ['wasm'] },
      (done) => done > 0 && stop.abort(),
      stop.signal,
    );
    await expect(keeping).rejects.toThrow(/aborted/);
    expect(site.asked).toHaveLength(2);
  });
});

describe('removing', () => {
  it('deletes what is kept of the site, and nothing of its neighbours', async () => {
    const { caches } = new FakeSite();
    const root = 'https://example.org/';
    const mine = cacheNames(SCOPE);
    const others = [root, 'https://example.org/some/', `${SCOPE}deeper/`].flatMap((scope) => {
      const names = cacheNames(scope);
      return [names.page, names.runtime, names.model('nano-b4', '1')];
    });
    const names = [...others, 'strange', mine.page, mine.runtime, mine.model('nano-b4', '1')];
    for (const name of names) await caches.open(name);
    await deleteKept(caches.storage, SCOPE);
    expect(await caches.keys()).toEqual([...others, 'strange']);
    expect(mine.modelOf(mine.model('nano-b4', '1'))).toBe('nano-b4');
    expect(others.map(mine.modelOf)).toEqual(others.map(() => null));
  });
});
