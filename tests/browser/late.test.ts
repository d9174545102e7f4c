import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { serveSite, waitForEngine } from './harness';
import { eventually, focusOn } from './reader';

const site = serveSite();

const ROOM = 245_000;

/** The scripts of the page itself; its worker asks for its own. */
const scripts = (page: Page) =>
  page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) =>
        ['script', 'link'].includes((entry as PerformanceResourceTiming).initiatorType),
      )
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => path.endsWith('.js')),
  );

const compressed = (paths: readonly string[]) =>
  [...new Set(paths)].reduce(
    (sum, path) => sum + gzipSync(readFileSync(join('out', path))).length,
    0,
  );

/** The page with its recorded run, while the model is on its way: nothing is fetched ahead before it is there. */
async function openWithoutModel(before: (page: Page) => Promise<unknown> = async () => {}) {
  let asked = false;
  const page = await site.visit('?backend=wasm', {
    before: async (page) => {
      await page.route('**/weights.bin', () => {
        asked = true;
      });
      await before(page);
    },
    expected: [/net::ERR_FAILED .*chunks/],
    reducedMotion: 'reduce',
  });
  await eventually(() => page.locator('[data-token]').count()).toBeGreaterThan(40);
  // The worker has its scripts.
  await eventually(() => asked).toBe(true);
  return page;
}

test('the first page has room for more', async () => {
  const page = await openWithoutModel();
  const size = compressed(await scripts(page));
  expect(size).toBeGreaterThan(100_000);
  expect(size).toBeLessThan(ROOM);
});

describe('a part that is not there yet', () => {
  const station = (page: Page) => page.getByRole('dialog', { name: /^Global/ });

  test('opens by the key that was pressed for it, and closes', async () => {
    const page = await openWithoutModel();
    const first = (await scripts(page)).length;
    await page.keyboard.press('2');
    await station(page).waitFor();
    expect((await scripts(page)).length).toBeGreaterThan(first);
    await page.keyboard.press('Escape');
    await eventually(() => station(page).count()).toBe(0);
    await page.keyboard.press('h');
    const heads = page.getByRole('dialog', { name: 'Heads of global attention' });
    await heads.waitFor();
    await focusOn(heads.locator('[aria-checked="true"]').first());
    await page.keyboard.press('Escape');
    await eventually(() => heads.count()).toBe(0);
    await focusOn(page.getByRole('button', { name: /^Heads of global attention/ }));
  });

  test('a menu opens by keyboard on its first entry, by pointer on none, and gives the focus back', async () => {
    const page = await openWithoutModel();
    const button = page.getByRole('button', { name: 'Actions: Global attention' });
    const menu = page.getByRole('menu');
    await button.focus();
    await page.keyboard.press('ArrowDown');
    await focusOn(menu.getByRole('menuitem', { name: 'Copy as CSV' }));
    await page.keyboard.press('ArrowDown');
    await focusOn(menu.getByRole('menuitem', { name: 'Copy as JSON' }));
    await page.keyboard.press('Escape');
    await focusOn(button);
    await button.click();
    await focusOn(menu);
    await button.click();
    await eventually(() => menu.count()).toBe(0);
    expect(await button.getAttribute('aria-expanded')).toBe('false');
  });

  test('is asked for again when it could not be fetched, which is said', async () => {
    let lost = false;
    const page = await openWithoutModel((page) =>
      page.route('**/*.js', (route) => (lost ? route.abort() : route.continue())),
    );
    lost = true;
    await page.keyboard.press('2');
    const alert = page.getByRole('alert').filter({ hasText: 'A part of this page could not be' });
    await alert.waitFor();
    lost = false;
    await page.keyboard.press('2');
    await page.keyboard.press('2');
    await station(page).waitFor();
  });

  test('is fetched once the model is there, before it is wanted', async () => {
    const page = await site.visit('?backend=wasm');
    await waitForEngine(page, /Ready/);
    await eventually(async () => compressed(await scripts(page))).toBeGreaterThan(ROOM);
    await page.waitForLoadState('networkidle');
    const all = (await scripts(page)).length;
    await page.keyboard.press('2');
    await station(page).waitFor();
    expect((await scripts(page)).length).toBe(all);
  });
});
