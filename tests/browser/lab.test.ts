import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { METHODS } from '@/lib/methods';
import { defaults, total } from '@/lib/methods/types';
import { formatBytes } from '@/lib/model/cost';
import { PAPER_RIVALS, PRESETS } from '@/lib/model/paper-sizes';
import { blockModel, costsOf, flatModel, type Setting, sameSize } from '@/lib/model/scaling';
import { serveSite, type VisitOptions } from './harness';
import { eventually, violations } from './reader';

const site = serveSite();
const below = serveSite({ base: '/some/where' });

const figure = (page: Page, id: string) => page.locator(`[data-figure="${id}"]`);
const cells = (page: Page, id: string) => figure(page, id).locator('td').allTextContents();

function preset(id: string): Setting {
  const found = PRESETS.find((one) => one.id === id);
  if (!found) throw new Error(`no preset ${id}`);
  return found.setting;
}

/** What the table must say of a cost in bytes: block, flat. */
function bytesOf(setting: Setting, id: 'held' | 'readMean' | 'weightBytes'): [string, string] {
  const block = costsOf(blockModel(setting), setting);
  const flat = costsOf(flatModel(sameSize(setting)), setting);
  return [formatBytes(block[id]), formatBytes(flat[id])];
}

async function open(path: string, options: VisitOptions = {}, from = site) {
  const page = await from.visit(path, options);
  await page.getByRole('navigation', { name: 'Parts of the Lab' }).waitFor();
  return page;
}

