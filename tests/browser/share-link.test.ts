import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { serveSite, type VisitOptions, waitForEngine } from './harness';
import { eventually, focusOn, openWith as openRun, violations } from './reader';
import { CLIPBOARD, copiedBy, forged, fragmentOf, share } from './sharing';

const site = serveSite();
const SLOW = { timeout: 600_000 };

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const tokens = (page: Page) => region(page, 'Generated text').locator('[data-token]');
const texts = (page: Page) => tokens(page).allTextContents();
const cursor = async (page: Page) =>
  Number(await page.getByRole('slider', { name: 'Timeline' }).inputValue());
const alerts = (page: Page) =>
  page.locator('[role="alert"]:not(#__next-route-announcer__)').allTextContents();
const global = (page: Page) => region(page, 'Global attention').getByRole('application');

const openWith = (count: number, options: VisitOptions = CLIPBOARD) =>
  openRun(site, count, options);

/** Opens a link on another page; it names its model itself. */
async function openLink(fragment: string, query = '?backend=wasm', options: VisitOptions = {}) {
  const page = await site.visit(`${query}${fragment}`, options);
  await waitForEngine(page, /Ready/, 280_000);
  return page;
}

/** Waits for the note that the text beside it came with a link. */
const arrived = (page: Page) =>
  eventually(() => region(page, 'Generated text').textContent()).toMatch(/From a link: its text/);

