import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { serveSite, waitForEngine } from './harness';
import { eventually, violations } from './reader';

const site = serveSite();

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const tokens = (page: Page) => region(page, 'Generated text').locator('[data-token]');
const texts = (page: Page) => tokens(page).allTextContents();
const bars = (page: Page) => region(page, 'Next token').locator('li button');
const cursor = async (page: Page) =>
  Number(await page.getByRole('slider', { name: 'Timeline' }).inputValue());
const runs = (page: Page) => page.getByRole('menuitemradio');

/** The page with a run of `count` tokens: 17 tokens and 3 pads are 5 blocks, so writing starts at token 20. */
async function openWith(count: number, options: Parameters<typeof site.visit>[1] = {}) {
  const page = await site.visit('?model=nano-b4&backend=wasm', options);
  await waitForEngine(page, /Ready/);
  await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
  const length = page.getByLabel('Length');
  if (!(await length.isVisible())) await page.locator('summary', { hasText: 'Sampling' }).click();
  await length.fill(String(count));
  await page.getByRole('checkbox', { name: /past the end/ }).check();
  await generate(page, count);
  return page;
}

async function generate(page: Page, count: number) {
  await button(page, /^Generate/).click();
  await ended(page, count);
}

/** The run on the screen has written `count` tokens. */
async function ended(page: Page, count: number) {
  await eventually(() => region(page, 'Generated text').textContent()).toMatch(
    new RegExp(`(?<!\\d)${count} tokens written`),
  );
  await waitForEngine(page, /Ready/);
}

async function goTo(page: Page, token: number) {
  await tokens(page).nth(token).click();
  // Text and panels show one moment; the slider may be ahead of them.
  await eventually(() =>
    region(page, 'Generated text').locator('[data-now]').getAttribute('data-token'),
  ).toBe(String(token));
  expect(await cursor(page)).toBe(token);
}

/** The probabilities that are written beside the bars, as parts of 1. */
async function written(page: Page): Promise<number[]> {
  const shares = await region(page, 'Next token')
    .locator('li span:nth-of-type(2)')
    .allTextContents();
  return shares.map((text) => (text === '<0.1 %' ? 0.0005 : Number.parseFloat(text) / 100));
}

describe('the next token', () => {
  test('states probabilities over all entries that add up to one, with the cut and the rest', async () => {
    const page = await openWith(16);
    await goTo(page, 26);
    const panel = region(page, 'Next token');
    expect(await bars(page).count()).toBe(6);
    expect(await panel.textContent()).toMatch(/top-k 40, top-p 0\.95: \d+ kept/);
    expect(await panel.textContent()).toMatch(/all the rest \(\d+\)/);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(Math.abs(sum(await written(page)) - 1)).toBeLessThan(0.005);

    await page.keyboard.press('n');
    await eventually(() => bars(page).count()).toBe(50);
    expect(Math.abs(sum(await written(page)) - 1)).toBeLessThan(0.03);
    // Above the line what was kept, below it what was dropped.
    const rows = await panel
      .locator('li')
      .evaluateAll((all) =>
        all.map((row) =>
          row.querySelector('[data-dropped]')
            ? 'dropped'
            : /kept$/.test(row.textContent ?? '')
              ? 'line'
              : row.querySelector('button')
                ? 'kept'
                : 'rest',
        ),
      );
    const line = rows.indexOf('line');
    expect(new Set(rows.slice(0, line))).toEqual(new Set(['kept']));
    expect(new Set(rows.slice(line + 1, -1))).toEqual(new Set(['dropped']));
    expect(rows.at(-1)).toBe('rest');

    await page.getByRole('searchbox', { name: /Find a word/ }).fill('little');
    await eventually(async () =>
      (await bars(page).allTextContents()).every((text) => text.includes('little')),
    ).toBe(true);
    expect(await bars(page).count()).toBeGreaterThan(0);
    expect(Math.abs(sum(await written(page)) - 1)).toBeLessThan(0.005);
    // Typing a word is no shortcut.
    expect(await cursor(page)).toBe(26);
    await page.getByRole('searchbox').fill('‹E2');
    await eventually(async () => (await bars(page).allTextContents())[0]).toMatch(/‹E2/);
  });
});