describe('the calculator', () => {
  test('shows the numbers of the model library for presets, sliders and fields, and keeps them in the address', async () => {
    const page = await open('lab#scaling');
    const setting = preset('block-302m');
    for (const id of ['held', 'readMean', 'weightBytes'] as const)
      await eventually(async () => (await cells(page, id)).slice(0, 2)).toEqual(
        bytesOf(setting, id),
      );

    await page.getByRole('combobox', { name: 'Start from' }).selectOption('llama-7b');
    await eventually(async () => (await cells(page, 'perToken'))[1]).toBe('512 KiB');
    expect((await cells(page, 'batch'))[1]).toBe('16 GiB');
    expect(await figure(page, 'batch').locator('th').textContent()).toContain('paper: 16 GB');

    await page.getByRole('combobox', { name: 'Start from' }).selectOption('tiny-b4');
    const layers = page.getByRole('slider', { name: 'Block-decoder layers' });
    await layers.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const wider = { ...preset('tiny-b4'), blockLayers: 5 };
    await eventually(async () => (await cells(page, 'held')).slice(0, 2)).toEqual(
      bytesOf(wider, 'held'),
    );
    expect(await layers.getAttribute('aria-valuetext')).toBe('5');
    await page.getByRole('spinbutton', { name: 'Context, tokens' }).fill('999');
    const longer = { ...wider, context: 999 };
    await eventually(async () => (await cells(page, 'held')).slice(0, 2)).toEqual(
      bytesOf(longer, 'held'),
    );
    await eventually(() => page.url()).toMatch(/nb=5.*n=999/);
    const { search } = new URL(page.url());

    const again = await open(`lab${search}#scaling`);
    await eventually(async () => (await cells(again, 'held')).slice(0, 2)).toEqual(
      bytesOf(longer, 'held'),
    );
    expect(await again.getByRole('combobox', { name: 'Start from' }).inputValue()).toBe('own');
  });

  test('ends with numbers, plot and address of where a dial was left, however fast it was turned', async () => {
    const page = await open('lab#scaling');
    await figure(page, 'held').waitFor();
    const context = page.getByRole('slider', { name: 'Context', exact: true });
    await context.focus();
    for (let i = 0; i < 12; i++) await page.keyboard.press(i < 9 ? 'ArrowRight' : 'ArrowLeft');
    const length = Number((await context.getAttribute('aria-valuetext'))?.replace(/\D/g, ''));
    const setting = { ...preset('block-302m'), context: length };
    expect(length).toBeGreaterThan(preset('block-302m').context);
    await eventually(async () => (await cells(page, 'held')).slice(0, 2)).toEqual(
      bytesOf(setting, 'held'),
    );
    expect((await cells(page, 'readMean')).slice(0, 2)).toEqual(bytesOf(setting, 'readMean'));
    const chart = page.getByRole('application', { name: /^KV cache against context/ });
    await chart.focus();
    await page.keyboard.press('End');
    const region = page.getByRole('region', { name: 'KV cache against context' });
    await eventually(() => region.locator('output').textContent()).toBe(
      `flat, same size: ${bytesOf(setting, 'held')[1]} at ${length.toLocaleString('en')} tokens of context`,
    );
    await eventually(() => new URL(page.url()).searchParams.get('n')).toBe(String(length));
  });

  test('writes the address of a part at the latest when it goes', async () => {
    const page = await open('lab#methods');
    const length = page.getByRole('slider', { name: 'Length of the picture' });
    await length.waitFor();
    // In one task, so that no time passes between the change and the way out.
    await page.evaluate(() => {
      const [slider] = [...document.querySelectorAll<HTMLInputElement>('input[type=range]')];
      slider?.stepUp();
      slider?.dispatchEvent(new Event('input', { bubbles: true }));
      document.querySelector<HTMLAnchorElement>('a[href="#scaling"]')?.click();
    });
    await page.getByRole('region', { name: 'At a glance' }).waitFor();
    expect(new URL(page.url()).searchParams.get('length')).toBe('64');
  });

  test('names the rival of every ratio, and what the paper says of the losses', async () => {
    const page = await open('lab#scaling');
    const glance = page.getByRole('region', { name: 'At a glance' });
    await eventually(() => glance.textContent()).toMatch(/against flat, same size; all derived/);
    await page.getByRole('combobox', { name: 'Start from' }).selectOption('block-1200m');
    await page.getByRole('combobox', { name: 'Compare with' }).selectOption('flat-302m');
    await eventually(() => glance.textContent()).toMatch(/2\.188.*2\.224/);
    const setting = preset('block-1200m');
    const rival = PAPER_RIVALS.find(({ id }) => id === 'flat-302m');
    if (!rival) throw new Error('no rival');
    expect((await cells(page, 'held'))[1]).toBe(
      formatBytes(costsOf(flatModel(rival.shape), setting).held),
    );
  });

  test('opens formula and source of a row by one click, and closes them', async () => {
    const page = await open('lab#scaling');
    const why = figure(page, 'global').getByRole('button');
    await why.click();
    const row = page.locator(`[id="${await why.getAttribute('aria-controls')}"]`);
    expect(await row.textContent()).toMatch(/2 · 12 · 1,024 · 2 · 544.*section 2\.4/);
    await page.keyboard.press('Enter');
    await eventually(() => row.count()).toBe(0);
  });

  test('says of heads that do not divide the width why there are no numbers', async () => {
    const page = await open('lab#scaling');
    await page.getByRole('spinbutton', { name: 'Heads, number' }).fill('7');
    await eventually(() => page.getByRole('alert').first().textContent()).toMatch(
      /1,024 cannot be cut into 7 heads/,
    );
    expect(await page.locator('[data-figure]').count()).toBe(0);
    await page.getByRole('spinbutton', { name: 'Heads, number' }).fill('8');
    await eventually(() => page.locator('[data-figure]').count()).toBeGreaterThan(8);
  });

  test('plots other methods, reads points out by keys, and has a table of the same numbers', async () => {
    const page = await open('lab#scaling');
    await page.locator('summary', { hasText: 'Other ways to shrink' }).click();
    await page.getByRole('checkbox', { name: 'StreamingLLM' }).check();
    const chart = page.getByRole('application', { name: /^KV cache against context/ });
    await chart.focus();
    await page.keyboard.press('End');
    const region = page.getByRole('region', { name: 'KV cache against context' });
    const flat = bytesOf(preset('block-302m'), 'held')[1];
    await eventually(() => region.locator('output').textContent()).toBe(
      `flat, same size: ${flat} at 2,176 tokens of context`,
    );
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await eventually(() => region.locator('output').textContent()).toMatch(/^StreamingLLM: 24 MiB/);
    await page.getByRole('button', { name: 'Show KV cache against context as a table' }).click();
    const last = region.locator('tbody tr').last().locator('td');
    expect((await last.allTextContents())[0]).toBe(flat);
    await eventually(() => page.url()).toContain('with=streaming-llm');
  });
});

