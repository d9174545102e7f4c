import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { serveSite, type VisitOptions } from './harness';
import { eventually, focusOn, openWith, violations } from './reader';
import { fills, line, onStage, said, smallestType } from './stage';

const site = serveSite();

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
const timeline = (page: Page) => page.getByRole('slider', { name: 'Timeline' });
const cursor = async (page: Page) => Number(await timeline(page).inputValue());
const list = (page: Page) => page.getByRole('dialog', { name: 'Bookmarks' });
const names = (page: Page) =>
  list(page)
    .getByRole('textbox')
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
/** Puts the cursor on a token. */
async function seek(page: Page, token: number) {
  await timeline(page).fill(String(token));
  // The panel in use is the one that fills the screen.
  await timeline(page).blur();
  await eventually(() => cursor(page)).toBe(token);
}

/** The first page with its recorded run and no model: neither graphs nor weights can be fetched. */
async function openRecorded(options: VisitOptions = {}) {
  const page = await site.visit('?backend=wasm', {
    ...options,
    expected: [/Failed to load resource/],
    before: async (one) => {
      await one.route(/\/models\/.*\.(onnx|bin)$/, (route) => route.abort());
      await options.before?.(one);
    },
  });
  await eventually(() => page.locator('[data-token]').count()).toBeGreaterThan(40);
  const pause = button(page, 'Pause');
  if ((await pause.count()) > 0) await pause.click();
  return page;
}

