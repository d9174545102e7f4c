import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { serveSite, waitForEngine } from './harness';
import { eventually, focusOn, openWith, violations } from './reader';

const site = serveSite();

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const text = (page: Page) => page.getByRole('region', { name: 'Generated text', exact: true });
const box = (page: Page) => page.getByRole('group', { name: 'Text in its blocks' });
const bars = (page: Page) =>
  page.getByRole('region', { name: 'Next token', exact: true }).locator('li button');
const search = (page: Page) => page.getByRole('searchbox', { name: /Find a word/ });

/** Puts the cursor on token `token`, which must be in view. */
async function goTo(page: Page, token: number) {
  await text(page).locator(`[data-token="${token}"]`).click();
  // Text and panels show one moment; the slider may be ahead of them.
  await eventually(() => text(page).locator('[data-now]').getAttribute('data-token')).toBe(
    String(token),
  );
}

/** Pixels by which the token at the cursor, and each block in sight, stick out of the text's box. */
function outside(page: Page): Promise<{ cursor: number; lines: number }> {
  return box(page).evaluate((element) => {
    const frame = element.getBoundingClientRect();
    const beyond = (one: Element) => {
      const { top, bottom } = one.getBoundingClientRect();
      return Math.max(0, frame.top - top, bottom - frame.bottom);
    };
    const now = element.querySelector('[data-now]');
    const lines = [...element.children].filter((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return bottom > frame.top && top < frame.bottom;
    });
    return {
      cursor: now ? beyond(now) : Number.NaN,
      lines: Math.max(...lines.map(beyond)),
    };
  });
}

