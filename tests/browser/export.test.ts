import { readFileSync } from 'node:fs';
import { csvParse } from 'd3';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { exportSchema } from '@/lib/export/document';
import { serveSite, type VisitOptions } from './harness';
import { eventually, focusOn, openWith as openRun, violations } from './reader';

const site = serveSite();

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const full = (page: Page) => page.getByRole('dialog', { name: /, full screen$/ });

const PANELS = [
  'Global attention',
  'Local attention',
  'Context and prefixes',
  'Next token',
  'KV cache',
  'Over time',
];

const openWith = (tokens: number, options?: VisitOptions) => openRun(site, tokens, options);

async function choose(page: Page, panel: string, action: string) {
  await button(page, `Actions: ${panel}`).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Copies by the menu and reads the clipboard back, once it holds something new. */
async function copied(page: Page, panel: string, action: string): Promise<string> {
  const read = () => page.evaluate(() => navigator.clipboard.readText());
  await page.evaluate(() => navigator.clipboard.writeText('before'));
  await choose(page, panel, action);
  await eventually(read).not.toBe('before');
  return read();
}

async function openWithClipboard(tokens: number): Promise<Page> {
  const page = await openWith(tokens, {
    before: (one) => one.context().grantPermissions(['clipboard-read', 'clipboard-write']),
  });
  await page.bringToFront();
  return page;
}

describe('copying', () => {
  test('as CSV gives the numbers of the row that the table shows, and of the map', async () => {
    const page = await openWithClipboard(24);
    await button(page, 'Show global attention as a table').click();
    const shown = await region(page, 'Global attention')
      .locator('tbody tr td:last-child')
      .allTextContents();
    const row = csvParse(await copied(page, 'Global attention', 'Copy as CSV'));
    // 17 tokens and 3 pads are 5 blocks, 24 tokens 6 more: the last row is that of block 9.
    expect(row).toHaveLength(10);
    expect(row.map(({ weight }) => Number(weight).toFixed(4))).toEqual(shown);
    expect(new Set(row.map((one) => one.query_block))).toEqual(new Set(['9']));

    await button(page, 'Show global attention as a table').click();
    const map = csvParse(await copied(page, 'Global attention', 'Copy as CSV'));
    expect(map).toHaveLength(55);
    expect([...map.slice(-10)]).toEqual([...row]);
    expect(await region(page, 'Global attention').textContent()).toContain('Copied 55 rows');
  });

  test('as JSON says whose numbers they are, and follows head and cursor', async () => {
    const page = await openWithClipboard(24);
    await page.keyboard.press('ArrowLeft');
    await button(page, /^Heads of local attention/).click();
    await page.getByRole('radio', { name: /^layer 1, mean of 3 heads/ }).click();
    await page.keyboard.press('Escape');
    await button(page, 'Show local attention as a table').click();
    const cells = (
      await region(page, 'Local attention').locator('tbody td').allTextContents()
    ).filter((cell) => cell !== '–');
    const local = exportSchema.parse(
      JSON.parse(await copied(page, 'Local attention', 'Copy as JSON')),
    );
    expect(local).toMatchObject({
      panel: 'local',
      model: { id: 'nano-b4' },
      backend: 'wasm',
      provenance: 'measured',
      step: { token: 42, block: 10, slot: 2 },
      attention: { decoder: 'token', layer: 1, head: 'mean', name: 'layer 1, mean of 3 heads' },
    });
    const weights = local.rows.map((one) => Number(one[4]).toFixed(3));
    expect(weights).toEqual(cells);

    const next = exportSchema.parse(JSON.parse(await copied(page, 'Next token', 'Copy as JSON')));
    expect(next.rows.length).toBe(512);
    const sum = next.rows.reduce((total, one) => total + Number(one[3]), 0);
    expect(sum).toBeCloseTo(1, 9);
    expect(next.attention).toBe(null);
  });

  test('says so where the browser forbids it, and offers the text', async () => {
    const page = await openWith(8, {
      before: (one) =>
        one.addInitScript(() => {
          Object.defineProperty(navigator, 'clipboard', { value: undefined });
        }),
    });
    await choose(page, 'KV cache', 'Copy as CSV');
    const dialog = page.getByRole('dialog', { name: /does not let this page use the clipboard/ });
    await eventually(() => dialog.isVisible()).toBe(true);
    const chosen = await page.evaluate(() => {
      const field = document.activeElement as HTMLTextAreaElement;
      return field.value.slice(field.selectionStart, field.selectionEnd);
    });
    expect(chosen.split(/\r?\n/)[0]).toBe(
      'token,block,slot,text,global_bytes,local_bytes,flat_same_size_bytes,flat_same_loss_bytes,allocated_bytes',
    );
    expect(csvParse(chosen).length).toBe(28);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await eventually(() => dialog.count()).toBe(0);
  });
});

describe('saving', () => {
  test('as SVG gives a valid drawing whose caption names model and head, with cells and text', async () => {
    const page = await openWith(24, { colorScheme: 'dark' });
    for (const panel of PANELS) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        choose(page, panel, 'Save as SVG'),
      ]);
      expect(download.suggestedFilename()).toMatch(/^blockscope-nano-b4-.*token-43\.svg$/);
      const text = readFileSync(await download.path(), 'utf8');
      const read = await page.evaluate((source) => {
        const file = new DOMParser().parseFromString(source, 'image/svg+xml');
        const texts = [...file.querySelectorAll('text')].map((one) => one.textContent ?? '');
        return {
          broken: file.querySelector('parsererror')?.textContent ?? null,
          root: file.documentElement.nodeName,
          texts,
          marks: file.querySelectorAll('rect, path').length,
          images: file.querySelectorAll('image').length,
          ground: file.querySelector('rect')?.getAttribute('fill'),
        };
      }, text);
      expect(read, panel).toMatchObject({ broken: null, root: 'svg', images: 0 });
      // White, whatever the page looks like.
      expect(read.ground).toBe('#ffffff');
      expect(read.marks).toBeGreaterThan(10);
      expect(read.texts).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^nano-b4 · seed 42, .* · wasm · measured · 20/),
        ]),
      );
      expect(read.texts[0]).toMatch(
        panel === 'Global attention'
          ? /^Global attention · layer 0, head 0$/
          : new RegExp(`^${panel}`),
      );
    }
  });

  test('as PNG gives an image of twice the size', async () => {
    const page = await openWith(24);
    const sizes: number[][] = [];
    for (const format of ['PNG', 'SVG']) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        choose(page, 'Global attention', `Save as ${format}`),
      ]);
      const file = readFileSync(await download.path());
      if (format === 'PNG') sizes.push([file.readUInt32BE(16), file.readUInt32BE(20)]);
      else
        sizes.push((/width="(\d+)" height="(\d+)"/.exec(String(file)) ?? []).slice(1).map(Number));
    }
    const [png = [], svg = []] = sizes;
    expect(png).toEqual(svg.map((side) => side * 2));
  });
});

