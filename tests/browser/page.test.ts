import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { serveSite, waitForEngine } from './harness';
import { eventually } from './reader';

const NANO = '?model=nano-b4&backend=wasm';
const site = serveSite();

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const timeline = (page: Page) => page.getByRole('slider', { name: 'Timeline' });
const cursor = async (page: Page) => Number(await timeline(page).inputValue());

async function openReady(options: Parameters<typeof site.visit>[1] = {}) {
  const page = await site.visit(NANO, options);
  await waitForEngine(page, /Ready/);
  return page;
}

/** Generates `tokens` tokens as fast as it goes and waits for the end. */
async function generate(page: Page, tokens = 24) {
  await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
  const length = page.getByLabel('Length');
  if (!(await length.isVisible())) await page.locator('summary', { hasText: 'Sampling' }).click();
  await length.fill(String(tokens));
  await page.getByRole('checkbox', { name: /past the end/ }).check();
  await button(page, 'Generate').click();
  await eventually(() => region(page, 'Generated text').textContent()).toMatch(
    new RegExp(`(?<!\\d)${tokens} tokens written|context is full`),
  );
}

describe('generating', () => {
  test('writes text in blocks, follows it, and stops where it should', async () => {
    const page = await openReady();
    await generate(page, 24);
    await waitForEngine(page, /Ready/);
    const text = region(page, 'Generated text');
    // 17 tokens and 3 pads are 5 blocks; 24 tokens more are 6.
    expect(await text.locator('[data-token]').count()).toBe(44);
    expect(await text.locator('[data-kind="pad"][data-token]').count()).toBe(3);
    await eventually(() => cursor(page)).toBe(43);
    expect(await text.locator('[data-now]').getAttribute('data-token')).toBe('43');

    // Six tokens are one block and a half: the rest is discarded and hatched.
    await generate(page, 6);
    await eventually(() => text.locator('[data-kind="discarded"]').count()).toBe(2);
    expect(await text.textContent()).toMatch(/6 tokens written.*discarded/);
    await eventually(() => cursor(page)).toBe(25);
  });

  test('keeps at most one block ahead of a paused cursor, and Stop keeps the text', async () => {
    const page = await openReady();
    await button(page, 'Generate').click();
    await button(page, 'Pause').click();
    await page.waitForTimeout(800);
    const tokens = region(page, 'Generated text').locator('[data-token]');
    const block = Math.floor((await cursor(page)) / 4);
    expect(await tokens.count()).toBeLessThanOrEqual((Math.max(block, 5) + 2) * 4);
    const before = await tokens.count();
    await button(page, 'Stop').click();
    await waitForEngine(page, /Ready/);
    expect(await tokens.count()).toBe(before);
    await eventually(() => region(page, 'Generated text').textContent()).toMatch(
      /Stopped: \d+ tokens written/,
    );
  });

  test('says when the context is full', async () => {
    const page = await openReady();
    await generate(page, 256);
    const text = region(page, 'Generated text');
    expect(await text.textContent()).toMatch(/The context is full: this model holds 256 tokens/);
    expect(await text.locator('[data-token]').count()).toBe(256);
    await eventually(() => cursor(page)).toBe(255);
  });

  test('replaces a run by the next one; the same seed gives the same text', async () => {
    const page = await openReady();
    const tokens = region(page, 'Generated text').locator('[data-token]');
    await generate(page, 16);
    const first = await tokens.allTextContents();
    await button(page, 'Generate').click();
    await button(page, 'Generate').click();
    await eventually(() => region(page, 'Generated text').textContent()).toMatch(
      /16 tokens written/,
    );
    expect(await tokens.allTextContents()).toEqual(first);
  });

  test('shows any text safely', async () => {
    const page = await openReady();
    await page.getByRole('textbox', { name: 'Prompt' }).fill('<script>alert(1)</script> 🙂\n<b>x');
    await generate(page, 4);
    const text = await region(page, 'Generated text').textContent();
    expect(text).toContain('<script>alert(1)</script> 🙂');
    expect(text).toContain('‹');
    expect(text).toContain('↵');
    expect(await region(page, 'Generated text').locator('script').count()).toBe(0);
  });
});

