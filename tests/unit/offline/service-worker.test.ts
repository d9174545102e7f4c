import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FromServiceWorker, ToServiceWorker } from '@/lib/offline/types';
import { writeServiceWorker } from '../../../scripts/lib/service-worker.mjs';
import { FakeSite, SCOPE } from './fake-site';

const MEDIA = '_next/static/media';
const WASM = `${MEDIA}/ort-wasm-simd-threaded.0a1.wasm`;
const CHUNK = '_next/static/chunks/one.js';
const FILES = {
  'index.html': 'first page',
  'compare.html': 'second page',
  'icon.svg': 'icon',
  [CHUNK]: 'script',
  [WASM]: 'runtime',
  [`${MEDIA}/ort-wasm-simd-threaded.asyncify.0a1.wasm`]: 'runtime',
  [`${MEDIA}/ort-wasm-simd-threaded.jspi.0a1.wasm`]: 'runtime',
};

let code = '';
const folder = mkdtempSync(join(tmpdir(), 'sw-'));

beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  await writeServiceWorker(folder);
  code = readFileSync(join(folder, 'sw.js'), 'utf8');
});

afterAll(() => rmSync(folder, { recursive: true }));

type Listener = (event: object) => void;

/** Runs the built service worker among fakes: events are made here, what it fetches is answered by `site`. */
class Browser {
  readonly site = new FakeSite();
  online = true;
  private readonly listeners = new Map<string, Listener[]>();

  constructor() {
    for (const [name, text] of Object.entries(FILES))
      this.site.changed.set(name, new TextEncoder().encode(text));
    const self = {
      registration: { scope: SCOPE },
      caches: this.site.caches.storage,
      clients: { claim: async () => {} },
      skipWaiting: async () => {},
      addEventListener: (type: string, listener: Listener) =>
        this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]),
    };
    const fetch = async (input: Request | string, options: RequestInit = {}) => {
      if (!this.online) throw new TypeError('Failed to fetch');
      const url = typeof input === 'string' ? input : input.url;
      return this.site.ports.fetch(url, options);
    };
    new Function('self', 'caches', 'registration', 'location', 'fetch', 'FetchEvent', code)(
      Object.assign(self, { fetch }),
      self.caches,
      self.registration,
      { href: `${SCOPE}sw.js` },
      fetch,
      class {},
    );
  }

  /** Dispatches an event and waits for all that was put on it. */
  async dispatch(type: string, event: object = {}, work: Promise<unknown>[] = []): Promise<void> {
    const whole = { type, waitUntil: (promise: Promise<unknown>) => work.push(promise), ...event };
    for (const listener of this.listeners.get(type) ?? []) listener(whole);
    while (work.length > 0) await work.shift();
  }

  async install(): Promise<void> {
    await this.dispatch('install');
    await this.dispatch('activate');
  }

  /** The text that a page gets for `path`; null when the service worker leaves the request alone. */
  async ask(path: string, options: RequestInit = {}): Promise<string | null> {
    const work: Promise<unknown>[] = [];
    const answers: Promise<Response>[] = [];
    const respondWith = (answer: Promise<Response>) => {
      answers.push(answer);
      work.push(answer);
    };
    const request = new Request(`${SCOPE}${path}`, options);
    await this.dispatch('fetch', { request, respondWith }, work);
    return (await answers[0])?.text() ?? null;
  }

  /** The last answer to what a page says. */
  async say(data: ToServiceWorker): Promise<FromServiceWorker | undefined> {
    const said: FromServiceWorker[] = [];
    const port = { postMessage: (message: FromServiceWorker) => said.push(message) };
    await this.dispatch('message', { data, ports: [port] });
    return said.at(-1);
  }
}

async function installed(): Promise<Browser> {
  const browser = new Browser();
  await browser.install();
  return browser;
}

