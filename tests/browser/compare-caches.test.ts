import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { countText } from '@/components/compare/numbers';
import { bytesPerGlobalPosition, formatBytes } from '@/lib/model/cost';
import type { Manifest } from '@/lib/model/manifest';
import { parseManifest } from '@/lib/model/parse-manifest';
import { MODELS } from '@/scripts/models';
import {
  button,
  cursor,
  engine,
  FIRST,
  LANES,
  LAST,
  type LaneId,
  numberOf,
  openReady,
  PAIR,
  words,
  write,
  written as wroteAll,
} from './compare-reader';
import { serveSite } from './harness';
import { eventually, violations } from './reader';

const site = serveSite();
const cacheOf = (page: Page, lane: LaneId) =>
  page.getByRole('combobox', { name: `Cache of the ${lane} lane` });
const settingsOf = (page: Page, lane: LaneId) =>
  page.getByRole('button', { name: `settings of the cache, ${lane} lane` });

/** Both lanes have written, and the cursor is at the end. */
async function written(page: Page) {
  await wroteAll(page);
  await eventually(() => cursor(page)).toBe(LAST);
}

/** Of the row at the cursor, token by token: `dropped`, or its weight. */
async function rowOf(page: Page): Promise<string[]> {
  const region = page.getByRole('region', { name: /^Attention of token/ });
  return region.getByRole('cell').allTextContents();
}

/** The tokens that the row at the cursor, in its table, still has. */
const keptOf = async (page: Page) =>
  (await rowOf(page)).flatMap((cell, token) => (cell === 'dropped' ? [] : [token]));

const upTo = (end: number) => Array.from({ length: end }, (_, i) => i);

let manifest: Manifest;

beforeAll(async () => {
  const file = path.join(MODELS, 'nano-flat', 'manifest.json');
  manifest = parseManifest(await readFile(file, 'utf8'));
});

