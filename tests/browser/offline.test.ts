import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../scripts/lib/run.mjs';
import { writeServiceWorker } from '../../scripts/lib/service-worker.mjs';
import { INSECURE_HOST, type Site, serveSite, waitForEngine } from './harness';
import { eventually, violations, write } from './reader';

const NANO = '?model=nano-b4&backend=wasm';
const TOKENS = 16;
/** What a browser says on the console of a server that is not there. */
const NO_SERVER = /net::ERR_|Failed to update a ServiceWorker|Failed to fetch/;

const status = (page: Page) => page.getByRole('status', { name: 'Offline' });
const button = (page: Page, name: string) => page.getByRole('button', { name });

/** Opens the facts on the engine, where use offline is told. */
async function openFacts(page: Page): Promise<void> {
  await waitForEngine(page, /Ready/);
  await page.getByRole('banner').locator('summary').click();
  await status(page).waitFor();
}

/** A page that the browser keeps, with nano-b4. */
async function visitKept(site: Site, expected: RegExp[] = [NO_SERVER]): Promise<Page> {
  const page = await site.visit(NANO, { offline: true, expected });
  await openFacts(page);
  await eventually(() => status(page).textContent()).toMatch(
    /^Works without a network.* MiB: page .*, runtime .*, nano-b4 /,
  );
  return page;
}

const cacheNames = (page: Page) => page.evaluate(() => caches.keys());
const registrations = (page: Page) =>
  page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);

