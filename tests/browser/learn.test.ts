import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { CHAPTERS } from '@/lib/learn/chapters';
import { type Box, serveLesson } from './lesson';
import { eventually } from './reader';

const { open, site } = serveLesson();

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const heading = (page: Page) => page.getByRole('article').getByRole('heading', { level: 2 });
const task = (page: Page) => page.locator('section[aria-labelledby="task"]');
const told = (page: Page) => task(page).getByRole('status');
const question = (page: Page) => page.getByRole('group', { name: 'Guess first' });
const timeline = (page: Page) => page.getByRole('slider', { name: 'Timeline' });
const cursor = async (page: Page) => Number(await timeline(page).inputValue());
const shown = (page: Page) => page.getByRole('status', { name: 'The run on the screen' });
const token = (page: Page, index: number) =>
  region(page, 'Generated text').locator(`[data-token="${index}"]`);
const chapter = (page: Page, name: RegExp) =>
  page.getByRole('navigation', { name: 'Chapters' }).getByRole('button', { name });
const next = (page: Page) => button(page, 'Next chapter').click();

/** What a reader does in each chapter, on the recorded run, and what is then found. */
const DEEDS: Record<string, { act(page: Page): Promise<unknown>; found: RegExp }> = {
  memory: {
    act: async (page) => {
      await timeline(page).focus();
      await page.keyboard.press('End');
    },
    found: /^At token 75 a flat model of this size would hold 876 KiB\.$/,
  },
  blocks: {
    act: (page) => token(page, 20).click(),
    found: /^Token 20, .* is slot 0 of block 5\./,
  },
  embedder: {
    act: async (page) => {
      await region(page, 'Block')
        .getByRole('button', { name: /^Block \d+$/ })
        .click();
      await page.getByRole('dialog', { name: 'Block' }).waitFor();
      await page.keyboard.press('Escape');
    },
    found: /^Block \d+: rows .* of the table, 64 numbers each, make one vector of 256\.$/,
  },
  global: {
    act: async (page) => {
      await page.keyboard.press('h');
      await page.getByRole('radio', { name: /^layer 2, head 7/ }).click();
      await page.keyboard.press('Escape');
    },
    found: /^Layer 2, head 7 looks most at block \d+: \d+ % of row 17\.$/,
  },
  context: {
    act: async (page) => {
      for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
    },
    found: /^Block \d+ is written from context \d+, all 4 tokens of it\.$/,
  },
  local: {
    act: async (page) => {
      for (let i = 0; i < 3; i++)
        await task(page).getByRole('button', { name: 'Forward one token' }).click();
    },
    found: /^Row 4 looks at 5 positions\. .* prefix 0 \d+ %\.$/,
  },
  next: {
    act: (page) => token(page, 74).click(),
    found: /^“·grass”: 7\.1 bits, about one chance in \d+\.$/,
  },
  boundary: {
    act: (page) => task(page).getByRole('button', { name: 'Play', exact: true }).click(),
    found: /^Block \d+ is complete: .* and 2 positions in the new local one\.$/,
  },
  staircase: {
    act: async (page) => {
      await region(page, 'KV cache')
        .getByRole('button', { name: /slot by slot/ })
        .click();
      await page.getByRole('dialog', { name: 'KV cache' }).waitFor();
      await page.keyboard.press('Escape');
    },
    found: /^With a full context of 1,024 tokens this model holds 1\.5 MiB, .* 12 MiB\.$/,
  },
  cost: {
    act: (page) => token(page, 48).click(),
    found: /^“·laughed” opens block 12: 4\.8 bits, from the context alone\.$/,
  },
  speed: {
    act: async (page) => {
      await page.keyboard.press('f');
      await task(page).getByRole('button', { name: 'Play', exact: true }).click();
    },
    found: /^The model took \d+ ms for these 64 tokens when it was recorded: \d+ a second\.$/,
  },
};

