import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { INSECURE_HOST, serveSite, type VisitOptions } from './harness';
import { eventually, openWith, violations } from './reader';
import { CLIPBOARD, copiedBy, fragmentOf, share } from './sharing';

const site = serveSite();

const region = (page: Page | Frame, name: string) =>
  page.getByRole('region', { name, exact: true });
const alerts = (page: Page) =>
  page.locator('[role="alert"]:not(#__next-route-announcer__)').allTextContents();
const regions = ['Generated text', 'Global attention', 'Local attention', 'Next token', 'KV cache'];
const shown = async (page: Page) => {
  const counts = await Promise.all(regions.map((name) => region(page, name).count()));
  return regions.filter((_, i) => counts[i] === 1);
};
const place = /token 30 · block 7, slot 2/;

let made = '';

/** The fragment of a link to a run of 16 tokens, at token 30; made once. */
async function linked(): Promise<string> {
  if (made) return made;
  const page = await openWith(site, 16, CLIPBOARD);
  await region(page, 'Generated text').locator('[data-token="30"]').click();
  made = fragmentOf(await copiedBy(page, () => page.keyboard.press('y')));
  return made;
}

async function openEmbed(query: string, options: VisitOptions = {}) {
  const page = await site.visit(`embed${query}${await linked()}`, options);
  await eventually(() => page.locator('body').textContent()).toMatch(place);
  return page;
}

/** What the console of the other site said. */
let said: string[] = [];
let server: Server | null = null;

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  server = null;
});

/** A page of another site with this body. */
async function elsewhere(body: string): Promise<Page> {
  const own = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<title>x</title>${body}`);
  });
  server = own;
  await new Promise<void>((done) => {
    own.listen(0, '127.0.0.1', done);
  });
  const { port } = own.address() as AddressInfo;
  said = [];
  const page = await site.visit('embed?panel=next', {
    expected: [/foreign request: http:\/\/blockscope\.test/, /frame-ancestors/],
    before: async (one) => {
      one.on('console', (message) => said.push(message.text()));
    },
  });
  await page.goto(`http://${INSECURE_HOST}:${port}/`);
  return page;
}