/** The size of the smallest type of what fills the screen. */
async function smallestType(page: Page): Promise<number> {
  return full(page).evaluate((dialog) =>
    Math.min(
      ...[...dialog.querySelectorAll('*')]
        .filter((one) => [...one.childNodes].some((node) => node.nodeName === '#text'))
        .filter((one) => one.checkVisibility() && !one.closest('.visually-hidden'))
        .map((one) => Number.parseFloat(getComputedStyle(one).fontSize)),
    ),
  );
}

describe('full screen', () => {
  test('opens and closes by keyboard, follows the cursor, and gives the focus back', async () => {
    const page = await openWith(24);
    await button(page, 'Actions: Global attention').focus();
    await page.keyboard.press('Enter');
    await eventually(() => page.getByRole('menuitem').count()).toBe(5);
    await focusOn(page.getByRole('menuitem').first());
    await page.keyboard.press('End');
    await focusOn(page.getByRole('menuitem').last());
    await page.keyboard.press('Enter');
    await eventually(() => full(page).isVisible()).toBe(true);
    const box = await full(page).boundingBox();
    const size = page.viewportSize();
    expect([box?.width, box?.height]).toEqual([size?.width, size?.height]);
    // All type is at least 18 pixels.
    expect(await smallestType(page)).toBeGreaterThanOrEqual(18);
    const map = full(page).getByRole('application');
    expect(await map.getAttribute('aria-label')).toMatch(/10 blocks/);
    await page.keyboard.press('Shift+ArrowLeft');
    await eventually(() => map.getAttribute('aria-label')).toMatch(/9 blocks/);
    await page.keyboard.press('Space');
    await eventually(() => map.getAttribute('aria-label')).toMatch(/10 blocks/);
    // The sheet of heads opens over the panel, and Escape closes it first.
    await page.keyboard.press('h');
    const sheet = page.getByRole('dialog', { name: 'Heads of global attention' });
    await eventually(() => sheet.isVisible()).toBe(true);
    await sheet.getByRole('radio', { name: /^layer 1, head 1/ }).click();
    await page.keyboard.press('Escape');
    await eventually(() => sheet.count()).toBe(0);
    expect(await full(page).textContent()).toContain('layer 1 · head 1');
    await page.keyboard.press('Escape');
    await eventually(() => full(page).count()).toBe(0);
    // The browser leaves the screen when it gets to it.
    await eventually(() => page.evaluate(() => document.fullscreenElement === null)).toBe(true);
    await focusOn(button(page, 'Actions: Global attention'));
  });

  test('works for every panel, without the screen too, and leaves the page as it was', async () => {
    const page = await openWith(24, {
      before: (one) =>
        one.addInitScript(() => {
          Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('forbidden'));
        }),
    });
    const before = await page.locator('main').boundingBox();
    for (const panel of PANELS) {
      await choose(page, panel, 'Full screen');
      await eventually(() => full(page).isVisible()).toBe(true);
      expect(await full(page).getByRole('region', { name: panel, exact: true }).count()).toBe(1);
      const play = full(page).getByRole('button', { name: 'Play' });
      expect(await play.count(), panel).toBe(1);
      expect(await smallestType(page), panel).toBeGreaterThanOrEqual(18);
      await button(page, 'Leave full screen').click();
      await eventually(() => full(page).count()).toBe(0);
    }
    expect(await page.locator('main').boundingBox()).toEqual(before);
    await region(page, 'Local attention').getByRole('application').focus();
    await page.keyboard.press('Shift+F');
    await eventually(() => full(page).getAttribute('aria-label')).toBe(
      'Local attention, full screen',
    );
    await page.keyboard.press('Shift+F');
    await eventually(() => full(page).count()).toBe(0);
  });

  test('shows the cache with its slots and its rivals, each slot readable', async () => {
    const viewport = { width: 1920, height: 1080 };
    const page = await openWith(24, { viewport });
    await choose(page, 'KV cache', 'Full screen');
    const slots = full(page).getByRole('application', { name: /^KV cache: keys and values/ });
    await eventually(() => slots.isVisible()).toBe(true);
    const text = await full(page).textContent();
    expect(text).toMatch(/\d+ of 64 slots held/);
    expect(text).toMatch(/flat, same size \(in the paper it writes better\)/);
    expect(text).toMatch(/less than flat, same size/);
    // It takes the width of the screen, and nothing has to be scrolled.
    const box = await slots.boundingBox();
    expect(box?.width).toBeGreaterThan(1700);
    expect(box?.height).toBeGreaterThan(200);
    const { scroll, height } = await full(page)
      .getByRole('region', { name: 'KV cache', exact: true })
      .evaluate((one) => ({ scroll: one.scrollHeight, height: one.clientHeight }));
    expect(scroll).toBeLessThanOrEqual(height);
    await slots.focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => full(page).textContent()).toMatch(/key of block \d+ “.+”: norm \d/);
  });
});

