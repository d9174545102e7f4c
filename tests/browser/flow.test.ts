import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { serveSite, type VisitOptions } from './harness';
import { eventually, focusOn, openWith as openRun, violations } from './reader';

const site = serveSite();

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const station = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true });
const figure = (page: Page) => page.getByRole('dialog').getByRole('application').first();
const arithmetic = (page: Page) => region(page, 'Arithmetic of a cell');

const STATIONS = [
  'Block',
  'Global attention',
  'Context and prefixes',
  'Local attention',
  'Next token',
] as const;

const openWith = (tokens: number, options?: VisitOptions) => openRun(site, tokens, options);

/** Opens local attention by its key, and there the arithmetic of a cell by the arrow keys. */
async function openLocalCell(page: Page): Promise<void> {
  await page.keyboard.press('4');
  await eventually(() => station(page, 'Local attention').isVisible()).toBe(true);
  await figure(page).focus();
  for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter'])
    await page.keyboard.press(key);
  await eventually(() => arithmetic(page).textContent()).toMatch(/slot 2 .* → slot 0 /s);
}

/** Pixels of the flow's canvas that are not empty. */
function flowPixels(page: Page): Promise<number> {
  return page
    .locator('div[aria-hidden="true"] > canvas')
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const ctx = (canvas as HTMLCanvasElement).getContext('2d', { willReadFrequently: true });
      const { data } = ctx?.getImageData(0, 0, width, height) ?? { data: [] };
      let painted = 0;
      for (let i = 3; i < data.length; i += 4) if ((data[i] ?? 0) > 0) painted++;
      return painted;
    });
}

/** Places of the bars of the next token that a line of the flow reaches, and of those that were picked. */
function bars(page: Page): Promise<{ reached: number[]; picked: number[] }> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('div[aria-hidden="true"] > canvas');
    const ctx = canvas?.getContext('2d', { willReadFrequently: true });
    const bars = document.querySelectorAll('section[aria-label="Next token"] ol button');
    if (!canvas || !ctx) return { reached: [], picked: [] };
    const origin = canvas.getBoundingClientRect();
    const isReached = (bar: Element) => {
      const { left, top, height } = bar.getBoundingClientRect();
      const at = [left - origin.left - 5, top + height / 2 - origin.top - 2] as const;
      const { data } = ctx.getImageData(...at, 2, 4);
      return data.some((value, i) => i % 4 === 3 && value > 0);
    };
    const places = (wanted: (bar: Element) => boolean) =>
      [...bars].flatMap((bar, place) => (wanted(bar) ? [place] : []));
    return { reached: places(isReached), picked: places((bar) => bar.matches('[data-picked]')) };
  });
}