describe('the lesson on the recorded run', () => {
  test('is there at once, before the model, and every task of it is done by real clicks and keys', async () => {
    const page = await open('learn', { model: false });
    expect(await page.title()).toBe('Learn · Blockscope');
    await eventually(() => shown(page).textContent()).toBe('You see a recorded run of tiny-b4.');
    expect(await button(page, 'Write it here, once loaded').isDisabled()).toBe(true);
    for (const [i, { id, title }] of CHAPTERS.entries()) {
      expect(await heading(page).textContent()).toBe(title);
      expect(await task(page).getByRole('heading').textContent()).toBe('Try it');
      const deed = DEEDS[id];
      if (!deed) throw new Error(`no deed for ${id}`);
      await deed.act(page);
      await eventually(() => told(page).textContent()).toMatch(deed.found);
      expect(await task(page).getByRole('heading').textContent()).toBe('Done');
      expect(await chapter(page, new RegExp(`^${i + 1}\\. .*, done$`)).count()).toBe(1);
      if (i < CHAPTERS.length - 1) await next(page);
    }
    expect(await page.getByRole('article').textContent()).toContain('11 of 11 chapters done.');

    await page.reload();
    await eventually(() => heading(page).textContent()).toBe('When it is faster, and when not');
    expect(await chapter(page, /, done$/).count()).toBe(11);
    expect(await told(page).textContent()).toBe('You did this on an earlier visit.');
    await button(page, 'Start over').click();
    await eventually(() => heading(page).textContent()).toBe('A memory that grows');
    expect(await chapter(page, /, done$/).count()).toBe(0);
  });

  test('asks before it tells', async () => {
    const page = await open('learn#staircase', { model: false });
    await eventually(() => heading(page).textContent()).toBe('Staircase against line');
    const answers = question(page).getByRole('button');
    await eventually(() => answers.allTextContents()).toEqual(['96 KiB', '384 KiB', '768 KiB']);
    expect(await question(page).getByRole('status').textContent()).toBe('');
    await answers.nth(1).focus();
    await page.keyboard.press('Enter');
    await eventually(() => question(page).getByRole('status').textContent()).toMatch(
      /^Not quite\. 16 blocks, 6 KiB each: 96 KiB\./,
    );
    // An answer stays given.
    await answers.nth(0).click({ force: true });
    expect(await question(page).getByRole('status').textContent()).toMatch(/^Not quite\./);
    expect(await answers.nth(0).textContent()).toBe('96 KiB, right');
  });

  test('lets the reader wander off, and brings the view back', async () => {
    const page = await open('learn#global', { model: false });
    const back = button(page, 'Back to this chapter’s view');
    await eventually(() => cursor(page)).toBe(75);
    const picker = button(page, /^Heads of global attention/);
    const began = await picker.getAttribute('aria-label');
    expect(began).not.toContain('layer 0, head 0');
    expect(await back.isDisabled()).toBe(true);
    await token(page, 30).click();
    await eventually(() => back.isDisabled()).toBe(false);
    await page.keyboard.press('2');
    await page.getByRole('dialog', { name: 'Global attention' }).waitFor();
    await page.keyboard.press('Escape');
    await back.click();
    await eventually(() => cursor(page)).toBe(75);
    expect(await picker.getAttribute('aria-label')).toBe(began);
    await eventually(() => back.isDisabled()).toBe(true);
  });

  test('has an address for every chapter', async () => {
    const page = await open('learn#no-such-chapter', { model: false });
    await eventually(() => heading(page).textContent()).toBe('A memory that grows');
    await chapter(page, /^10\./).click();
    await eventually(() => new URL(page.url()).hash).toBe('#cost');
    await page.evaluate(() => {
      location.hash = '#local';
    });
    await eventually(() => heading(page).textContent()).toBe('Writing inside the block');
    await eventually(async () => (await cursor(page)) % 4).toBe(0);
  });
});

describe('the lesson on a stage', () => {
  test('goes from chapter to chapter by the keys of a clicker, each with its view', async () => {
    const page = await open('learn#blocks', {
      model: false,
      viewport: { width: 1920, height: 1080 },
    });
    await eventually(() => cursor(page)).toBeGreaterThan(0);
    await page.keyboard.press('p');
    const bar = page.getByRole('contentinfo');
    await eventually(() => bar.textContent()).toContain('2 / 11');
    expect(await bar.textContent()).toContain('Tokens become blocks');
    for (let i = 0; i < 7; i++) await page.keyboard.press('PageDown');
    await eventually(() => bar.textContent()).toContain('Staircase against line');
    await eventually(() => cursor(page)).toBe(75);
    expect(await page.getByRole('article').isVisible()).toBe(false);
    await page.keyboard.press('Escape');
    await eventually(() => page.getByRole('article').isVisible()).toBe(true);
    expect(await heading(page).textContent()).toBe('Staircase against line');
    expect(await chapter(page, /, done$/).count()).toBe(0);
  });
});