describe('other ways to shrink the cache', () => {
  test('lists every method; those without a curve say why', async () => {
    const page = await open('lab#methods');
    const list = page.getByRole('navigation', { name: 'Methods' }).getByRole('button');
    await eventually(() => list.count()).toBe(METHODS.length);
    const curve = page.getByRole('application', { name: /^Numbers stored/ });
    for (const { name, kind } of METHODS) {
      await list.filter({ hasText: name }).first().click();
      await eventually(() => page.getByRole('heading', { level: 3 }).first().textContent()).toBe(
        name,
      );
      expect(await curve.count(), name).toBe(kind === 'decoder cache' ? 1 : 0);
    }
  });

  test('draws a mask at any length with a cursor that speaks, and lists it as a table', async () => {
    const page = await open('lab?method=streaming-llm&length=32#methods');
    const map = page.getByRole('application', { name: /^StreamingLLM: .*32 tokens/ });
    await map.focus();
    await page.keyboard.press('ArrowDown');
    const region = page.getByRole('region', { name: 'What a position sees' });
    await eventually(() => region.locator('output').first().textContent()).toBe(
      'Position 31 sees 31: inside the window',
    );
    for (let i = 0; i < 31; i++) await page.keyboard.press('ArrowLeft');
    await eventually(() => region.getByText('Position 31 sees 0: attention sink').count()).toBe(2);
    for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight');
    await eventually(() => region.getByText('Position 31 has nothing of 8: masked').count()).toBe(
      2,
    );

    await page.getByRole('button', { name: 'Show the mask as a table' }).click();
    const last = region.locator('tbody tr').last();
    expect(await last.locator('td').textContent()).toBe(
      '0 to 3: attention sink; 20 to 31: inside the window',
    );
    const sinks = region.getByRole('slider', { name: 'Attention sinks' });
    await sinks.focus();
    await page.keyboard.press('ArrowLeft');
    await eventually(() => last.locator('td').textContent()).toMatch(/^0 to 2: attention sink/);
    await eventually(() => decodeURIComponent(page.url())).toContain('picture=sinks:3');
  });

  test('counts what its sliders say, and marks what is assumed', async () => {
    const page = await open('lab?method=keyformer#methods');
    const method = METHODS.find(({ id }) => id === 'keyformer');
    if (!method?.stored) throw new Error('no Keyformer');
    await eventually(() => page.getByText('assumed', { exact: true }).count()).toBe(1);
    const costs = page.getByRole('region', { name: 'What it stores and reads' });
    const slider = costs.getByRole('slider', { name: 'Cache, of the prompt' });
    await slider.focus();
    await page.keyboard.press('End');
    const shape = { layers: 24, width: 1024, heads: 16, headWidth: 64, promptLength: 1024 };
    const numbers = total(method.stored(8192, shape, { ...defaults(method), cache: 100 }));
    const row = costs.getByRole('region', { name: 'Sizes' }).locator('tbody tr').nth(1);
    await eventually(() => row.locator('td').first().textContent()).toBe(
      `${Number((numbers / 1e6).toFixed(1))} M`,
    );
  });
});

describe('the page', () => {
  test('goes from part to part and from page to page by links, under a sub-path too', async () => {
    const page = await open('lab', {}, below);
    const parts = page.getByRole('navigation', { name: 'Parts of the Lab' });
    await parts.getByRole('link', { name: 'Other ways to shrink the cache' }).click();
    await page.getByRole('navigation', { name: 'Methods' }).waitFor();
    await parts.getByRole('link', { name: 'Scaling calculator' }).click();
    await page.getByRole('region', { name: 'At a glance' }).waitFor();
    const pages = page.getByRole('navigation', { name: 'Pages' });
    expect(await pages.locator('[aria-current="page"]').textContent()).toBe('Lab');
    await pages.getByRole('link', { name: 'Explore' }).click();
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
    await page
      .getByRole('navigation', { name: 'Pages' })
      .getByRole('link', { name: 'Lab' })
      .click();
    await page.getByRole('region', { name: 'At a glance' }).waitFor();
  });

  test('says in a sentence each what an address asks for in vain', async () => {
    const page = await open('lab?d=abc&preset=gpt#scaling');
    const sentences = page.getByRole('alert').locator('p');
    await eventually(() => sentences.count()).toBe(2);
    const [first, second] = await sentences.allTextContents();
    expect(first).toMatch(/preset “gpt”/);
    expect(second).toMatch(/“abc” \(width\).*16 to 32,768/);
    await page.getByRole('slider', { name: 'Prefix length' }).press('ArrowRight');
    await eventually(() => sentences.count()).toBe(0);
    const methods = await open('lab?method=nix#methods');
    await eventually(() => methods.getByRole('alert').locator('p').textContent()).toMatch(
      /method “nix”; there is none of that name\. StreamingLLM is shown/,
    );
  });

  test.each([
    ['light', { width: 1440, height: 900 }],
    ['dark', { width: 360, height: 800 }],
  ] as const)('has no violations in %s, and fits its width', async (colorScheme, viewport) => {
    const page = await open('lab#scaling', { colorScheme, viewport });
    await page.getByRole('region', { name: 'At a glance' }).waitFor();
    const wide = () =>
      page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await wide()).toBeLessThanOrEqual(0);
    await figure(page, 'held').getByRole('button').click();
    await page.getByRole('button', { name: /as a table/ }).click();
    expect(await violations(page), 'calculator').toEqual([]);
    await page.getByRole('link', { name: 'Other ways to shrink the cache' }).click();
    await page.getByRole('navigation', { name: 'Methods' }).waitFor();
    await page.getByRole('button', { name: 'Keyformer' }).click();
    expect(await wide()).toBeLessThanOrEqual(0);
    expect(await violations(page), 'a method').toEqual([]);
    await page.getByRole('button', { name: 'Show the mask as a table' }).click();
    await page.getByRole('button', { name: /Block-Skim/ }).click();
    expect(await violations(page), 'a mask’s table, no curve').toEqual([]);
  });
});
