import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { serveSite, type VisitOptions } from './harness';
import { eventually, focusOn, openWith as openRun, violations } from './reader';

const site = serveSite();

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const heads = (page: Page, map: string) =>
  page.getByRole('dialog', { name: `Heads of ${map} attention` });
const view = (page: Page) => page.getByRole('dialog', { name: 'View of the maps' });
const chosen = (page: Page) => page.locator('[role="radio"][aria-checked="true"]');

const openWith = (tokens: number, options?: VisitOptions) => openRun(site, tokens, options);

describe('all heads', () => {
  test('open beside the map, are chosen by arrow keys and clicks, and sort by any figure', async () => {
    const page = await openWith(16);
    await page.keyboard.press('h');
    const sheet = heads(page, 'global');
    await eventually(() => chosen(page).getAttribute('aria-label')).toMatch(
      /^layer 0, head 0, entropy \d\.\d\d$/,
    );
    // Two layers of three heads, mean and maximum of each and of all.
    expect(await sheet.getByRole('radio').count()).toBe(12);
    const before = await mapPixels(page, 'Global attention');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await eventually(() => chosen(page).getAttribute('aria-label')).toMatch(/^layer 1, head 1/);
    expect(await sheet.isVisible()).toBe(true);
    await eventually(() => mapPixels(page, 'Global attention')).not.toBe(before);
    await sheet.getByRole('radio', { name: 'all 2 layers, mean of 6 heads' }).click();
    await page.keyboard.press('Escape');
    await eventually(() => sheet.count()).toBe(0);
    const picker = button(page, 'Heads of global attention: all 2 layers, mean of 6 heads');
    expect(await picker.textContent()).toBe('mean of all heads');
    await focusOn(picker);
    expect(
      await region(page, 'Global attention').getByRole('application').getAttribute('aria-label'),
    ).toMatch(/all 2 layers, mean of 6 heads/);
    expect(await region(page, 'Global attention').textContent()).toContain(
      'mean of 6 heads, all 2 layers',
    );

    await picker.click();
    await button(page, 'Heads of the token decoder').click();
    const local = heads(page, 'local');
    await eventually(() => local.isVisible()).toBe(true);
    expect(await heads(page, 'global').count()).toBe(0);
    const figures = local.getByRole('combobox', { name: 'Figure' });
    const names = await figures.locator('option').allTextContents();
    expect(names).toEqual([
      'entropy (bits)',
      'share on prefix 0',
      'share on prefix 1',
      'share on its own position',
    ]);
    const single = local.getByRole('radio', { name: /head \d/ });
    const values = async () =>
      (
        await single.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''))
      ).map((label) => Number(/([\d.]+)(?: %)?$/.exec(label)?.[1]));
    await button(page, 'Sort').click();
    for (const name of names) {
      await figures.selectOption({ label: name });
      await eventually(async () => {
        const now = await values();
        return now.length === 6 && now.every((value, i) => i === 0 || value <= (now[i - 1] ?? 0));
      }).toBe(true);
      await eventually(() => local.textContent()).toMatch(
        /Mean over the 16 rows \(1–4\) that chose/,
      );
    }
  });
});

describe('the view of the maps', () => {
  test('changes both maps and says what it leaves out', async () => {
    const page = await openWith(24);
    const panels = ['Global attention', 'Local attention'];
    const before = await Promise.all(panels.map((name) => mapPixels(page, name)));
    await page.keyboard.press('v');
    await focusOn(view(page).getByRole('radio', { name: '√' }));
    const log = view(page).getByRole('radio', { name: 'log' });
    await log.check();
    expect(await view(page).textContent()).toContain('log₁₀(1 + 999 w) / 3');
    for (const [i, name] of panels.entries()) {
      await eventually(() => mapPixels(page, name)).not.toBe(before[i]);
      expect(await region(page, name).textContent()).toContain('log scale');
    }
    const slider = view(page).getByRole('slider', { name: 'Largest weights until' });
    await slider.focus();
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowLeft');
    await view(page)
      .getByRole('checkbox', { name: /Hide the first block/ })
      .check();
    await eventually(() => region(page, 'Global attention').textContent()).toMatch(
      /largest weights until 80 % of each row; first block hidden, row scale unchanged/,
    );
    expect(await region(page, 'Local attention').textContent()).toMatch(/until 80 %.*left out/s);
    expect(await region(page, 'Local attention').textContent()).not.toMatch(/first block/);
    await view(page).getByRole('button', { name: 'Reset' }).click();
    await eventually(() => region(page, 'Global attention').textContent()).toMatch(
      /block decoder: which earlier blocks/,
    );
    for (const [i, name] of panels.entries())
      await eventually(() => mapPixels(page, name)).toBe(before[i]);
    await page.keyboard.press('Escape');
    await eventually(() => view(page).count()).toBe(0);
  });

  test('of a long run shows the rows near the cursor, or all', async () => {
    const page = await openWith(200);
    const panel = region(page, 'Global attention');
    await eventually(() => panel.textContent()).toMatch(/Σ: blocks 0–\d+ together/);
    const part = await mapPixels(page, 'Global attention');
    await panel.getByRole('application').focus();
    await page.keyboard.press('ArrowUp');
    await eventually(() => panel.locator('output').textContent()).toMatch(
      /^Block 53 .* → blocks 0–\d+ together: \d\.\d{3}$/,
    );
    await page.keyboard.press('Escape');
    await button(page, 'show all rows').click();
    await eventually(() => panel.textContent()).toMatch(/rows near the cursor/);
    expect(await mapPixels(page, 'Global attention')).not.toBe(part);
    await page.keyboard.press('m');
    await eventually(() => panel.textContent()).toMatch(/show all rows/);
  });
});