describe('words and picture', () => {
  const word = (page: Page, text: string) =>
    page.getByRole('article').getByRole('button', { name: text, exact: true });
  const light = (page: Page) => page.locator('[data-lights]');
  const boxOf = async (page: Page): Promise<Box> => {
    const box = await light(page).boundingBox();
    if (!box) throw new Error('nothing is lit');
    return box;
  };

  test('a word under the pointer or the focus lights its part', async () => {
    const page = await open('learn#global', { model: false });
    await eventually(() => cursor(page)).toBe(75);
    await word(page, 'global map').hover();
    await eventually(() => light(page).getAttribute('data-lights')).toBe('global');
    // The page may still come to rest.
    await eventually(async () => {
      const panel = await region(page, 'Global attention').boundingBox();
      const lit = await boxOf(page);
      return [lit.x - (panel?.x ?? 0), lit.width - (panel?.width ?? 0)].map(Math.round);
    }).toEqual([-3, 6]);
    await page.mouse.move(2, 2);
    await eventually(() => light(page).count()).toBe(0);

    await word(page, 'arcs').focus();
    await eventually(() => light(page).getAttribute('data-lights')).toBe('arcs');
    await eventually(async () => {
      const axis = await region(page, 'Over time').boundingBox();
      const arcs = await boxOf(page);
      return arcs.y > (axis?.y ?? 0) && arcs.height < (axis?.height ?? 0) / 3;
    }).toBe(true);
    await page.keyboard.press('Tab');
    await eventually(
      async () =>
        (await light(page)
          .getAttribute('data-lights')
          .catch(() => null)) ?? '',
    ).not.toBe('arcs');
  });

  test('a part under the pointer or with the focus lights its words', async () => {
    const page = await open('learn#staircase', { model: false });
    await eventually(() => cursor(page)).toBe(75);
    const isLit = (text: string) => word(page, text).getAttribute('data-lit');
    expect(await isLit('staircase')).toBeNull();
    await word(page, 'staircase').focus();
    const lane = await boxOf(page);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.mouse.move(lane.x + lane.width / 2, lane.y + lane.height / 2);
    await eventually(() => isLit('staircase')).toBe('true');
    expect(await isLit('dashed line')).toBe('true');
    expect(await isLit('KV cache')).toBeNull();
    await page.mouse.move(2, 2);
    await eventually(() => isLit('staircase')).toBeNull();
    await region(page, 'KV cache')
      .getByRole('button', { name: /slot by slot/ })
      .focus();
    await eventually(() => isLit('KV cache')).toBe('true');
  });
});

describe('the lesson on a run written here', () => {
  test('speaks of a model that has no recorded run as soon as that has written', async () => {
    const page = await site.visit('learn?model=nano-b4&backend=wasm#embedder');
    await eventually(() => shown(page).textContent()).toBe(
      'You see a run that nano-b4 wrote here, on WASM.',
    );
    expect(await page.getByRole('article').textContent()).toContain('one vector of 48 numbers');
    await page.keyboard.press('1');
    await eventually(() => told(page).textContent()).toMatch(/make one vector of 48\.$/);
  });

  test('takes the place of the recorded one on request, at the same chapter', async () => {
    const page = await open('learn?backend=wasm#next');
    const write = button(page, 'Write it here');
    await expect.poll(() => write.isEnabled(), { timeout: 120_000 }).toBe(true);
    expect(await page.getByRole('article').textContent()).toContain('This run is recorded');
    await write.click();
    await expect
      .poll(() => shown(page).textContent(), { timeout: 60_000 })
      .toBe('You see a run that tiny-b4 wrote here, on WASM.');
    expect(await page.getByRole('article').textContent()).toContain('Choose another word');
    // The prompt and the noise are the recorded run's, and so is the text.
    await token(page, 74).click();
    await eventually(() => told(page).textContent()).toMatch(/^“·grass”/);
    expect(await page.getByRole('combobox', { name: 'Pace' }).inputValue()).toBe('8');
  });
});