describe('the keys of the maps', () => {
  test('open the view right after Escape has closed the heads', async () => {
    const page = await openWith(16);
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('h');
      await eventually(() => page.getByRole('radiogroup').isVisible()).toBe(true);
      // In one task: nothing comes between the two keys.
      await page.evaluate(() => {
        for (const key of ['Escape', 'v']) {
          const target = document.activeElement ?? document.body;
          target.dispatchEvent(
            new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
          );
        }
      });
      const view = page.getByRole('dialog', { name: 'View of the maps' });
      await eventually(() => view.isVisible()).toBe(true);
      await page.waitForTimeout(100);
      expect(await view.isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      await eventually(() => view.count()).toBe(0);
    }
  });
});

describe('axe-core', () => {
  test('finds nothing wrong with the menu or a full screen open, light and dark', async () => {
    const page = await openWith(24, { colorScheme: 'light' });
    for (const theme of ['light', 'dark']) {
      await button(page, 'Actions: Local attention').click();
      await eventually(() => page.getByRole('menu').isVisible()).toBe(true);
      expect(await violations(page), `menu, ${theme}`).toEqual([]);
      await page.keyboard.press('Escape');
      for (const panel of ['Global attention', 'Next token', 'Over time']) {
        await choose(page, panel, 'Full screen');
        await eventually(() => full(page).isVisible()).toBe(true);
        expect(await violations(page), `${panel}, ${theme}`).toEqual([]);
        await page.keyboard.press('Escape');
        await eventually(() => full(page).count()).toBe(0);
      }
      await button(page, 'Light or dark').click();
    }
  });
});
