import { describe, expect, test } from 'vitest';
import { button, cursor, LAST, openReady, write } from './compare-reader';
import { serveSite } from './harness';
import { eventually, violations } from './reader';

const site = serveSite();

describe('the page', () => {
  test.each(['light', 'dark'] as const)(
    'has nothing that axe finds wrong, %s',
    async (colorScheme) => {
      const page = await openReady(site, { colorScheme, viewport: { width: 1440, height: 900 } });
      expect(await violations(page)).toEqual([]);
      await write(page);
      await page.getByRole('radio', { name: 'nano-b4’s in both' }).check();
      await page.getByRole('table', { name: /^Mean surprise by slot/ }).waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(900);
      await page.getByRole('button', { name: 'Show the token axis as a table' }).click();
      await page
        .getByRole('button', { name: 'Show local attention, upper lane, as a table' })
        .click();
      expect(await violations(page)).toEqual([]);
    },
  );

  test('fits a phone without scrolling sideways, its player within reach', async () => {
    const page = await openReady(site, { viewport: { width: 360, height: 800 }, hasTouch: true });
    await write(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const player = await button(page, 'Back one token').boundingBox();
    expect((player?.y ?? 0) + (player?.height ?? 0)).toBeLessThanOrEqual(800);
    await button(page, 'Back one token').tap();
    await eventually(() => cursor(page)).toBe(LAST - 1);
    expect(await violations(page)).toEqual([]);
  });

  test('has help, and its keys are those of the first page', async () => {
    const page = await openReady(site);
    await write(page);
    await page.getByRole('main').click({ position: { x: 4, y: 4 } });
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Help' });
    await help.waitFor();
    expect(await help.textContent()).toContain('Same text');
    await page.keyboard.press('Escape');
    await eventually(() => help.isVisible()).toBe(false);
    await page.keyboard.press('Shift+ArrowLeft');
    await eventually(() => cursor(page)).toBe(LAST - 4);
    await page.keyboard.press('l');
    await eventually(() =>
      button(page, 'Show the tokens around the cursor').getAttribute('aria-pressed'),
    ).toBe('true');
    await page.keyboard.press('t');
    await eventually(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe(
      'dark',
    );
  });
});