describe('a link', () => {
  test('shows the same text and view on another page', async () => {
    const page = await openWith(24);
    await page.keyboard.press('h');
    await page.getByRole('radio', { name: /^layer 1, head 1/ }).click();
    await page.keyboard.press('Escape');
    await tokens(page).nth(33).click();
    await page.keyboard.press('w');
    // A cell of the map: row 7, since block 8 is being written, column 6.
    await global(page).focus();
    for (const key of ['ArrowDown', 'ArrowLeft']) await page.keyboard.press(key);
    const lit = (one: Page) =>
      region(one, 'Generated text')
        .locator('[data-lit]')
        .evaluateAll((all) => all.map((token) => (token as HTMLElement).dataset.token));
    await eventually(async () => (await lit(page)).length).toBe(8);
    const link = await copiedBy(page, () => page.keyboard.press('y'));
    expect(link.startsWith(`${site.url}#run=`)).toBe(true);
    expect(link.length).toBeLessThan(1200);

    const other = await openLink(fragmentOf(link));
    await arrived(other);
    expect(await texts(other)).toEqual(await texts(page));
    expect(await cursor(other)).toBe(33);
    expect(await global(other).getAttribute('aria-label')).toBe(
      await global(page).getAttribute('aria-label'),
    );
    expect(await global(other).getAttribute('aria-label')).toMatch(/layer 1, head 1/);
    expect(await button(other, 'Show the whole run').getAttribute('aria-pressed')).toBe('true');
    expect(await lit(other)).toEqual(await lit(page));
    expect(await other.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe(
      await page.getByRole('textbox', { name: 'Prompt' }).inputValue(),
    );
    expect(await other.getByLabel('Length').inputValue()).toBe('24');
    expect(await alerts(other)).toEqual([]);
    // What was drawn there counts as drawn.
    expect(await tokens(other).and(other.locator('[data-kind="forced"]')).count()).toBe(0);
    // The settings are the sender's, so the next run is the same text.
    await other.getByRole('combobox', { name: 'Pace' }).selectOption('max');
    await button(other, /^Generate/).click();
    await eventually(() => button(other, /^Runs and branches/).textContent()).toMatch(/Run 2/);
    await eventually(() => texts(other)).toEqual(await texts(page));
  });

  test('that was made on WASM opens on WebGPU with the same tokens', SLOW, async () => {
    const page = await openWith(40);
    // A branch: one token chosen by the reader, the rest drawn.
    await tokens(page).nth(30).click();
    await eventually(() => page.locator('[data-token][data-now]').getAttribute('data-token')).toBe(
      '30',
    );
    await region(page, 'Next token').locator('li button[aria-disabled="false"]').last().click();
    await eventually(() => region(page, 'Generated text').textContent()).toMatch(
      /10 tokens kept, 40 tokens written/,
    );
    await waitForEngine(page, /Ready/);
    const link = await copiedBy(page, () => share(page, /Copy link/));
    const gpu = await openLink(fragmentOf(link), '?backend=webgpu');
    await arrived(gpu);
    expect(await gpu.getByRole('banner').textContent()).toMatch(/WebGPU/);
    expect(await texts(gpu)).toEqual(await texts(page));
    expect(await cursor(gpu)).toBe(await cursor(page));
    const forced = tokens(gpu).and(gpu.locator('[data-kind="forced"]'));
    expect(await forced.count()).toBe(1);
    expect(await forced.getAttribute('data-token')).toBe('30');
    expect(
      await region(gpu, 'Generated text')
        .getByRole('img', { name: /^Branch/ })
        .count(),
    ).toBe(1);
  });

  test('followed on a page with a run is opened beside it', async () => {
    const page = await openWith(12);
    const link = await copiedBy(page, () => share(page, /Copy link/));
    const own = await texts(page);
    await page.getByRole('textbox', { name: 'Prompt' }).fill('The cat sat on the mat and');
    await button(page, /^Generate/).click();
    await eventually(() => button(page, /^Runs and branches/).textContent()).toMatch(/Run 2/);
    await page.evaluate((hash) => {
      location.hash = hash;
    }, fragmentOf(link));
    await arrived(page);
    expect(await button(page, /^Runs and branches/).textContent()).toMatch(/Run 3/);
    expect(await texts(page)).toEqual(own);
  });

  test('made with other weights says so and marks all of its text as forced', async () => {
    const page = await openWith(12);
    const link = await copiedBy(page, () => share(page, /Copy link/));
    const other = await openLink(forged(fragmentOf(link), { weights: 'c'.repeat(64) }));
    await arrived(other);
    expect(await alerts(other)).toEqual([
      expect.stringMatching(/other weights of nano-b4 \(cccccccc, here [0-9a-f]{8}\).*differ/),
    ]);
    expect(await texts(other)).toEqual(await texts(page));
    expect(await tokens(other).and(other.locator('[data-kind="forced"]')).count()).toBe(12);
  });
});

describe('a link that cannot be opened', () => {
  test('gets one sentence, and the page begins as it does without one', async () => {
    const page = await openLink('#run=<script>alert(1)</script>', '?model=nano-b4&backend=wasm');
    expect(await alerts(page)).toEqual([
      expect.stringMatching(/^The link is damaged: it has a character that no link has/),
    ]);
    await button(page, 'Dismiss').click();
    await eventually(() => alerts(page)).toEqual([]);
  });

  test('names a model that is not here', async () => {
    const page = await openWith(8);
    const link = await copiedBy(page, () => share(page, /Copy link/));
    const before = await texts(page);
    const unknown = forged(fragmentOf(link), { model: 'nano-b5' });
    const other = await openLink(unknown, '?model=nano-b4&backend=wasm', { expected: [/404/] });
    expect((await alerts(other)).join()).toMatch(/"nano-b5" could not be loaded/);
    // Nor does it touch a run that is there.
    await page.evaluate((hash) => {
      location.hash = hash;
    }, '#run=AAAA');
    await eventually(async () => (await alerts(page)).join()).toMatch(/cannot be unpacked/);
    expect(await texts(page)).toEqual(before);
  });
});

describe('the menu', () => {
  test('is worked by keys and says what was copied', async () => {
    const page = await openWith(8);
    const opener = page.getByRole('button', { name: 'Share', exact: true });
    await opener.focus();
    await page.keyboard.press('Enter');
    await focusOn(page.getByRole('menuitem', { name: /Copy link/ }));
    expect(await violations(page)).toEqual([]);
    const link = await copiedBy(page, () => page.keyboard.press('Enter'));
    await eventually(() => page.getByRole('status').allTextContents()).toContainEqual(
      `Link copied: ${link.length.toLocaleString('en')} characters`,
    );
    await focusOn(opener);
  });

  test('offers a file for a run that is too long for a link', async () => {
    const page = await openWith(8, {
      before: (one) =>
        one.addInitScript(() => {
          // Packs badly: nothing that the shipped models can hold makes a link of this length.
          const Original = window.CompressionStream;
          window.CompressionStream = class {
            readonly readable: ReadableStream;
            readonly writable: WritableStream;
            constructor(format: CompressionFormat) {
              const { readable, writable } = new Original(format);
              this.writable = writable;
              const more = new TransformStream({
                flush: (stream) => {
                  if (format === 'deflate') stream.enqueue(new Uint8Array(4000));
                },
              });
              this.readable = readable.pipeThrough(more);
            }
          } as typeof Original;
        }),
    });
    await share(page, /Copy link/);
    const dialog = page.getByRole('dialog', { name: /too long for a link/ });
    await dialog.waitFor();
    expect(await violations(page)).toEqual([]);
    const download = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save run as a file' }).click();
    expect((await download).suggestedFilename()).toMatch(/^blockscope-nano-b4-.*\.bscope$/);
    await eventually(() => dialog.count()).toBe(0);
  });

  test('has room on a phone', async () => {
    const page = await openWith(8, { viewport: { width: 360, height: 800 } });
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await page.getByRole('menuitem', { name: /Copy link/ }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await violations(page)).toEqual([]);
  });
});