describe('bookmarks', () => {
  test('are added, named, ordered, removed and gone to by keyboard, and kept', async () => {
    const page = await openWith(site, 24);
    await seek(page, 30);
    await page.keyboard.press('d');
    const note = page.getByRole('status', { name: 'Bookmark' });
    await eventually(() => note.textContent()).toBe('Bookmark 1: Block 7, slot 2');
    // Over a panel that fills the screen, too.
    await page.keyboard.press('Shift+F');
    const full = page.getByRole('dialog', { name: /, full screen$/ });
    await eventually(() => full.isVisible()).toBe(true);
    await page.keyboard.press('d');
    await eventually(() => full.getByRole('alert').textContent()).toBe(
      'Bookmark 2: Global attention, block 7, slot 2',
    );
    await page.keyboard.press('Escape');
    await eventually(() => full.count()).toBe(0);
    await seek(page, 40);
    await page.keyboard.press('d');

    await page.keyboard.press('Shift+D');
    await eventually(() => list(page).isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
    const field = list(page).getByRole('textbox', { name: 'Name of bookmark 1' });
    await field.fill('<b>the sink</b>');
    await field.press('Enter');
    await field.press('Alt+ArrowDown');
    const moved = list(page).getByRole('textbox', { name: 'Name of bookmark 2' });
    await focusOn(moved);
    expect(await names(page)).toEqual([
      'Global attention, block 7, slot 2',
      '<b>the sink</b>',
      'Block 10, slot 0',
    ]);
    const up = list(page).getByRole('button', { name: 'Move “Block 10, slot 0” up' });
    await up.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await focusOn(up);
    expect((await names(page))[0]).toBe('Block 10, slot 0');
    await list(page).getByRole('button', { name: 'Remove “Block 10, slot 0”' }).click();
    expect(await names(page)).toHaveLength(2);
    await button(page, 'Put back').click();
    expect((await names(page))[0]).toBe('Block 10, slot 0');

    await list(page).getByRole('button', { name: 'Go to “<b>the sink</b>”' }).click();
    await eventually(() => list(page).count()).toBe(0);
    await eventually(() => cursor(page)).toBe(30);
    await page.keyboard.press('Shift+D');
    await list(page).getByRole('button', { name: 'Go to “Global attention' }).click();
    await eventually(() => full.isVisible()).toBe(true);

    // The run is gone with the page; what was kept says so.
    await page.reload();
    await eventually(() => page.getByRole('button', { name: 'Share' }).isVisible()).toBe(true);
    await page.keyboard.press('Shift+D');
    await eventually(() => list(page).textContent()).toMatch(
      /3 more are of runs that are not open/,
    );
  });

  test('are dragged by their grips', async () => {
    const page = await openWith(site, 24);
    for (const token of [22, 30]) {
      await seek(page, token);
      await page.keyboard.press('d');
    }
    await page.keyboard.press('Shift+D');
    const rows = list(page).getByRole('listitem');
    await rows.first().locator('[draggable]').dragTo(rows.last());
    await eventually(() => names(page)).toEqual(['Block 7, slot 2', 'Block 5, slot 2']);
  });
});

describe('a stage', () => {
  test('goes through bookmarks by the keys of a clicker, without any model', async () => {
    const page = await openRecorded();
    const tokens = [50, 60, 70];
    for (const token of tokens) {
      await seek(page, token);
      await page.keyboard.press('d');
    }
    // One of them fills the stage.
    await page.keyboard.press('Shift+F');
    await eventually(() => fills(page)).toBe(true);
    await page.keyboard.press('d');
    await page.keyboard.press('Escape');
    await eventually(() => fills(page)).toBe(false);

    await page.keyboard.press('p');
    await eventually(() => onStage(page)).toBe(true);
    await eventually(() => fills(page)).toBe(true);
    await eventually(() => said(page)).toMatch(/^Presenting\. 4 bookmarks, by arrow keys/);
    await eventually(() => line(page).textContent()).toMatch(/^1 \/ 4Block 12, slot 2/);
    await eventually(() => cursor(page)).toBe(50);
    expect(await page.getByRole('banner').count()).toBe(0);
    expect(await page.getByRole('textbox', { name: 'Prompt' }).isVisible()).toBe(false);
    expect(await page.getByRole('region', { name: 'Generated text' }).isVisible()).toBe(true);

    await page.keyboard.press('PageDown');
    await eventually(() => said(page)).toBe('Bookmark 2 of 4: Block 15, slot 0');
    await eventually(() => cursor(page)).toBe(60);
    await page.keyboard.press('ArrowRight');
    await eventually(() => cursor(page)).toBe(70);
    await page.keyboard.press('ArrowRight');
    const full = page.getByRole('dialog', { name: 'Global attention, full screen' });
    await eventually(() => full.isVisible()).toBe(true);
    // What it covers is not there for keys and readers who listen.
    expect(await page.getByRole('region', { name: 'Generated text' }).count()).toBe(0);
    await page.keyboard.press('ArrowRight');
    await eventually(() => said(page)).toBe('That was the last bookmark.');
    await page.keyboard.press('PageUp');
    await eventually(() => full.count()).toBe(0);
    await eventually(() => cursor(page)).toBe(70);
    await page.keyboard.press('Home');
    await eventually(() => cursor(page)).toBe(50);
    // The other keys do what they always do.
    await page.keyboard.press('Shift+ArrowRight');
    await eventually(() => cursor(page)).toBe(54);
    expect(await fills(page)).toBe(true);

    await page.keyboard.press('Escape');
    await eventually(() => onStage(page)).toBe(false);
    await eventually(() => fills(page)).toBe(false);
    expect(await said(page)).toBe('The presentation is over.');
    expect(await page.getByRole('banner').isVisible()).toBe(true);
    // The place in the talk is kept.
    await page.keyboard.press('p');
    await eventually(() => line(page).textContent()).toMatch(/^1 \/ 4/);
    // The browser's own way out leads out as well.
    await eventually(() => fills(page)).toBe(true);
    await page.evaluate(() => document.exitFullscreen());
    await eventually(() => onStage(page)).toBe(false);
  });

  for (const [width, height] of [
    [1280, 720],
    [1440, 900],
    [1920, 1080],
  ] as const) {
    test(`is read from afar and fits the screen at ${width} × ${height}`, async () => {
      const page = await openRecorded({ viewport: { width, height } });
      await seek(page, 70);
      await page.keyboard.press('d');
      await page.keyboard.press('p');
      await eventually(() => line(page).textContent()).toMatch(/^1 \/ 1/);
      expect(await violations(page)).toEqual([]);
      const room = await page.evaluate(() => [
        document.documentElement.scrollWidth - window.innerWidth,
        document.documentElement.scrollHeight - window.innerHeight,
      ]);
      expect(room).toEqual([0, 0]);
      const smallest = await smallestType(page);
      expect(smallest.page).toBeGreaterThanOrEqual(18);
      expect(smallest.drawn).toBeGreaterThanOrEqual(18);
      for (const name of ['Global attention', 'Local attention', 'Next token', 'Over time']) {
        const box = await page.getByRole('region', { name, exact: true }).boundingBox();
        expect(box?.height, name).toBeGreaterThan(200);
        expect((box?.y ?? 0) + (box?.height ?? 0), name).toBeLessThanOrEqual(height - 52);
      }
    });
  }

  test('goes blank, has a clock and a spot under the pointer, and is used by keyboard', async () => {
    const page = await openRecorded({ viewport: { width: 1280, height: 720 } });
    await page.keyboard.press('p');
    await eventually(() => line(page).textContent()).toMatch(/tiny-b4 · recorded run/);
    const dark = () => page.evaluate(() => document.documentElement.hasAttribute('data-blank'));
    await page.keyboard.press('b');
    await eventually(dark).toBe(true);
    expect(await said(page)).toBe('The screen is blank. B shows it again.');
    expect(await line(page).isVisible()).toBe(false);
    expect(await timeline(page).isVisible()).toBe(false);
    await page.mouse.click(300, 300);
    await eventually(dark).toBe(false);
    await page.keyboard.press('.');
    await eventually(dark).toBe(true);
    await page.keyboard.press('b');
    await eventually(dark).toBe(false);

    const spot = page.locator('[data-laser]');
    await page.mouse.move(640, 200);
    await page.mouse.move(644, 210);
    await eventually(() => spot.getAttribute('data-on')).toBe('');
    const box = await spot.boundingBox();
    expect([(box?.x ?? 0) + 9, (box?.y ?? 0) + 9]).toEqual([644, 210]);
    expect(await page.evaluate(() => getComputedStyle(document.body).cursor)).toBe('none');
    await eventually(() => spot.getAttribute('data-on')).toBe(null);

    const clock = button(page, /^\d+:\d\d: start the clock anew$/);
    await eventually(() => clock.textContent()).not.toBe('0:00');
    await page.keyboard.press('0');
    await eventually(() => clock.textContent()).toMatch(/^0:0[01]$/);

    // The controls are away until a key reaches them.
    const leave = button(page, 'Leave the presentation');
    const controls = page.getByRole('group', { name: 'Presentation' });
    const seen = () => controls.evaluate((one) => getComputedStyle(one).opacity);
    await eventually(seen).toBe('0');
    await leave.focus();
    await eventually(seen).toBe('1');
    await page.keyboard.press('Enter');
    await eventually(() => onStage(page)).toBe(false);
    // Without bookmarks the arrow keys go from token to token, on a stage as elsewhere.
    await seek(page, 60);
    await page.keyboard.press('p');
    await page.keyboard.press('ArrowRight');
    await eventually(() => cursor(page)).toBe(61);
  });

  test('fills the window where the screen is refused; nothing moves for who wants no motion', async () => {
    const page = await openRecorded({
      reducedMotion: 'reduce',
      before: (one) =>
        one.addInitScript(() => {
          Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('forbidden'));
        }),
    });
    await page.keyboard.press('p');
    await eventually(() => line(page).isVisible()).toBe(true);
    expect(await fills(page)).toBe(false);
    const size = page.viewportSize();
    const [main, foot] = await Promise.all([
      page.getByRole('main').boundingBox(),
      line(page).boundingBox(),
    ]);
    expect([main?.x, main?.y, main?.width]).toEqual([0, 0, size?.width]);
    expect((foot?.y ?? 0) + (foot?.height ?? 0)).toBe(size?.height);
    expect((main?.height ?? 0) + (foot?.height ?? 0)).toBe(size?.height);
    const moves = await page.evaluate(() =>
      [...document.querySelectorAll('footer *, [data-laser]')]
        .map((one) => getComputedStyle(one).transitionDuration)
        .filter((duration) => duration !== '0s'),
    );
    expect(moves).toEqual([]);
    // Help opens over the stage, and Escape closes it first.
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Help' });
    await eventually(() => help.isVisible()).toBe(true);
    expect(await help.textContent()).toContain('Presenting: blank the screen');
    await page.keyboard.press('Escape');
    await eventually(() => help.isVisible()).toBe(false);
    expect(await onStage(page)).toBe(true);
    await page.keyboard.press('Escape');
    await eventually(() => onStage(page)).toBe(false);
  });

  test('goes live on one key, and back to the bookmarks', async () => {
    const page = await openWith(site, 24);
    await seek(page, 30);
    await page.keyboard.press('d');
    await page.keyboard.press('p');
    await eventually(() => line(page).textContent()).toMatch(/^1 \/ 1/);
    await page.keyboard.press('g');
    await eventually(() => line(page).textContent()).toMatch(/^nano-b4 · written here/);
    await eventually(() => cursor(page)).toBe(43);
    await page.keyboard.press('ArrowLeft');
    await eventually(() => line(page).textContent()).toMatch(/^1 \/ 1/);
    await eventually(() => cursor(page)).toBe(30);
    await page.keyboard.press('Escape');
    await eventually(() => button(page, /Run 1/).count()).toBe(1);
  });

  test('says on it why the model cannot write', async () => {
    const page = await openRecorded();
    await page.keyboard.press('p');
    await eventually(() => line(page).textContent()).toMatch(/recorded run/);
    await page.keyboard.press('g');
    await eventually(() => line(page).textContent()).toMatch(/could not be|cannot|not be fetched/);
    expect(await page.locator('[data-token]').count()).toBeGreaterThan(40);
  });

  test('is there on the Lab as well, part by part', async () => {
    const page = await site.visit('lab');
    await button(page, 'Present').click();
    await eventually(() => line(page).textContent()).toMatch(/^1 \/ 3Scaling calculator/);
    await eventually(() => fills(page)).toBe(true);
    await page.keyboard.press('PageDown');
    await eventually(() => line(page).textContent()).toMatch(/^2 \/ 3/);
    await page.keyboard.press('Escape');
    await eventually(() => onStage(page)).toBe(false);
    await focusOn(button(page, 'Present'));
  });
});
