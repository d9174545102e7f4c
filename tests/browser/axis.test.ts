import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { engineStatus, serveSite, waitForEngine } from './harness';
import { eventually } from './reader';

const site = serveSite();

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: true });
const timeline = (page: Page) => page.getByRole('slider', { name: 'Timeline' });
const view = (page: Page) => page.getByRole('slider', { name: 'Part of the run on the axis' });
const cursor = async (page: Page) => Number(await timeline(page).inputValue());

/** First and last block on the axis. */
async function shown(page: Page): Promise<[number, number]> {
  const text = await view(page).getAttribute('aria-valuetext');
  const [, first, last] = /^blocks (\d+) to (\d+) of/.exec(text ?? '') ?? [];
  return [Number(first), Number(last)];
}

const blocks = async (page: Page) => {
  const [first, last] = await shown(page);
  return last - first + 1;
};

/** A run of 5 prompt blocks and `tokens` tokens more, ended, the cursor on its last one. */
async function open(tokens: number, options: Parameters<typeof site.visit>[1] = {}) {
  // On a laptop the page itself does not scroll.
  const viewport = { width: 1440, height: 900 };
  const page = await site.visit('?model=nano-b4&backend=wasm', { viewport, ...options });
  await waitForEngine(page, /Ready/);
  await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
  const length = page.getByLabel('Length');
  if (!(await length.isVisible())) await page.locator('summary', { hasText: 'Sampling' }).click();
  await length.fill(String(tokens));
  await page.getByRole('checkbox', { name: /past the end/ }).check();
  await button(page, 'Generate').click();
  await eventually(() => cursor(page)).toBe(19 + tokens);
  await waitForEngine(page, /Ready/);
  return page;
}

/** The middle of a token on the ruler, from the slider that spans the run. */
async function onRuler(page: Page, token: number) {
  const box = await timeline(page).boundingBox();
  const last = Number(await timeline(page).getAttribute('max'));
  if (!box) throw new Error('the timeline has no box');
  return { x: box.x + ((token + 0.5) * box.width) / (last + 1), y: box.y + box.height / 2 };
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 3 });
  await page.mouse.up();
}