describe('the text', () => {
  test('shows whole lines, and the token at the cursor whatever its width', async () => {
    const page = await openWith(site, 220, { viewport: { width: 1440, height: 900 } });
    for (const width of [1440, 1000, 1440, 700, 360, 1300]) {
      await page.setViewportSize({ width, height: 900 });
      await eventually(() => outside(page)).toEqual({ cursor: 0, lines: 0 });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await eventually(() => outside(page)).toEqual({ cursor: 0, lines: 0 });
    // Scrolled by hand, it comes to rest on a line, too.
    await box(page).hover();
    await page.mouse.wheel(0, -100);
    await eventually(() => box(page).evaluate((element) => element.scrollTop % 30)).toBe(0);
    await eventually(async () => (await outside(page)).cursor).toBeGreaterThan(0);
    await eventually(async () => (await outside(page)).lines).toBe(0);
  });

  test('still shows it after a panel has filled the screen', async () => {
    const page = await openWith(site, 220, { viewport: { width: 1440, height: 900 } });
    await page.keyboard.press('m');
    await page.keyboard.press('Shift+F');
    await eventually(() => button(page, 'Leave full screen').count()).toBe(1);
    await page.setViewportSize({ width: 1300, height: 900 });
    await page.keyboard.press('Escape');
    await eventually(() => button(page, 'Leave full screen').count()).toBe(0);
    await page.setViewportSize({ width: 1440, height: 900 });
    await eventually(() => outside(page)).toEqual({ cursor: 0, lines: 0 });
  });
});

describe('another word', () => {
  test('leaves the focus where it was, by keyboard and by mouse, and says what it kept', async () => {
    const page = await openWith(site, 24);
    // In the first block that was written: the branch has nothing to list until its word is there.
    await goTo(page, 22);
    await bars(page).first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await focusOn(bars(page).nth(2));
    await page.keyboard.press('Enter');
    // 5 blocks of prompt: two tokens of the parent come before token 22.
    await eventually(() => text(page).textContent()).toMatch(
      /(?<!\d)2 tokens kept, 24 tokens written, as asked for/,
    );
    await focusOn(bars(page).nth(2));

    await goTo(page, 26);
    const word = bars(page).and(page.locator('[aria-disabled="false"]')).last();
    const place = await word.evaluate((one) =>
      [...(one.closest('ol')?.querySelectorAll('button') ?? [])].indexOf(one as HTMLButtonElement),
    );
    await word.click();
    await eventually(() => text(page).textContent()).toMatch(/6 tokens kept, 24 tokens written/);
    await focusOn(bars(page).nth(place));
    await page.keyboard.press('r');
    await eventually(() => page.getByRole('menuitemradio').allTextContents()).toEqual([
      expect.stringMatching(/^3 · branch of 2 .* 6 tokens kept, 24 tokens written$/),
      expect.stringMatching(/^2 · branch of 1 .* 2 tokens kept, 24 tokens written$/),
      expect.stringMatching(/^1 · .* · 24 tokens written$/),
    ]);
  });

  test('can be looked for: the field takes the focus and gives it back, one Escape at a time', async () => {
    const page = await openWith(site, 24);
    await goTo(page, 30);
    await button(page, 'Back one token').focus();
    await page.keyboard.press('n');
    await focusOn(search(page));
    await page.keyboard.type('it');
    await page.keyboard.press('Escape');
    await eventually(() => search(page).count()).toBe(0);
    await focusOn(button(page, 'Back one token'));

    await button(page, 'More words to choose from').click();
    await focusOn(search(page));
    await page.keyboard.press('Escape');
    await focusOn(button(page, 'More words to choose from'));

    // While the model writes, Escape closes the field first.
    await page.getByRole('combobox', { name: 'Pace' }).selectOption('1');
    await page.getByLabel('Length').fill('100');
    await page.keyboard.press('Control+Enter');
    await waitForEngine(page, /Writing/);
    await eventually(() => bars(page).count()).toBe(6);
    await button(page, 'Pause').focus();
    await page.keyboard.press('n');
    await focusOn(search(page));
    await page.keyboard.press('Escape');
    await eventually(() => search(page).count()).toBe(0);
    expect(await button(page, 'Stop').count()).toBe(1);
    await page.keyboard.press('Escape');
    await eventually(() => text(page).textContent()).toMatch(/Stopped: \d+ tokens? written/);
  });

  test('cannot be chosen in a recorded run, which says so', async () => {
    const page = await site.visit('?model=tiny-b4&backend=wasm', { reducedMotion: 'reduce' });
    const panel = page.getByRole('region', { name: 'Next token', exact: true });
    await eventually(() => panel.textContent()).toMatch(/Generate to choose other words/);
    expect(await panel.getByText('Generate to choose other words').getAttribute('title')).toMatch(
      /This run is recorded/,
    );
    await waitForEngine(page, /Ready/);
  });
});

describe('words', () => {
  test('name the key that starts a run: Enter alone begins a line', async () => {
    const page = await openWith(site, 4);
    expect(await button(page, 'Generate').locator('kbd').getAttribute('data-key')).toBe(
      'Ctrl + Enter',
    );
    await page.getByLabel('Length').fill('8');
    const prompt = page.getByRole('textbox', { name: 'Prompt' });
    await prompt.focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Enter');
    expect(await prompt.inputValue()).toMatch(/\n$/);
    expect(await text(page).textContent()).toMatch(/4 tokens written/);
    await page.keyboard.press('Control+Enter');
    await eventually(() => text(page).textContent()).toMatch(/(?<!\d)8 tokens written/);
  });

  test('say what is measured and what is computed', async () => {
    const page = await openWith(site, 4);
    const pill = page.getByText('measured', { exact: true });
    expect(await pill.getAttribute('title')).toMatch(
      /^Measured in this run.*attention.*times\. Bytes are computed/,
    );
  });

  test('of the help begin with how to read the page; it opens on Close', async () => {
    const page = await openWith(site, 4);
    await page.keyboard.press('?');
    await focusOn(button(page, 'Close'));
    const help = page.getByRole('dialog', { name: 'Help' });
    expect(await help.getByRole('heading').allTextContents()).toEqual([
      'Help',
      'How to read this page',
      'Keyboard shortcuts',
    ]);
    expect(await help.textContent()).toMatch(/reads a block of 4 tokens as one vector/);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await eventually(() => help.count()).toBe(0);
  });
});