describe('moving through a run', () => {
  test('works by buttons, by slider and by shortcuts', async () => {
    const page = await openReady();
    await generate(page, 24);
    await eventually(() => cursor(page)).toBe(43);
    await button(page, 'Back one token').click();
    await eventually(() => cursor(page)).toBe(42);
    await button(page, 'Back one block').click();
    await eventually(() => cursor(page)).toBe(38);
    await button(page, 'Forward one block').click();
    await button(page, 'Forward one token').click();
    await eventually(() => cursor(page)).toBe(43);
    await eventually(() => button(page, 'Forward one token').isDisabled()).toBe(true);

    await timeline(page).focus();
    await page.keyboard.press('Home');
    await eventually(() => cursor(page)).toBe(0);
    await page.keyboard.press('ArrowRight');
    await eventually(() => cursor(page)).toBe(1);
    await eventually(() => timeline(page).getAttribute('aria-valuetext')).toBe(
      'token 1 of 43, block 0, slot 1',
    );

    await page.getByRole('main').click({ position: { x: 4, y: 4 } });
    await page.keyboard.press('Shift+ArrowRight');
    await eventually(() => cursor(page)).toBe(5);
    await page.keyboard.press('End');
    await eventually(() => cursor(page)).toBe(43);
  });

  test('shows what chose the token at the cursor', async () => {
    const page = await openReady();
    await generate(page, 24);
    await region(page, 'Generated text').locator('[data-token="30"]').click();
    await eventually(() => cursor(page)).toBe(30);
    // Block 7, slot 2: 7 global positions of 768 B, 2 + 2 local ones of 768 B; a flat model holds 27 of 1.5 KiB.
    await eventually(() => region(page, 'KV cache').textContent()).toMatch(
      /global, 7 blocks5.3 KiB/,
    );
    const cache = await region(page, 'KV cache').textContent();
    expect(cache).toMatch(/local, 4 positions \(derived\)3 KiB/);
    expect(cache).toMatch(
      /flat, same size \(computed; 4 layers, in the paper it writes better\)40.5 KiB/,
    );
    expect(cache).toMatch(/4.9 × less than flat, same size32.3 KiB saved/);
    expect(cache).toMatch(/prompt tokens never decoded17/);
    expect(await region(page, 'Global attention').textContent()).toMatch(
      /block 7 is written from row 6: block 6 looking back/,
    );
    expect(await region(page, 'Local attention').textContent()).toMatch(
      /block 7, slot 2: row 3 chose it/,
    );
    const next = await region(page, 'Next token').textContent();
    expect(next).toMatch(/choose a word to go on with it\s*softmax\(logits \/ 0.8\), uncut/);
    expect(next).toMatch(/surprise [\d.]+ bits at T = 1/);
    expect(await region(page, 'Next token').locator('[data-picked]').count()).toBe(1);
  });

  test('says that prompt tokens are not decoded', async () => {
    const page = await openReady();
    await generate(page, 8);
    await region(page, 'Generated text').locator('[data-token="6"]').click();
    await eventually(() => region(page, 'Local attention').textContent()).toMatch(
      /never pass through the token decoder/,
    );
    expect(await region(page, 'Next token').textContent()).toMatch(/was given, not drawn/);
  });

  test('draws the maps and reads their cells by keyboard, for any layer and head', async () => {
    const page = await openReady();
    await generate(page, 16);
    const panel = region(page, 'Global attention');
    const pixels = await panel
      .getByRole('application')
      .locator('canvas')
      .evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const ctx = (canvas as HTMLCanvasElement).getContext('2d');
        const data = ctx?.getImageData(0, 0, width, height).data ?? [];
        const colours = new Set<string>();
        for (let i = 0; i < data.length; i += 4)
          colours.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
        return [...colours];
      });
    const hatchGround = '240,237,229';
    expect(pixels).toContain(hatchGround);
    expect(pixels.length).toBeGreaterThan(20);
    await button(page, 'Heads of global attention: layer 0, head 0').click();
    await page.getByRole('radio', { name: /^layer 1, head 2,/ }).click();
    await page.keyboard.press('Escape');
    await panel.getByRole('application').focus();
    await page.keyboard.press('ArrowDown');
    await eventually(() => panel.locator('output').textContent()).toMatch(
      /^Block 7 .* → block 0 .*: 0\.\d{3}$/,
    );
    for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight');
    await eventually(() => panel.locator('output').textContent()).toMatch(
      /cannot see block 8.*masked/,
    );
    await button(page, 'Show global attention as a table').click();
    const weights = await panel.locator('tbody td:last-child').allTextContents();
    expect(weights.reduce((sum, weight) => sum + Number(weight), 0)).toBeCloseTo(1, 3);
    await button(page, 'Show global attention as a table').click();
    expect(await panel.getByRole('application').count()).toBe(1);
    const local = region(page, 'Local attention');
    await local.getByRole('application').focus();
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp'])
      await page.keyboard.press(key);
    await eventually(() => local.locator('output').textContent()).toMatch(
      /^prefix 0 → prefix 0: 1.000; this row predicts nothing$/,
    );
  });
});