describe('the view of the time axis', () => {
  test('zooms by keys and buttons, from one block to the whole run, and comes back', async () => {
    const page = await open(160);
    await eventually(() => shown(page)).toEqual([33, 44]);
    for (let i = 0; i < 8; i++) await page.keyboard.press('+');
    await eventually(() => shown(page)).toEqual([44, 44]);
    await eventually(() => button(page, 'Zoom in on the time axis').isDisabled()).toBe(true);
    await button(page, 'Show the whole run').click();
    await eventually(() => shown(page)).toEqual([0, 44]);
    expect(await button(page, 'Show the whole run').getAttribute('aria-pressed')).toBe('true');
    await button(page, 'Zoom out').click();
    await eventually(() => blocks(page)).toBe(64);
    await page.keyboard.press('l');
    await eventually(() => shown(page)).toEqual([33, 44]);
  });

  test('zooms by the wheel around the pointer, pans sideways, and is followed again on request', async () => {
    const page = await open(160);
    const at = await onRuler(page, 36 * 4 + 2);
    await page.mouse.move(at.x, at.y - 40);
    await page.mouse.wheel(0, -600);
    await eventually(() => blocks(page)).toBeLessThan(8);
    // What lay under the pointer still does.
    const after = await onRuler(page, 36 * 4 + 2);
    expect(Math.abs(after.x - at.x)).toBeLessThan(2);
    await page.mouse.wheel(-2000, 0);
    await eventually(async () => (await shown(page))[0]).toBeLessThan(30);
    await button(page, 'Follow the cursor').click();
    await eventually(async () => (await shown(page))[1]).toBe(44);
    expect(await button(page, 'Follow the cursor').count()).toBe(0);
  });

  test('leaves the wheel to a page that scrolls, unless Control is held', async () => {
    const page = await open(60, { viewport: { width: 1440, height: 600 } });
    const top = () => page.evaluate(() => window.scrollY);
    await timeline(page).scrollIntoViewIfNeeded();
    const before = await top();
    expect(before).toBeGreaterThan(50);
    const at = await onRuler(page, Number(await cursor(page)));
    await page.mouse.move(at.x, at.y);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -400);
    await eventually(() => blocks(page)).toBeLessThan(12);
    expect(await top()).toBe(before);
    await page.keyboard.up('Control');
    const zoomed = await blocks(page);
    await page.mouse.wheel(0, -200);
    await eventually(top).toBeLessThan(before);
    expect(await blocks(page)).toBe(zoomed);
  });

  test('is dragged, resized and moved by keyboard on the strip of the whole run', async () => {
    const page = await open(160);
    const before = await cursor(page);
    const box = await view(page).boundingBox();
    if (!box) throw new Error('the frame has no box');
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    await drag(page, middle, { x: middle.x - 300, y: middle.y });
    await eventually(async () => (await shown(page))[0]).toBeLessThan(25);
    expect(await blocks(page)).toBeLessThanOrEqual(13);
    expect(await cursor(page)).toBe(before);

    const moved = await view(page).boundingBox();
    if (!moved) throw new Error('the frame has no box');
    const [first] = await shown(page);
    const edge = { x: moved.x + moved.width, y: moved.y + moved.height / 2 };
    await drag(page, edge, { x: edge.x + 200, y: edge.y });
    await eventually(() => blocks(page)).toBeGreaterThan(18);
    expect((await shown(page))[0]).toBe(first);

    await view(page).focus();
    await page.keyboard.press('Home');
    await eventually(async () => (await shown(page))[0]).toBe(0);
    await page.keyboard.press('ArrowRight');
    await eventually(async () => (await shown(page))[0]).toBe(1);
    const wide = await blocks(page);
    await page.keyboard.press('Shift+ArrowLeft');
    await eventually(() => blocks(page)).toBe(wide - 1);
    // None of it moved the cursor.
    expect(await cursor(page)).toBe(before);

    // A click on the strip goes there, as in a video player.
    const strip = await view(page).locator('..').boundingBox();
    if (!strip) throw new Error('the strip has no box');
    await page.mouse.click(strip.x + (strip.width * 162.5) / 180, strip.y + 8);
    await eventually(() => cursor(page)).toBe(162);
  });
});

test('a block chosen in the text or by keys has its past on the axis, one chosen on the axis stays under the pointer', async () => {
  const page = await open(160);
  await eventually(() => shown(page)).toEqual([33, 44]);
  const at = await onRuler(page, 34 * 4 + 1);
  await page.mouse.click(at.x, at.y - 40);
  await eventually(() => cursor(page)).toBe(34 * 4 + 1);
  await page.mouse.click(at.x, at.y);
  expect(await shown(page)).toEqual([33, 44]);
  // Keys on the slider are no pointer.
  await page.keyboard.press('ArrowRight');
  await eventually(() => shown(page)).toEqual([25, 36]);
  await page
    .getByRole('region', { name: 'Generated text' })
    .locator(`[data-token="${27 * 4}"]`)
    .click();
  await eventually(() => cursor(page)).toBe(27 * 4);
  await eventually(() => shown(page)).toEqual([18, 29]);
  await page.keyboard.press('Home');
  await eventually(() => shown(page)).toEqual([0, 11]);
});

test('what lies under the pointer is lit in the text, a block where the axis shows blocks', async () => {
  const page = await open(60);
  const lit = () =>
    page
      .getByRole('region', { name: 'Generated text' })
      .locator('[data-token][data-lit]')
      .evaluateAll((tokens) => tokens.map((token) => Number(token.getAttribute('data-token'))));
  const at = await onRuler(page, 58);
  await page.mouse.move(at.x, at.y - 40);
  await eventually(lit).toEqual([58]);
  await page.mouse.move(at.x, at.y);
  await eventually(lit).toEqual([56, 57, 58, 59]);
});