describe('the stations of a step', () => {
  test('are joined by lines that follow the cursor, short ones on a phone', async () => {
    const quiet = { expected: [/willReadFrequently/] };
    const page = await openWith(24, quiet);
    await eventually(() => flowPixels(page)).toBeGreaterThan(400);
    const whole = await flowPixels(page);
    // The prompt has no prefixes and no pick: fewer lines.
    await page.keyboard.press('Home');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowRight');
    await eventually(() => flowPixels(page)).toBeLessThan(whole / 2);
    await page.setViewportSize({ width: 360, height: 800 });
    await page.keyboard.press('End');
    await eventually(() => flowPixels(page)).toBeGreaterThan(50);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  test('end at the word that was picked, wherever the cursor is', async () => {
    const page = await openWith(24, { expected: [/willReadFrequently/] });
    const seen = new Set<number>();
    for (let i = 0; i < 12; i++) {
      await eventually(async () => {
        const { reached, picked } = await bars(page);
        return picked.length === 1 && String(reached) === String(picked);
      }).toBe(true);
      seen.add((await bars(page)).picked[0] ?? -1);
      await page.keyboard.press('ArrowLeft');
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  test('open by title, Enter and key, lead on to each other, and give the focus back', async () => {
    const page = await openWith(24);
    const title = region(page, 'Global attention').getByRole('button', {
      name: 'Global attention',
      exact: true,
    });
    await title.focus();
    await page.keyboard.press('Enter');
    await eventually(() => station(page, 'Global attention').isVisible()).toBe(true);
    await eventually(() => page.locator(':focus').textContent()).toBe('Global attention');
    for (const [i, name] of STATIONS.entries()) {
      await page.keyboard.press(String(i + 1));
      await eventually(() => station(page, name).isVisible()).toBe(true);
      expect(await station(page, name).textContent()).toMatch(/\(paper, sections? 2\.\d/);
      expect(await page.locator(':focus').textContent()).toBe(name);
    }
    // The cursor's keys work on, and the station follows.
    await page.keyboard.press('ArrowLeft');
    await eventually(() => station(page, 'Next token').textContent()).toMatch(
      /token 42 · block 10/,
    );
    await page.keyboard.press('Escape');
    await eventually(() => page.getByRole('dialog').count()).toBe(0);
    await focusOn(title);
    await title.click();
    await eventually(() => station(page, 'Global attention').isVisible()).toBe(true);
    await page.mouse.click(20, 20);
    await eventually(() => page.getByRole('dialog').count()).toBe(0);
  });

  test('give every number of context and prefixes, and the ids of the block', async () => {
    const page = await openWith(24);
    await page.keyboard.press('3');
    const context = region(page, 'context 9');
    await context.getByRole('application').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await eventually(() => context.textContent()).toMatch(
      /context 9, number 1 of 0–\d+: -?\d+\.\d{4}/,
    );
    const box = await region(page, 'prefix 1').getByRole('application').boundingBox();
    await page.mouse.move((box?.x ?? 0) + 30, (box?.y ?? 0) + 10);
    await eventually(() => region(page, 'prefix 1').textContent()).toMatch(
      /prefix 1, number \d+ of/,
    );
    await page.keyboard.press('1');
    await eventually(() => station(page, 'Block').textContent()).toMatch(
      /slot 3.*id \d+.*block 9: one vector/s,
    );
  });
});

describe('the arithmetic of a cell', () => {
  test('opens from the map and from all heads, and its softmax is the recorded row', async () => {
    const page = await openWith(24);
    await region(page, 'Global attention').getByRole('application').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await eventually(() => arithmetic(page).textContent()).toMatch(
      /block 9 → block 1.*layer 0, head 0/s,
    );
    await eventually(() => arithmetic(page).textContent()).toMatch(
      /Matches the recorded row: the largest difference is \d(\.\d)?e-\d+, within 0\.0001\./,
    );
    const products = arithmetic(page).getByRole('application', {
      name: /products of query and key/,
    });
    await products.focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => arithmetic(page).textContent()).toMatch(/q₀ × k₀ = −?\d+\.\d{3} × −?\d/);
    await eventually(() => arithmetic(page).locator('output').first().textContent()).toMatch(
      /q₀ × k₀/,
    );

    await openLocalCell(page);
    await eventually(() => arithmetic(page).textContent()).toMatch(/Matches the recorded row/);
    // Three tokens back the row of slot 2 is not computed yet; one forward of that the block has another.
    for (let i = 0; i < 3; i++) await button(page, 'Back one token').last().click();
    await eventually(() => arithmetic(page).textContent()).toMatch(/not computed yet/);
  });
});

describe('keys that come before the first frame', () => {
  test('move the cell cursor of a drawing all the same', async () => {
    const page = await openWith(24);
    // A busy machine in the extreme: from now on nothing is painted.
    await page.evaluate(() => {
      window.requestAnimationFrame = () => 0;
    });
    await openLocalCell(page);
    await page.keyboard.press('k');
    await eventually(() => station(page, 'KV cache').isVisible()).toBe(true);
    await figure(page).focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => station(page, 'KV cache').textContent()).toMatch(
      /layer 0, key of block \d+ “/,
    );
  });
});

describe('the cache, slot by slot', () => {
  test('opens from its panel, reads each slot, and counts bytes beside a named rival', async () => {
    const page = await openWith(24);
    await button(page, 'Open the cache, slot by slot').click();
    const cache = station(page, 'KV cache');
    await eventually(() => cache.textContent()).toMatch(/10 of \d+ slots held/);
    expect(await cache.textContent()).toMatch(/flat, same size \(in the paper it writes better\)/);
    expect(await cache.textContent()).toMatch(/17 prompt tokens never decoded/);
    await figure(page).focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => cache.textContent()).toMatch(
      /layer 0, key of block 9 “.*”: norm \d+\.\d{3}/,
    );
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await eventually(() => cache.textContent()).toMatch(
      /value of block 10: empty, allocated but not held/,
    );
    await page.keyboard.press('Escape');
    await eventually(() => page.getByRole('dialog').count()).toBe(0);
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe(
      'Open the cache, slot by slot',
    );
  });
});

describe('axe-core', () => {
  test('finds nothing wrong in any station, light and dark', async () => {
    const page = await openWith(24, { colorScheme: 'light' });
    for (const theme of ['light', 'dark']) {
      for (const key of ['1', '2', '3', '4', '5', 'k']) {
        await page.keyboard.press(key);
        await eventually(() => page.getByRole('dialog').count()).toBe(1);
        if (key === '2' || key === '4') {
          await figure(page).focus();
          for (const step of ['ArrowDown', 'Enter']) await page.keyboard.press(step);
          await eventually(() => arithmetic(page).textContent()).toMatch(/Matches/);
        }
        expect(await violations(page), `${key}, ${theme}`).toEqual([]);
      }
      await page.keyboard.press('Escape');
      await eventually(() => page.getByRole('dialog').count()).toBe(0);
      await button(page, 'Light or dark').click();
    }
  });

  test('finds nothing wrong on a phone, where a station fills the screen', async () => {
    const page = await openWith(24, { viewport: { width: 360, height: 800 } });
    for (const key of ['2', '3', 'k']) {
      await page.keyboard.press(key);
      await eventually(() => page.getByRole('dialog').count()).toBe(1);
      const box = await page.getByRole('dialog').boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= 360).toBe(true);
      expect(await page.getByRole('dialog').evaluate((one) => one.scrollWidth)).toBeLessThanOrEqual(
        (box?.width ?? 0) + 1,
      );
      expect(await violations(page)).toEqual([]);
    }
  });
});