describe('a cell', () => {
  test('lights up its query and key in the text, is read out once the keys rest, and is in the table', async () => {
    const page = await openWith(24);
    const map = region(page, 'Global attention').getByRole('application');
    await map.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    // 17 tokens and 3 pads are 5 blocks, 24 tokens 6 more: the last row is that of block 9.
    const lit = async () =>
      (await region(page, 'Generated text').locator('[data-lit]').all()).length === 0
        ? []
        : region(page, 'Generated text')
            .locator('[data-lit]')
            .evaluateAll((tokens) =>
              tokens.map((one) => Number((one as HTMLElement).dataset.token)),
            );
    await eventually(lit).toEqual([4, 5, 6, 7, 36, 37, 38, 39]);
    await page.keyboard.press('Escape');
    await eventually(lit).toEqual([]);
    const before = await mapPixels(page, 'Global attention');
    await region(page, 'Generated text').locator('[data-token="9"]').hover();
    await eventually(() => mapPixels(page, 'Global attention')).not.toBe(before);

    const panel = region(page, 'Local attention');
    await panel.getByRole('application').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const output = panel.locator('output');
    await eventually(() => output.textContent()).toMatch(
      /→ prefix 1: \d\.\d{3}; this row predicts slot 3$/,
    );
    const said = /: (\d\.\d{3});/.exec((await output.textContent()) ?? '')?.[1];
    await button(page, 'Show local attention as a table').click();
    const cells = await panel.locator('tbody tr:last-child td').allTextContents();
    expect(cells).toHaveLength(5);
    expect(cells[1]).toBe(said);
    expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBeCloseTo(1, 2);
  });
});

describe('axe-core', () => {
  test('finds nothing wrong, with the heads, the view or the tables open, light and dark', async () => {
    const page = await openWith(24, { colorScheme: 'light' });
    for (const theme of ['light', 'dark']) {
      expect(await violations(page), `page, ${theme}`).toEqual([]);
      await page.keyboard.press('h');
      await eventually(() => heads(page, 'global').isVisible()).toBe(true);
      await button(page, 'Sort').click();
      expect(await violations(page), `heads, ${theme}`).toEqual([]);
      await page.keyboard.press('Escape');
      await eventually(() => heads(page, 'global').count()).toBe(0);
      await button(page, /^View of local attention/).click();
      await view(page).getByRole('checkbox').check();
      await view(page).getByRole('slider').fill('70');
      expect(await violations(page), `view, ${theme}`).toEqual([]);
      await page.keyboard.press('Escape');
      await eventually(() => view(page).count()).toBe(0);
      for (const map of ['global', 'local'])
        await button(page, `Show ${map} attention as a table`).click();
      expect(await violations(page), `tables, ${theme}`).toEqual([]);
      for (const map of ['global', 'local'])
        await button(page, `Show ${map} attention as a table`).click();
      await button(page, 'Light or dark').click();
    }
  });

  test('finds nothing wrong on a phone, where the heads fit the screen', async () => {
    const page = await openWith(24, { viewport: { width: 360, height: 800 } });
    await button(page, /^Heads of global attention/).click();
    const box = await heads(page, 'global').boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 360).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await violations(page)).toEqual([]);
  });
});

/** The map's canvas as text, to see whether it changed. */
function mapPixels(page: Page, name: string): Promise<string> {
  return region(page, name)
    .locator('canvas:not([data-ramp])')
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}
