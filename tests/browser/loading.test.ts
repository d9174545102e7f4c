import type { Page, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { serveSite, waitForEngine } from './harness';
import { eventually, violations } from './reader';

const site = serveSite();

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const text = (page: Page) => region(page, 'Generated text');
const tokens = (page: Page) => text(page).locator('[data-token]');
const cursor = async (page: Page) =>
  Number(await page.getByRole('slider', { name: 'Timeline' }).inputValue());

/** Holds back the weights of a model until `release` is called. */
function holdWeights() {
  const waiting: Route[] = [];
  let open = false;
  return {
    before: (page: Page) =>
      page.route('**/weights.bin', (route) => {
        if (open) return route.continue();
        waiting.push(route);
      }),
    release: async () => {
      open = true;
      await Promise.all(waiting.map((route) => route.continue().catch(() => undefined)));
    },
  };
}

describe('a recorded run', () => {
  test('is there before the model, with all controls, until the first Generate', async () => {
    const weights = holdWeights();
    const page = await site.visit('?backend=wasm', { before: weights.before });
    await eventually(() => tokens(page).count()).toBeGreaterThan(40);
    expect(await text(page).textContent()).toMatch(/Recorded run of tiny-b4: real numbers/);
    expect(await page.getByText('recorded', { exact: true }).count()).toBe(1);
    await waitForEngine(page, /Loading tiny-b4/);
    // 10 tokens and 2 pads are 3 blocks: it plays from the first written token on.
    await eventually(() => cursor(page)).toBeGreaterThan(13);
    await button(page, 'Pause').click();
    await page.keyboard.press('Home');
    await eventually(() => cursor(page)).toBe(0);
    for (let i = 0; i < 5; i++) await button(page, 'Forward one block').click();
    await eventually(() => cursor(page)).toBe(20);
    await eventually(() => region(page, 'Local attention').textContent()).toMatch(/chose it/);
    const bars = region(page, 'Next token').locator('li button');
    expect(await bars.count()).toBe(6);
    // Its numbers are of another day: other words can be chosen in a run of one's own.
    expect(await bars.and(page.locator('[aria-disabled="false"]')).count()).toBe(0);
    expect(await bars.last().getAttribute('title')).toMatch(/press Generate/);
    expect(await violations(page)).toEqual([]);

    await button(page, 'Cancel').click();
    await waitForEngine(page, /No model loaded/);
    expect(await text(page).textContent()).toMatch(/tiny-b4 is not loaded/);
    expect(await cursor(page)).toBe(20);
    await weights.release();
    await button(page, 'Load the model').click();
    await waitForEngine(page, /Ready/);
    expect(await text(page).textContent()).toMatch(/Recorded run/);
    const recorded = await tokens(page).allTextContents();

    await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
    await button(page, /^Generate/).click();
    await eventually(() => text(page).textContent()).toMatch(/64 tokens written/);
    expect(await text(page).textContent()).not.toMatch(/Recorded run/);
    expect(await page.getByText('measured', { exact: true }).count()).toBe(1);
    // The recorded run was asked for with the page's own prompt and sampling: the same text comes out.
    expect(await tokens(page).allTextContents()).toEqual(recorded);
  });

  test('rests for who wants no motion, and fits a phone', async () => {
    const weights = holdWeights();
    const page = await site.visit('?backend=wasm', {
      before: weights.before,
      reducedMotion: 'reduce',
      viewport: { width: 360, height: 800 },
    });
    await eventually(() => tokens(page).count()).toBeGreaterThan(40);
    await page.waitForTimeout(500);
    expect(await cursor(page)).toBe(12);
    expect(await button(page, 'Play').isVisible()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await violations(page)).toEqual([]);
  });

  test('is not missed where there is none: the page says what it will do', async () => {
    const page = await site.visit('?backend=wasm', {
      expected: [/404/],
      before: (page) =>
        page.route('**/recorded/*', (route) => route.fulfill({ status: 404, body: '' })),
    });
    await waitForEngine(page, /Ready/);
    expect(await text(page).textContent()).toMatch(/Press Generate/);
    expect(await page.getByText('recorded', { exact: true }).count()).toBe(0);
  });

  test('is on the screen soon', async () => {
    const page = await site.visit('?backend=wasm', {
      before: (page) =>
        page.addInitScript(() => {
          const timer = setInterval(() => {
            if (!document.querySelector('[data-token]')) return;
            clearInterval(timer);
            performance.mark('recorded');
          }, 5);
        }),
    });
    await eventually(() =>
      page.evaluate(() => performance.getEntriesByName('recorded').length),
    ).toBe(1);
    const [paint, recorded] = await page.evaluate(() =>
      ['first-contentful-paint', 'recorded'].map((name) =>
        Math.round(performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN),
      ),
    );
    console.log(`first contentful paint after ${paint} ms, recorded run after ${recorded} ms`);
    expect(recorded).toBeGreaterThan(0);
    await waitForEngine(page, /Ready/);
  });
});

describe('loading', () => {
  test('is told step by step where the text will be', async () => {
    const weights = holdWeights();
    const page = await site.visit('?model=nano-b4&backend=wasm', {
      before: async (page) => {
        await weights.before(page);
        await page.addInitScript(() => {
          const seen: string[] = [];
          Object.assign(window, { seen });
          new MutationObserver(() => {
            const step = document.querySelector('[aria-current="step"]')?.textContent;
            const last = step?.replace(/^\d|:.*| nano-b4/g, '');
            if (last && seen.at(-1) !== last) seen.push(last);
          }).observe(document, { subtree: true, childList: true, characterData: true });
        });
      },
    });
    const steps = page.getByRole('list', { name: 'Loading the model' });
    await eventually(() => steps.textContent()).toMatch(
      /Fetching nano-b4: [\d.]+ (B|KiB) of [\d.]+ KiB.*Compiling.*Measuring speed/,
    );
    const bytes = page.getByRole('progressbar', { name: 'Bytes loaded' });
    const share = await bytes.evaluate((bar) => (bar as HTMLProgressElement).position);
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    expect(await violations(page)).toEqual([]);
    await weights.release();
    await waitForEngine(page, /Ready/);
    expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([
      'Fetching',
      'Compiling',
      'Measuring speed',
    ]);
    expect(await steps.count()).toBe(0);
  });

  test('is waited for by Generate, and Stop takes that back', async () => {
    const weights = holdWeights();
    const page = await site.visit('?model=nano-b4&backend=wasm', { before: weights.before });
    await waitForEngine(page, /Loading/);
    await page.getByRole('textbox', { name: 'Prompt' }).fill('');
    await button(page, /^Generate/).click();
    await button(page, 'Stop').click();
    await page.getByRole('textbox', { name: 'Prompt' }).fill('A cat');
    await weights.release();
    await waitForEngine(page, /Ready/);
    expect(await text(page).textContent()).toMatch(/Press Generate/);
    expect(await page.locator('#prompt-problem').count()).toBe(0);
  });
});