describe('what a reader can run into', () => {
  test('an empty or too long prompt', async () => {
    const page = await openReady();
    const prompt = page.getByRole('textbox', { name: 'Prompt' });
    const problem = page.locator('#prompt-problem');
    await prompt.fill('');
    await button(page, 'Generate').click();
    await eventually(() => problem.textContent()).toMatch(/empty/);
    await prompt.fill('word '.repeat(600));
    await button(page, 'Generate').click();
    await eventually(() => problem.textContent()).toMatch(/at most 256: shorten it/);
    await prompt.fill('A cat');
    await generate(page, 4);
    expect(await problem.count()).toBe(0);
  });

  test('an address that asks for what does not exist', async () => {
    const page = await site.visit('?model=no-such-model&backend=fast', { expected: [/404/] });
    await waitForEngine(page, /problem/);
    const alerts = (await page.getByRole('alert').allTextContents()).join('\n');
    expect(alerts).toMatch(/backend “fast”/);
    expect(alerts).toMatch(
      /"no-such-model" could not be loaded: there is none of that name here, only tiny-b4/,
    );
    expect(await button(page, 'Load again').isVisible()).toBe(true);
  });

  test('a damaged model, and the way on', async () => {
    let broken = true;
    const page = await site.visit(NANO, {
      before: (page) =>
        page.route('**/weights.bin', (route) =>
          broken ? route.fulfill({ body: 'short' }) : route.continue(),
        ),
    });
    await waitForEngine(page, /problem/);
    expect((await page.getByRole('alert').allTextContents()).join()).toMatch(/damaged/);
    broken = false;
    await button(page, 'Load again').click();
    await waitForEngine(page, /Ready/);
    await generate(page, 4);
  });

  test('loading can be cancelled and taken up again', async () => {
    let asked = 0;
    const page = await site.visit(NANO, {
      before: (page) =>
        page.route('**/weights.bin', (route) => {
          asked += 1;
          // The first request is never answered.
          return asked === 1 ? undefined : route.continue();
        }),
    });
    await eventually(() => asked).toBe(1);
    await button(page, 'Cancel').click();
    await waitForEngine(page, /No model loaded/);
    await button(page, 'Load the model').click();
    await waitForEngine(page, /Ready/);
  });
});

describe('the page', () => {
  test('fits a phone without scrolling sideways, and a laptop without scrolling', async () => {
    const phone = await openReady({ viewport: { width: 360, height: 800 } });
    await generate(phone, 8);
    const width = await phone.evaluate(() => document.documentElement.scrollWidth);
    // The text has a box of its own here and keeps the token at the cursor in view.
    await generate(phone, 160);
    const below = async () => {
      const text = await region(phone, 'Generated text').boundingBox();
      const now = await region(phone, 'Generated text').locator('[data-token="179"]').boundingBox();
      return text && now ? now.y + now.height - text.y - text.height : Number.NaN;
    };
    await eventually(below).toBeLessThanOrEqual(0);
    expect(width).toBe(360);
    const laptop = await openReady({ viewport: { width: 1440, height: 900 } });
    await generate(laptop, 8);
    expect(await laptop.evaluate(() => document.documentElement.scrollHeight)).toBe(900);
  });

  test('changes between light and dark and remembers it', async () => {
    const page = await openReady({ colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await button(page, 'Light or dark').click();
    await eventually(ground).not.toBe(light);
    await page.reload();
    await waitForEngine(page, /Ready/);
    await eventually(ground).not.toBe(light);
  });
});
