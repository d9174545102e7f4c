import { describe, expect, test } from 'vitest';
import { serveLesson } from './lesson';
import { eventually, violations } from './reader';

const { open } = serveLesson();

describe('the look of the lesson', () => {
  test.each([
    [360, 800],
    [899, 700],
    [900, 700],
    [1240, 800],
    [1440, 900],
    [1920, 1080],
  ])(
    'fits %i × %i: nothing runs out of the page, and chapter and picture are both there',
    async (width, height) => {
      const page = await open('learn#cost', { model: false, viewport: { width, height } });
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(over).toBeLessThanOrEqual(0);
      const dock = page.getByRole('complementary', { name: 'Task of the chapter' });
      expect(await dock.isVisible()).toBe(width < 900);
      expect(await page.getByRole('region', { name: 'Over time', exact: true }).isVisible()).toBe(
        true,
      );
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('[data-lesson] *, aside *')]
          .filter((one) => one.textContent && one.checkVisibility())
          .map((one) => Number.parseFloat(getComputedStyle(one).fontSize))
          .filter((size) => size < 12),
      );
      expect(small).toEqual([]);
    },
  );

  test('keeps the words beside a picture that is longer than the window', async () => {
    const page = await open('learn#cost', { model: false, viewport: { width: 1000, height: 700 } });
    await page.mouse.move(800, 400);
    await page.mouse.wheel(0, 900);
    await eventually(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(300);
    const title = page.getByRole('article').getByRole('heading', { level: 2 });
    expect((await title.boundingBox())?.y).toBeGreaterThanOrEqual(0);
  });

  test('leads a finger from the word to its part, and back up to the chapter', async () => {
    const page = await open('learn#local', {
      model: false,
      viewport: { width: 360, height: 800 },
      hasTouch: true,
    });
    const map = page.getByRole('region', { name: 'Local attention', exact: true });
    const seen = async () => {
      const box = await map.boundingBox();
      return box !== null && box.y + box.height > 100 && box.y < 700;
    };
    expect(await seen()).toBe(false);
    await page.getByRole('article').getByRole('button', { name: 'local map', exact: true }).tap();
    await eventually(seen).toBe(true);
    expect(await page.locator('[data-lights="local"]').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Up to the chapter' }).tap();
    await eventually(seen).toBe(false);
    await page.getByRole('button', { name: 'Forward one token' }).first().tap();
  });

  test.each([
    ['light', 1440, 900],
    ['dark', 1440, 900],
    ['light', 360, 800],
    ['dark', 360, 800],
  ] as const)('is accessible, %s at %i × %i', async (colorScheme, width, height) => {
    const page = await open('learn#staircase', {
      model: false,
      colorScheme,
      viewport: { width, height },
    });
    await page.getByRole('group', { name: 'Guess first' }).getByRole('button').nth(2).click();
    expect(await violations(page)).toEqual([]);
  });
});