test('the axis is a table as well, and that of the whole run has a row a block', async () => {
  const page = await open(60);
  await button(page, 'Show the time axis as a table').click();
  const rows = page.getByRole('region', { name: 'The time axis as a table' }).locator('tbody tr');
  await eventually(() => rows.count()).toBe(48);
  // Block 19 is the last: 19 global positions of 768 B, 2 + 3 local ones; a flat model holds 79 − 3 of 1.5 KiB.
  expect(await rows.last().locator('td').allTextContents()).toEqual([
    expect.any(String),
    expect.stringMatching(/^\d+\.\d\d bits$/),
    '14.3 KiB',
    '3.8 KiB',
    '114 KiB',
  ]);
  await page.keyboard.press('w');
  await eventually(() => rows.count()).toBe(20);
  expect(await rows.first().textContent()).toMatch(/^block 0.*not measured/);
});

describe('playback', () => {
  test('drags the cursor along the axis and the ruler, and steps by keys', async () => {
    const page = await open(60);
    const from = await onRuler(page, 40);
    // On the tokens, above the ruler.
    await drag(
      page,
      { x: from.x, y: from.y - 40 },
      { ...(await onRuler(page, 52)), y: from.y - 40 },
    );
    await eventually(() => cursor(page)).toBe(52);
    await drag(page, await onRuler(page, 52), await onRuler(page, 61));
    await eventually(() => cursor(page)).toBe(61);
    await timeline(page).focus();
    await page.keyboard.press('PageDown');
    await eventually(() => cursor(page)).toBe(57);
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowRight');
    await eventually(() => cursor(page)).toBe(62);
    await page.keyboard.press('Home');
    await eventually(() => cursor(page)).toBe(0);
    await eventually(async () => (await shown(page))[0]).toBe(0);
  });

  test('says that it is paused while the engine waits for the reader', async () => {
    const page = await site.visit('?model=nano-b4&backend=wasm');
    await waitForEngine(page, /Ready/);
    await button(page, 'Generate').click();
    await waitForEngine(page, /^Writing$/);
    await button(page, 'Pause').click();
    await waitForEngine(page, /^Paused$/);
    await button(page, 'Play').click();
    await waitForEngine(page, /^Writing$/);
    await button(page, 'Stop').click();
    await waitForEngine(page, /Ready/);
    expect(await engineStatus(page)).toMatch(/^Ready/);
  });
});

describe('on a phone', () => {
  const phone = { viewport: { width: 360, height: 800 }, hasTouch: true };

  test('nothing of the longest pace is cut, and the figure is as wide as the screen', async () => {
    const page = await open(20, phone);
    const pace = page.getByRole('combobox', { name: 'Pace' });
    // Left to itself a select is as wide as its longest option.
    const [natural, given] = await pace.evaluate((element) => {
      const copy = element.cloneNode(true) as HTMLElement;
      copy.style.cssText = 'position: absolute; width: auto';
      element.parentElement?.append(copy);
      const width = copy.getBoundingClientRect().width;
      copy.remove();
      return [width, element.getBoundingClientRect().width];
    });
    expect(natural).toBeLessThanOrEqual((given ?? 0) + 0.5);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  test('two fingers zoom, one pans, and the page still scrolls', async () => {
    const page = await open(100, phone);
    await timeline(page).scrollIntoViewIfNeeded();
    await eventually(() => blocks(page)).toBe(4);
    const { x, y } = await onRuler(page, Number(await cursor(page)) - 8);
    const device = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: [number, number][]) =>
      device.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: points.map(([px, py], id) => ({ x: px, y: py, id })),
      });
    const above = y - 50;
    await touch('touchStart', [x - 20, above], [x + 20, above]);
    for (let i = 1; i <= 5; i++)
      await touch('touchMove', [x - 20 - 8 * i, above], [x + 20 + 8 * i, above]);
    await touch('touchEnd');
    await eventually(() => blocks(page)).toBeLessThan(4);

    const before = await shown(page);
    await touch('touchStart', [120, above]);
    for (let i = 1; i <= 6; i++) await touch('touchMove', [120 + 25 * i, above]);
    await touch('touchEnd');
    await eventually(async () => (await shown(page))[0]).toBeLessThan(before[0]);

    const top = await page.evaluate(() => window.scrollY);
    await touch('touchStart', [120, above]);
    for (let i = 1; i <= 8; i++) await touch('touchMove', [120, above - 20 * i]);
    await touch('touchEnd');
    await eventually(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(top + 40);
  });
});