describe('another word', () => {
  test('is forced by a click: the text changes from there only, and the parent comes back', async () => {
    const page = await openWith(24);
    const parent = await texts(page);
    await goTo(page, 30);
    const word = bars(page).and(page.locator('[aria-disabled="false"]')).nth(1);
    const label = (await word.locator('span').first().textContent()) ?? '';
    await word.click();
    // As many tokens as asked for, from the chosen one on.
    await ended(page, 24);
    const branch = await texts(page);
    expect(branch).toHaveLength(56);
    expect(branch.slice(0, 30)).toEqual(parent.slice(0, 30));
    expect(branch[30]).toBe(label);
    expect(branch[30]).not.toBe(parent[30]);
    expect(branch.slice(31, 44)).not.toEqual(parent.slice(31, 44));

    const text = region(page, 'Generated text');
    const mark = text.getByRole('img', { name: /^Branch:/ });
    expect(await mark.getAttribute('aria-label')).toContain(`You chose “${label}”; run 1 has`);
    expect(await text.locator('[data-kind="forced"]').allTextContents()).toEqual([label]);
    await goTo(page, 30);
    await eventually(() => region(page, 'Next token').textContent()).toMatch(/forced, not drawn/);
    await goTo(page, 35);
    await eventually(() => region(page, 'Next token').textContent()).not.toMatch(/forced/);

    await button(page, 'Back to run 1, at the same token').click();
    await eventually(() => texts(page)).toEqual(parent);
    expect(await cursor(page)).toBe(30);
    expect(await text.locator('[data-kind="forced"]').count()).toBe(0);

    await page.keyboard.press('r');
    await eventually(() => runs(page).count()).toBe(2);
    await runs(page).first().click();
    await eventually(() => texts(page)).toEqual(branch);
    expect(await cursor(page)).toBe(35);
  });

  test('may be one that the cut had dropped, by keyboard, in the first written block', async () => {
    const page = await openWith(16);
    const parent = await texts(page);
    await goTo(page, 21);
    await page.keyboard.press('n');
    const dropped = region(page, 'Next token').locator('button[data-dropped]').first();
    await eventually(() => dropped.count()).toBe(1);
    const label = await dropped.locator('span').first().textContent();
    const steps = await region(page, 'Next token').locator('button[data-dropped]').count();
    await bars(page).first().focus();
    await page.keyboard.press('End');
    for (let i = 1; i < steps; i++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await ended(page, 16);
    const branch = await texts(page);
    expect(branch.slice(0, 21)).toEqual(parent.slice(0, 21));
    expect(branch[21]).toBe(label);
    await goTo(page, 21);
    const picked = region(page, 'Next token').locator('[data-picked]');
    await eventually(() => picked.textContent()).toMatch(/picked, dropped by the cut/);
  });
});

describe('the last runs', () => {
  test('are five; the sixth drops the oldest, each keeps its cursor', async () => {
    const page = await openWith(4);
    expect(await button(page, /^Runs and branches/).count()).toBe(0);
    const first = await texts(page);
    for (let seed = 2; seed <= 5; seed++) {
      await page.getByLabel('Seed').fill(String(seed));
      await generate(page, 4);
    }
    await button(page, /^Runs and branches/).click();
    await eventually(() => runs(page).count()).toBe(5);
    expect(await runs(page).last().textContent()).toMatch(
      /^1 · One day a little rabbit.*nano-b4 · 4 tokens written$/,
    );
    expect(await violations(page)).toEqual([]);
    await runs(page).last().click();
    await eventually(() => texts(page)).toEqual(first);
    await goTo(page, 21);
    await page.getByLabel('Seed').fill('6');
    await generate(page, 4);
    await button(page, /^Runs and branches/).click();
    await eventually(async () =>
      (await runs(page).allTextContents()).map((name) => name.slice(0, 1)).join(''),
    ).toBe('65432');
    // Letters in the menu are no shortcuts.
    await page.keyboard.press('t');
    await page.keyboard.press('Escape');
    await eventually(() => runs(page).count()).toBe(0);
  });

  test('wait while another is looked at, and go on when they are shown again', async () => {
    const page = await openWith(4);
    const length = page.getByLabel('Length');
    await length.fill('64');
    await page.getByRole('combobox', { name: 'Pace' }).selectOption('8');
    await button(page, /^Generate/).click();
    await eventually(() => tokens(page).count()).toBeGreaterThan(28);
    await page.keyboard.press('r');
    await runs(page).last().click();
    await eventually(() => tokens(page).count()).toBe(24);
    await waitForEngine(page, /Waiting for its run to be shown/);
    expect(await button(page, 'Stop').isVisible()).toBe(true);
    await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
    await page.waitForTimeout(500);
    await waitForEngine(page, /Waiting/);
    await page.keyboard.press('r');
    await runs(page).first().click();
    await ended(page, 64);
    expect(await tokens(page).count()).toBe(84);
  });
});

describe('shortcuts of one character', () => {
  test('can be switched off, and stay off', async () => {
    const page = await openWith(8);
    await page.keyboard.press('?');
    await page.getByRole('checkbox', { name: /single letter/ }).uncheck();
    expect(await page.getByRole('dialog').textContent()).not.toMatch(/Light or dark/);
    await button(page, 'Close').click();
    await page.reload();
    await waitForEngine(page, /Ready/);
    await generate(page, 64);
    await page.keyboard.press('n');
    await page.keyboard.press('?');
    expect(await bars(page).count()).toBe(6);
    expect(await page.getByRole('dialog').count()).toBe(0);
    // Played to the end, where the cursor stays.
    await eventually(() => cursor(page)).toBe(83);
    await page.keyboard.press('ArrowLeft');
    await eventually(() => cursor(page)).toBe(82);
    await button(page, 'Keyboard shortcuts').click();
    expect(await page.getByRole('checkbox', { name: /single letter/ }).isChecked()).toBe(false);
  });
});

describe('axe-core', () => {
  test('finds nothing wrong with a branch and its list of words, light, dark and on a phone', async () => {
    for (const options of [
      { colorScheme: 'light' },
      { colorScheme: 'dark' },
      { viewport: { width: 360, height: 800 } },
    ] as const) {
      const page = await openWith(12, options);
      await goTo(page, 26);
      await page.keyboard.press('n');
      await bars(page).and(page.locator('[aria-disabled="false"]')).first().click();
      await ended(page, 12);
      await goTo(page, 26);
      expect(await violations(page), JSON.stringify(options)).toEqual([]);
      if ('viewport' in options)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }
  });
});