describe('after the first visit', () => {
  const site = serveSite();
  afterEach(site.start);

  test('pages and model work without a server, isolated and with the same text', async () => {
    const page = await visitKept(site);
    const online = await write(page, TOKENS);
    await site.stop();
    await page.reload();
    await openFacts(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await eventually(() => status(page).textContent()).toMatch(/^Works without a network.*nano-b4/);
    expect(await write(page, TOKENS)).toEqual(online);

    await page.goto(new URL('lab', site.url).href);
    await eventually(() => page.getByRole('heading', { level: 2 }).first().textContent()).toMatch(
      /\w/,
    );
    await page.goto(new URL('?model=tiny-b4&backend=wasm', site.url).href);
    await waitForEngine(page, /problem/);
    expect((await page.getByRole('alert').allTextContents()).join()).toMatch(
      /tiny-b4.*could not be fetched; check the connection and try again/,
    );
  });

  test('it works with the network switched off, and with a server that never answers', async () => {
    const page = await visitKept(site);
    const online = await write(page, TOKENS);
    await page.context().setOffline(true);
    await page.reload();
    await openFacts(page);
    await eventually(() => status(page).textContent()).toMatch(/^Works without a network/);
    await page.context().setOffline(false);

    await site.stop();
    const silent = await listenInSilence(Number(new URL(site.url).port));
    try {
      await page.reload();
      await waitForEngine(page, /Ready/);
      expect(await write(page, TOKENS)).toEqual(online);
    } finally {
      await silent.close();
    }
  });

  test('a kept file that was damaged is found by its digest, fetched anew and mended', async () => {
    const page = await visitKept(site);
    const weights = new URL('models/nano-b4/weights.bin', site.url).href;
    await page.evaluate(async (url) => {
      const name = (await caches.keys()).find((one) => one.includes('model')) ?? '';
      const cache = await caches.open(name);
      const bytes = new Uint8Array((await (await cache.match(url))?.arrayBuffer()) ?? []);
      bytes[1000] = (bytes[1000] ?? 0) ^ 1;
      await cache.put(url, new Response(bytes));
    }, weights);
    await site.stop();
    await page.reload();
    await waitForEngine(page, /problem/);
    expect((await page.getByRole('alert').allTextContents()).join()).toMatch(/nano-b4/);
    await site.start();
    await page.reload();
    await waitForEngine(page, /Ready/);
    await site.stop();
    await page.reload();
    await waitForEngine(page, /Ready/);
  });

  test('the reader removes it, all of it, and takes it back', async () => {
    const page = await visitKept(site);
    expect(await violations(page)).toEqual([]);
    await button(page, 'Remove from this browser').press('Enter');
    await eventually(() => status(page).textContent()).toBe(
      'Off: nothing is kept in this browser.',
    );
    await eventually(() => cacheNames(page)).toEqual([]);
    await page.reload();
    await openFacts(page);
    expect(await status(page).textContent()).toBe('Off: nothing is kept in this browser.');
    expect(await registrations(page)).toBe(0);
    expect(await cacheNames(page)).toEqual([]);

    await button(page, 'Keep for use offline').click();
    await eventually(() => status(page).textContent()).toMatch(/^Works without a network/);
    // Removed and kept again on one page: the service worker must store the pages anew.
    await button(page, 'Remove from this browser').click();
    await eventually(() => cacheNames(page)).toEqual([]);
    await button(page, 'Keep for use offline').click();
    await eventually(() => status(page).textContent()).toMatch(
      /^Works without a network.*: page .*nano-b4/,
    );
    await site.stop();
    await page.reload();
    await waitForEngine(page, /Ready/);
  });

  test('the browser can be asked not to clear it', async () => {
    const page = await visitKept(site);
    const ask = button(page, 'Ask not to clear it');
    if (await ask.isVisible()) await ask.click();
    await eventually(() => status(page).textContent()).toMatch(
      /will not clear it by itself|asked not to, it declined/,
    );
    expect(await ask.count()).toBe(0);
  });

  test('it is told on a phone, in the dark, without sideways scrolling', async () => {
    const page = await site.visit(NANO, {
      offline: true,
      viewport: { width: 360, height: 800 },
      colorScheme: 'dark',
    });
    await openFacts(page);
    await eventually(() => status(page).textContent()).toMatch(/^Works without a network/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const remove = await button(page, 'Remove from this browser').boundingBox();
    expect((remove?.x ?? 0) + (remove?.width ?? 999)).toBeLessThanOrEqual(360);
    expect(await violations(page)).toEqual([]);
  });
});

describe('on a host without special headers, under a sub-path', () => {
  const site = serveSite({ plain: true, base: '/some/where' });

  test('it works without a server as well, and stays in its folder', async () => {
    const page = await visitKept(site);
    const names = await cacheNames(page);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(name).toContain(new URL(site.url).href);
    await site.stop();
    await page.reload();
    await waitForEngine(page, /Ready/);
    await write(page, TOKENS);
  });
});

describe('a new version of the site', () => {
  const folder = mkdtempSync(join(tmpdir(), 'blockscope-versions-'));
  const root = join(folder, 'site');
  beforeAll(() => prepare(root, 1));
  const site = serveSite({ root });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Copies the built site with one model, as version `version`. */
  async function prepare(to: string, version: number): Promise<void> {
    cpSync(join(ROOT, 'out'), to, {
      recursive: true,
      filter: (path) => !/models.(?!nano-b4)[\w-]+$/.test(path),
    });
    writeFileSync(join(to, `_next/static/chunks/version-${version}.js`), '');
    const html = readFileSync(join(to, 'index.html'), 'utf8');
    const marked = html.replace('<head>', `<head><meta name="version" content="${version}"/>`);
    writeFileSync(join(to, 'index.html'), marked);
    await writeServiceWorker(to);
  }

  const versionOf = (page: Page) =>
    page.evaluate(() => document.querySelector('meta[name="version"]')?.getAttribute('content'));
  const versionsKept = (page: Page) =>
    page.evaluate(async () => {
      const found: string[] = [];
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys())
          found.push(...(/version-\d/.exec(url) ?? []));
      return found;
    });

  test('is shown at once, takes the place of the old one, and then works offline', async () => {
    const page = await visitKept(site);
    expect([await versionOf(page), await versionsKept(page)]).toEqual(['1', ['version-1']]);

    await prepare(join(folder, 'next'), 2);
    renameSync(root, join(folder, 'old'));
    renameSync(join(folder, 'next'), root);
    await page.reload();
    expect(await versionOf(page)).toBe('2');
    await openFacts(page);
    await eventually(() => versionsKept(page)).toEqual(['version-2']);
    await eventually(() => status(page).textContent()).toMatch(/^Works without a network/);

    await site.stop();
    await page.reload();
    await waitForEngine(page, /Ready/);
    expect(await versionOf(page)).toBe('2');
  });
});

describe('over plain http', () => {
  const site = serveSite({ plain: true, host: INSECURE_HOST });

  test('nothing can be kept, and the page says so', async () => {
    const page = await site.visit(NANO, { offline: true });
    await openFacts(page);
    expect(await status(page).textContent()).toBe(
      'Not possible here: browsers keep pages only over https or on localhost, and this one came over plain http.',
    );
    expect(
      await page
        .getByRole('banner')
        .getByRole('button', { name: /offline/i })
        .count(),
    ).toBe(0);
  });
});

/** A server that takes connections and says nothing. */
async function listenInSilence(port: number): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<{ destroy(): void }>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