describe('a changed cache in a lane', () => {
  test('StreamingLLM: what it keeps is drawn, counted and said; settings write anew; the address follows', async () => {
    const page = await openReady(site, { viewport: { width: 1440, height: 900 } });
    expect(await cacheOf(page, 'upper').count()).toBe(0);
    await write(page);
    await written(page);
    const slot = bytesPerGlobalPosition(manifest.dims);
    expect(await numberOf(page, 'lower', 'KV cache held')).toBe(formatBytes(LAST * slot));

    await cacheOf(page, 'lower').selectOption('StreamingLLM');
    await eventually(() => words(page).textContent()).toContain('nano-flat with StreamingLLM');
    await written(page);
    // Four sinks and the last twenty of the tokens before the cursor's.
    expect(await numberOf(page, 'lower', 'KV cache held')).toBe(formatBytes(24 * slot));
    const layers = manifest.dims.blockLayers;
    expect(await numberOf(page, 'lower', 'keys read')).toBe(countText(24 * layers));
    await button(page, 'Show attention, lower lane, as a table').click();
    expect(await keptOf(page)).toEqual([0, 1, 2, 3, ...upTo(LAST).slice(-20)]);
    const weights = (await rowOf(page)).filter((cell) => cell !== 'dropped').map(Number);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 2);

    const settings = settingsOf(page, 'lower');
    expect(await settings.textContent()).toBe('4 + 20');
    await settings.click();
    const sheet = page.getByRole('dialog', { name: 'StreamingLLM, lower lane' });
    expect(await sheet.textContent()).toContain('not claimed for this one');
    expect(await violations(page)).toEqual([]);
    const apply = sheet.getByRole('button', { name: 'Write anew with these' });
    expect(await apply.isDisabled()).toBe(true);
    await sheet.getByLabel('Window').fill('0');
    expect(await sheet.getByRole('alert').textContent()).toBe(
      'Window must be a whole number from 1 to 4096 tokens.',
    );
    expect(await apply.isDisabled()).toBe(true);
    await sheet.getByLabel('Window').fill('6');
    await sheet.getByLabel('Attention sinks').fill('2');
    await page.keyboard.press('Enter');
    await eventually(() => numberOf(page, 'lower', 'KV cache held')).toBe(formatBytes(8 * slot));
    await written(page);
    await page.keyboard.press('Escape');
    await eventually(() => sheet.count()).toBe(0);
    expect(await settings.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await keptOf(page)).toEqual([0, 1, ...upTo(LAST).slice(-6)]);
    // The prompt is read whole: its last token's row has all of it, the next one what is left.
    await page.getByRole('slider', { name: 'Timeline' }).focus();
    await page.keyboard.press('Home');
    for (let token = 0; token < FIRST; token++) await page.keyboard.press('ArrowRight');
    await eventually(() => cursor(page)).toBe(FIRST);
    await eventually(() => keptOf(page)).toEqual(upTo(FIRST));
    await page.keyboard.press('ArrowRight');
    await eventually(() => keptOf(page)).toEqual([0, 1, ...upTo(FIRST + 1).slice(-6)]);
    await page.keyboard.press('End');

    await page.getByRole('radio', { name: 'nano-b4’s in both' }).check();
    await eventually(() => words(page).textContent()).toMatch(
      /On the same 24 tokens .*nano-flat with StreamingLLM/,
    );
    await written(page);
    expect(await numberOf(page, 'lower', 'KV cache held')).toBe(formatBytes(8 * slot));
    expect(await violations(page)).toEqual([]);

    const parameters = new URL(page.url()).searchParams;
    expect(parameters.get('lowerCache')).toBe('streaming-llm');
    expect([parameters.get('lowerSinks'), parameters.get('lowerWindow')]).toEqual(['2', '6']);
    await cacheOf(page, 'lower').selectOption('Full cache');
    await eventually(() => numberOf(page, 'lower', 'KV cache held')).toBe(formatBytes(LAST * slot));
    expect(new URL(page.url()).searchParams.has('lowerCache')).toBe(false);
  });

  test('comes from the address; what that cannot have is named, and so is WASM where WebGPU was asked for', async () => {
    const address =
      'compare?upper=nano-flat&upperCache=keyformer&upperKept=200&lower=nano-flat&lowerCache=lorc&lowerRank=25&backend=webgpu';
    const page = await openReady(site, { viewport: { width: 360, height: 800 } }, address);
    expect(
      await page.locator('[role="alert"]:not(#__next-route-announcer__)').textContent(),
    ).toContain('upperKept “200”; it can be a whole number from 5 to 100 %. 50 is used.');
    await button(page, 'Dismiss').click();
    await write(page);
    await written(page);
    const { blockLayers, heads, width } = manifest.dims;
    const slot = bytesPerGlobalPosition(manifest.dims);
    // Half of the prompt's tokens, and the one that is read.
    const kept = Math.round(FIRST / 2);
    const scores = 4 * blockLayers * heads * kept;
    expect(await numberOf(page, 'upper', 'KV cache held')).toBe(
      formatBytes((kept + 1) * slot + scores),
    );
    expect(await numberOf(page, 'lower', 'KV cache held')).toBe(
      formatBytes(LAST * 4 * blockLayers * 2 * Math.round(width / 4)),
    );
    for (const lane of LANES)
      expect(
        await page.getByRole('region', { name: new RegExp(`^${lane} lane`, 'i') }).textContent(),
      ).toContain('On WASM: WebGPU was asked for, but a changed cache runs on the CPU.');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await settingsOf(page, 'lower').click();
    await page
      .getByRole('dialog', { name: 'LoRC, lower lane' })
      .getByText(/our stand-in/)
      .waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await violations(page)).toEqual([]);
  });

  test('goes with its model; one that cannot have it says so', async () => {
    const page = await openReady(site, {}, `${PAIR}&lowerCache=sliding-window`);
    expect(await cacheOf(page, 'lower').inputValue()).toBe('sliding-window');
    await page.getByRole('combobox', { name: 'Model of the lower lane' }).selectOption('nano-b4');
    await eventually(() => engine(page, 'lower').textContent()).toBe('Ready');
    expect(await cacheOf(page, 'lower').count()).toBe(0);
    expect(new URL(page.url()).searchParams.has('lowerCache')).toBe(false);

    const block = await openReady(site, {}, `${PAIR}&upperCache=prefix-kv`);
    expect(
      await block.locator('[role="alert"]:not(#__next-route-announcer__)').textContent(),
    ).toContain(
      'nano-b4 is not a flat model with the graphs for another cache, so the upper lane has its full one.',
    );
  });
});