describe('the built service worker', () => {
  it('stores all of the shell and none of the runtimes', async () => {
    const { site } = await installed();
    expect([...site.asked].sort()).toEqual([
      '_next/static/chunks/one.js',
      'compare.html',
      'icon.svg',
      'index.html',
    ]);
  });

  it('does not install when a file cannot be had', async () => {
    const browser = new Browser();
    browser.site.changed.set('compare.html', 404);
    await expect(browser.install()).rejects.toThrow();
  });

  it('shows pages as the server has them, and as they were kept when there is none', async () => {
    const browser = await installed();
    browser.site.changed.set('compare.html', new TextEncoder().encode('newer page'));
    browser.site.changed.set('compare', new TextEncoder().encode('newer page'));
    expect(await browser.ask('compare')).toBe('newer page');
    browser.online = false;
    expect(await browser.ask('compare?upper=nano-b4')).toBe('second page');
    expect(await browser.ask('')).toBe('first page');
    expect(await browser.ask('icon.svg')).toBe('icon');
    await expect(browser.ask('no-such-page')).rejects.toThrow('Failed to fetch');
  });

  it('takes a kept page for one that a broken server cannot give, not for one that is gone', async () => {
    const browser = await installed();
    browser.site.changed.set('compare', 503);
    expect(await browser.ask('compare')).toBe('second page');
    browser.site.changed.set('compare', 404);
    expect(await browser.ask('compare')).toBe('');
  });

  it('asks for nothing that has its digest in the name and is kept', async () => {
    const browser = await installed();
    browser.site.asked.length = 0;
    expect(await browser.ask(CHUNK)).toBe('script');
    expect(browser.site.asked).toEqual([]);
    expect(await browser.ask(WASM)).toBe('runtime');
    expect(browser.site.asked).toEqual([WASM]);
  });

  it('keeps model and runtime when a page asks for it, and answers from them', async () => {
    const browser = await installed();
    const done = await browser.say({ type: 'keep', models: ['nano-b4'], runtimes: ['wasm'] });
    expect(done).toMatchObject({
      type: 'done',
      report: {
        page: 'first pagesecond pageiconscript'.length,
        runtimes: [{ flavour: 'wasm', bytes: 'runtime'.length }],
        models: [{ id: 'nano-b4' }],
      },
    });
    browser.online = false;
    expect(await browser.ask(WASM)).toBe('runtime');
    const manifest = await browser.ask('models/nano-b4/manifest.json');
    expect(JSON.parse(manifest ?? '')).toMatchObject({ id: 'nano-b4' });
    expect((await browser.ask('models/nano-b4/step.onnx'))?.length).toBeGreaterThan(1000);
    await expect(browser.ask('models/nano-b4/step.onnx', { cache: 'reload' })).rejects.toThrow(
      'Failed to fetch',
    );
    await expect(browser.ask('models/tiny-b4/weights.bin')).rejects.toThrow('Failed to fetch');
  });

  it('mends a kept file that was found to be damaged, by the right one alone', async () => {
    const browser = await installed();
    const path = 'models/nano-b4/tokenizer.json';
    await browser.say({ type: 'keep', models: ['nano-b4'], runtimes: [] });
    const name = [...browser.site.caches.all.keys()].find((one) => one.includes('model')) ?? '';
    const right = await browser.ask(path);
    browser.site.caches.all.get(name)?.set(`${SCOPE}${path}`, new Response('damaged'));
    expect(await browser.ask(path)).toBe('damaged');

    browser.site.changed.set(path, new TextEncoder().encode('another'));
    expect(await browser.ask(path, { cache: 'reload' })).toBe('another');
    expect(await browser.ask(path)).toBe('damaged');
    browser.site.changed.delete(path);
    expect(await browser.ask(path, { cache: 'reload' })).toBe(right);
    expect(await browser.ask(path)).toBe(right);
  });

  it('stores the pages again when they are gone or not whole', async () => {
    const browser = await installed();
    const page = [...browser.site.caches.all.keys()][0] ?? '';
    const losses = [
      () => browser.site.caches.all.clear(),
      () => browser.site.caches.all.get(page)?.delete(`${SCOPE}${CHUNK}`),
    ];
    for (const lose of losses) {
      lose();
      expect(await browser.say({ type: 'report' })).toMatchObject({ report: { page: 0 } });
      expect(await browser.say({ type: 'keep', models: [], runtimes: [] })).toMatchObject({
        report: { page: expect.any(Number) },
      });
      expect(await browser.say({ type: 'report' })).not.toMatchObject({ report: { page: 0 } });
      browser.online = false;
      expect(await browser.ask('')).toBe('first page');
      expect(await browser.ask(CHUNK)).toBe('script');
      browser.online = true;
    }
  });

  it('says why it could not, and goes on answering', async () => {
    const browser = await installed();
    browser.site.changed.set('models/nano-b4/weights.bin', 404);
    expect(await browser.say({ type: 'keep', models: ['nano-b4'], runtimes: [] })).toEqual({
      type: 'failed',
      reason: 'the server answered 404 for weights.bin of nano-b4',
    });
    browser.online = false;
    expect(await browser.say({ type: 'keep', models: ['nano-b4'], runtimes: [] })).toEqual({
      type: 'failed',
      reason: expect.stringMatching(/could not be fetched/),
    });
    expect(await browser.say({ type: 'report' })).toMatchObject({ type: 'done' });
  });

  it('stops what it is at, and then says that it did', async () => {
    const browser = await installed();
    const keeping = browser.say({ type: 'keep', models: ['nano-b4'], runtimes: ['wasm'] });
    const stopped = browser.say({ type: 'stop' });
    expect(await keeping).toEqual({ type: 'failed', reason: 'it was removed meanwhile' });
    expect(await stopped).toMatchObject({ type: 'done', report: { models: [] } });
  });
});