describe('a frame', () => {
  test('shows one panel of a linked run, with its player', async () => {
    const page = await openEmbed('?backend=wasm&panel=global', {
      viewport: { width: 640, height: 560 },
    });
    expect(await shown(page)).toEqual(['Global attention']);
    expect(await alerts(page)).toEqual([]);
    const map = region(page, 'Global attention').getByRole('application');
    expect(await map.getAttribute('aria-label')).toMatch(/7 blocks/);
    const { height = 0 } = (await map.boundingBox()) ?? {};
    expect(height).toBeGreaterThan(200);
    await page.getByRole('button', { name: 'Forward one token' }).click();
    await eventually(() => page.locator('footer').textContent()).toMatch(/token 31/);
    // Nothing is cut off, and nothing leads away but the way to the whole instrument.
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    const links = page.getByRole('link');
    expect(await links.count()).toBe(1);
    expect(await links.getAttribute('href')).toBe(`./${made}`);
    expect(await violations(page)).toEqual([]);
  });

  test('leaves out what its address hides, and opens a station all the same', async () => {
    const page = await openEmbed('?backend=wasm&hide=prompt,cache,step');
    expect(await shown(page)).toEqual(['Generated text']);
    expect(await page.getByRole('textbox', { name: 'Prompt' }).count()).toBe(0);
    expect(await region(page, 'Over time').count()).toBe(1);
    const text = await region(page, 'Generated text').boundingBox();
    expect(text?.x).toBeLessThan(40);
    await page.keyboard.press('2');
    await page.getByRole('dialog', { name: 'Global attention' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('says which of its words it does not know', async () => {
    const page = await openEmbed('?backend=wasm&hide=everything&panel=prompt');
    expect(await alerts(page)).toEqual([
      expect.stringMatching(/^The address asks for panel “prompt”, and there are global, local,/),
      expect.stringMatching(/^The address hides “everything”, and what can be hidden is prompt,/),
    ]);
    expect(await shown(page)).toEqual(regions);
  });

  test('without a run shows the recorded one, and fetches no weights before they are wanted', async () => {
    const asked: string[] = [];
    const page = await site.visit('embed?backend=wasm&hide=text', {
      before: async (one) => {
        one.on('request', (request) => asked.push(request.url()));
      },
      reducedMotion: 'reduce',
    });
    await eventually(() => page.getByRole('banner').textContent()).toMatch(/recorded/);
    await page.getByRole('button', { name: 'Forward one block' }).click();
    expect(asked.some((url) => url.endsWith('.trace.gz'))).toBe(true);
    expect(asked.filter((url) => /weights\.bin|onnx|\.wasm/.test(url))).toEqual([]);
  });

  test('shows a trace file of its own site, and of no other', async () => {
    const page = await site.visit('embed?trace=recorded/tiny-b4.trace.gz&panel=next');
    await eventually(() => page.getByRole('banner').textContent()).toMatch(/recorded/);
    expect(await region(page, 'Next token').textContent()).toMatch(/surprise/);
    const missing = await site.visit('embed?trace=recorded/none.trace.gz', { expected: [/404/] });
    await eventually(async () => (await alerts(missing)).join()).toMatch(
      /could not be fetched: the server answered 404/,
    );
    const other = await site.visit('embed?trace=https://elsewhere.example/a.trace.gz');
    await eventually(async () => (await alerts(other)).join()).toMatch(/is not on this site/);
  });
});

describe('the HTML to paste', () => {
  test('makes a frame of another site show the run', async () => {
    const page = await openWith(site, 16, CLIPBOARD);
    await region(page, 'Generated text').locator('[data-token="30"]').click();
    await share(page, /Embed/);
    const dialog = page.getByRole('dialog', { name: 'Embed in a page' });
    await dialog
      .getByRole('combobox', { name: 'Shows' })
      .selectOption({ label: 'Local attention' });
    expect(await dialog.getByRole('checkbox', { name: 'Prompt' }).isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    const html = await copiedBy(page, () =>
      dialog.getByRole('button', { name: 'Copy HTML' }).click(),
    );
    expect(html).toBe(await dialog.getByRole('textbox').inputValue());
    expect(html).toMatch(/^<iframe src="[^"]+\/embed\?panel=local#run=/);

    const host = await elsewhere(html);
    const frame = await (await host.waitForSelector('iframe')).contentFrame();
    if (!frame) throw new Error('there is no frame');
    await eventually(() => frame.locator('body').textContent()).toMatch(place);
    expect(await region(frame, 'Local attention').count()).toBe(1);
  });

  test('leaves out parts, but never all', async () => {
    const page = await openWith(site, 8, CLIPBOARD);
    await share(page, /Embed/);
    const dialog = page.getByRole('dialog', { name: 'Embed in a page' });
    for (const part of ['Prompt', 'KV cache', 'Generated text', 'This step'])
      await dialog.getByRole('checkbox', { name: part }).check();
    expect(await dialog.getByRole('checkbox', { name: 'Over time' }).isDisabled()).toBe(true);
    expect(await dialog.getByRole('textbox').inputValue()).toMatch(
      /\/embed\?hide=prompt,cache,text,step#run=/,
    );
    await page.keyboard.press('Escape');
    await eventually(() => dialog.count()).toBe(0);
  });
});

test('no other page stands in a frame of another site', async () => {
  const host = await elsewhere(`<iframe src="${site.url}" title="x"></iframe>`);
  await eventually(() => said.join()).toMatch(/frame-ancestors 'none'/);
  const frame = await (await host.waitForSelector('iframe')).contentFrame();
  expect(await frame?.locator('header').count()).toBe(0);
});
