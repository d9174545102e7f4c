import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { cursor, LANES, LAST, openReady, timeline, write } from './compare-reader';
import { serveSite } from './harness';
import { eventually, violations } from './reader';
import { fills, line, onStage, said, smallestType } from './stage';

const site = serveSite();

/** Height of the line below the stage. */
const LINE = 52;

/** What of the words in `region` cannot be seen whole: beyond its edges, or longer than their own box. The text scrolls by design. */
const cutWords = (region: Locator) =>
  region.evaluate((root) => {
    const frame = root.getBoundingClientRect();
    return [...root.querySelectorAll('*')]
      .filter((one) => [...one.childNodes].some(({ nodeName }) => nodeName === '#text'))
      .filter((one) => one.checkVisibility({ visibilityProperty: true }))
      .filter((one) => !one.closest('[role="group"], .visually-hidden, option, title'))
      .filter((one) => {
        const { top, right, bottom, left } = one.getBoundingClientRect();
        const out = bottom > frame.bottom || right > frame.right || top < frame.top;
        return (
          out || left < frame.left || one.scrollWidth > Math.max(one.clientWidth, right - left)
        );
      })
      .map((one) => one.textContent);
  });

describe('the stage of Compare', () => {
  for (const [width, height, colorScheme] of [
    [1440, 900, 'light'],
    [1920, 1080, 'dark'],
  ] as const) {
    test(`is read from afar and fits the screen at ${width} × ${height}, ${colorScheme}`, async () => {
      const page = await openReady(site, { viewport: { width, height }, colorScheme });
      await write(page);
      await page.getByRole('main').click({ position: { x: 4, y: 4 } });
      await page.keyboard.press('p');
      await eventually(() => line(page).textContent()).toMatch(
        /^nano-b4 · nano-flat, measured here/,
      );
      await eventually(() => fills(page)).toBe(true);
      expect(await violations(page)).toEqual([]);
      const beyond = await page.evaluate(() => [
        document.documentElement.scrollWidth - window.innerWidth,
        document.documentElement.scrollHeight - window.innerHeight,
      ]);
      expect(beyond).toEqual([0, 0]);
      const smallest = await smallestType(page);
      expect(smallest.page).toBeGreaterThanOrEqual(18);
      expect(smallest.drawn).toBeGreaterThanOrEqual(18);

      const axis = page.getByRole('region', { name: 'Over time' });
      const lanes = LANES.map((lane) => page.locator(`[data-lane="${lane}"]`));
      for (const region of [...lanes, axis]) {
        const box = await region.boundingBox();
        expect(box?.x).toBe(0);
        expect(box?.width).toBe(width);
        expect(box?.height).toBeGreaterThan(180);
        expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height - LINE);
        expect(await cutWords(region)).toEqual([]);
      }
      for (const lane of lanes) {
        const maps = await lane.getByRole('application').all();
        expect(maps.length).toBeGreaterThan(0);
        const frame = await lane.boundingBox();
        for (const map of maps) {
          const box = await map.boundingBox();
          expect(box?.height).toBeGreaterThan(80);
          expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(
            (frame?.y ?? 0) + (frame?.height ?? 0),
          );
        }
      }
      expect(await axis.getByRole('img').isVisible()).toBe(true);
    });
  }

  test('is entered and left by keys, and its keys move the cursor', async () => {
    const page = await openReady(site, { viewport: { width: 1440, height: 900 } });
    await write(page);
    await page.getByRole('main').click({ position: { x: 4, y: 4 } });
    await page.keyboard.press('p');
    await eventually(() => onStage(page)).toBe(true);
    await eventually(() => said(page)).toMatch(/^Presenting\. B blanks/);
    await eventually(() => fills(page)).toBe(true);
    expect(await page.getByRole('banner').count()).toBe(0);
    expect(await page.getByRole('textbox', { name: 'Prompt' }).isVisible()).toBe(false);

    await page.keyboard.press('ArrowLeft');
    await eventually(() => cursor(page)).toBe(LAST - 1);
    await eventually(() => line(page).textContent()).toContain(`token ${LAST - 1}`);
    await page.keyboard.press('Shift+ArrowLeft');
    await eventually(() => cursor(page)).toBe(LAST - 5);
    await page.keyboard.press('Home');
    await eventually(() => cursor(page)).toBe(0);
    await page.keyboard.press('End');
    await eventually(() => cursor(page)).toBe(LAST);

    await page.keyboard.press('b');
    await eventually(() => timeline(page).isVisible()).toBe(false);
    await page.keyboard.press('b');
    await eventually(() => timeline(page).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await eventually(() => onStage(page)).toBe(false);
    await eventually(() => fills(page)).toBe(false);
    expect(await said(page)).toBe('The presentation is over.');
    expect(await page.getByRole('banner').isVisible()).toBe(true);
    expect(await cursor(page)).toBe(LAST);
    await page.keyboard.press('p');
    await eventually(() => onStage(page)).toBe(true);
    await page.keyboard.press('p');
    await eventually(() => onStage(page)).toBe(false);
  });
});
