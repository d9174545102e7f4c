import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { familyMembers, lengthDial } from '@/lib/compare/block-lengths';
import { ALL_MODELS } from '@/lib/model/catalog';
import { bytesPerGlobalPosition, formatBytes } from '@/lib/model/cost';
import { parseManifest } from '@/lib/model/parse-manifest';
import { MODELS } from '@/scripts/models';
import {
  alerts,
  button,
  cursor,
  engine,
  FIRST,
  LANES,
  LAST,
  type LaneId,
  modelOf,
  numberOf,
  openReady,
  reportOf,
  row,
  TOKENS,
  text,
  timeline,
  tokensOf,
  words,
  write,
  written,
} from './compare-reader';
import { serveSite } from './harness';
import { eventually, violations } from './reader';

const site = serveSite();

describe('one text in both lanes', () => {
  test('is the writer’s, token by token, with surprise by slot; then each writes its own again', async () => {
    const page = await openReady(site);
    await write(page);
    const own = await tokensOf(page, 'lower');
    await page.getByRole('radio', { name: 'nano-b4’s in both' }).check();
    const given = () => tokensOf(page, 'lower');
    await eventually(given).toEqual(await tokensOf(page, 'upper'));
    await eventually(() => engine(page, 'lower').textContent()).toBe('Ready');
    await eventually(() => words(page).textContent()).toContain('On the same 24 tokens');
    expect(await page.getByRole('radio', { name: 'nano-flat’s in both' }).isDisabled()).toBe(true);

    const table = page.getByRole('table', { name: /^Mean surprise by slot/ });
    for (const [i, lane] of LANES.entries()) {
      const cells = table.locator(`tbody td:nth-of-type(${i + 1})`);
      const means = (await cells.allTextContents()).map(Number);
      expect(means).toHaveLength(4);
      // Every slot has six tokens, so the mean of means is the mean a token.
      const mean = means.reduce((sum, bits) => sum + bits, 0) / 4;
      const total = await row(page, lane, 'surprise').getByRole('cell').nth(2).textContent();
      expect(mean).toBeCloseTo(Number.parseFloat(total ?? ''), 1);
    }
    // The choice keeps the focus, and what it has no use for is the page's.
    await page.keyboard.press('o');
    await eventually(given).toEqual(own);
    expect(await table.count()).toBe(0);
    await page.keyboard.press('s');
    await eventually(given).toEqual(await tokensOf(page, 'upper'));
  });
});

describe('models', () => {
  test('of a lane can be changed; the other lane stays, and the address follows', async () => {
    const page = await openReady(site);
    await write(page);
    const upper = await tokensOf(page, 'upper');
    await modelOf(page, 'lower').selectOption('nano-b4');
    await eventually(() => engine(page, 'lower').textContent()).toBe('Ready');
    // The same model, prompt and seed give the same text.
    await eventually(() => tokensOf(page, 'lower')).toEqual(upper);
    expect(await tokensOf(page, 'upper')).toEqual(upper);
    expect(new URL(page.url()).searchParams.get('lower')).toBe('nano-b4');
    expect(await page.getByRole('region', { name: 'Local attention, lower lane' }).count()).toBe(1);
  });

  test('of different tokens are not compared: a sentence says so, and names a pair that can be', async () => {
    const page = await openReady(site);
    await modelOf(page, 'lower').selectOption('tiny-b4');
    const alert = page.getByRole('alert').filter({ hasText: 'cannot be compared with nano-b4' });
    await alert.waitFor();
    await alert.getByRole('button', { name: 'Compare tiny-b4 with tiny-flat-match' }).waitFor();
    expect(await modelOf(page, 'lower').inputValue()).toBe('nano-flat');
    expect(await engine(page, 'lower').textContent()).toBe('Ready');
    await modelOf(page, 'lower').selectOption('nano-b4');
    await eventually(() => alert.count()).toBe(0);
  });

  test('that the address cannot have are named, and defaults are used', async () => {
    const bad = await openReady(site, {}, 'compare?upper=..%2Fsecret&lower=nano-flat&backend=wasm');
    expect(await alerts(bad).textContent()).toContain('“../secret”');
    expect(await modelOf(bad, 'upper').inputValue()).toBe('nano-b4');
    await button(bad, 'Dismiss').click();
    await eventually(() => alerts(bad).count()).toBe(0);

    const mixed = await openReady(site, {}, 'compare?upper=nano-b4&lower=tiny-b4&backend=wasm');
    expect(await alerts(mixed).textContent()).toContain('tiny-b4 cannot be compared with nano-b4');
    expect(await modelOf(mixed, 'lower').inputValue()).toBe('nano-flat');
  });

  test('that cannot be loaded leave the other lane usable', async () => {
    const page = await site.visit('compare?upper=nano-b4&lower=nano-nothing&backend=wasm', {
      reducedMotion: 'reduce',
      expected: [/nano-nothing/],
    });
    await eventually(() => engine(page, 'lower').textContent()).toBe('Stopped by a problem');
    const lower = page.getByRole('region', { name: /^Lower lane/ });
    // Compare runs flat models as well, and names them.
    expect(await lower.getByRole('alert').textContent()).toContain(
      `"nano-nothing" could not be loaded: there is none of that name here, only ${ALL_MODELS.join(', ')}.`,
    );
    await eventually(() => engine(page, 'upper').textContent()).toBe('Ready');
    await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
    await button(page, 'Generate').click();
    await eventually(() => text(page, 'upper').textContent()).toMatch(/written/);
    await eventually(() => cursor(page)).toBeGreaterThan(FIRST);
    // Another model brings the lane back, and it writes what was asked for.
    await modelOf(page, 'lower').selectOption('nano-flat');
    await eventually(() => text(page, 'lower').textContent()).toMatch(/written/);
    expect(await lower.getByRole('alert').count()).toBe(0);
  });

  test('say at the prompt what is wrong with it', async () => {
    const page = await openReady(site);
    await page.getByRole('textbox', { name: 'Prompt' }).fill('');
    await page.keyboard.press('Control+Enter');
    await eventually(() => alerts(page).textContent()).toContain('The prompt is empty');
  });
});

const dialOf = (page: Page, lane: LaneId) =>
  page.getByRole('group', { name: `Block length, ${lane} lane` });
const lengthOf = (page: Page, lane: LaneId, length: number) =>
  dialOf(page, lane).getByRole('radio', { name: new RegExp(`^${length},`) });
const manifestText = (model: string) => readFile(path.join(MODELS, model, 'manifest.json'), 'utf8');

describe('block length', () => {
  test('is turned where several ship: prompt, cursor and the other lane stay, and each writes what it writes alone', async () => {
    const members = familyMembers('nano-b4', ALL_MODELS);
    const manifests = await Promise.all(
      members.map(async (model) => parseManifest(await manifestText(model))),
    );
    const choices = lengthDial('nano-b4', manifests)?.choices ?? [];
    const page = await openReady(site);
    await write(page);
    // A model that stands alone has no dial.
    await eventually(() => dialOf(page, 'upper').getByRole('radio').count()).toBe(choices.length);
    expect(await dialOf(page, 'lower').count()).toBe(0);
    const lower = await tokensOf(page, 'lower');
    const prompt = (await tokensOf(page, 'upper')).slice(0, FIRST);
    await timeline(page).focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
    await eventually(() => cursor(page)).toBe(LAST - 5);
    for (const { model, blockLength, loss } of choices) {
      const radio = lengthOf(page, 'upper', blockLength);
      expect(await radio.getAttribute('aria-label')).toBe(
        `${blockLength}, held-out loss ${loss?.toFixed(2)} nats a token`,
      );
      await radio.check();
      await eventually(() => modelOf(page, 'upper').inputValue()).toBe(model);
      await eventually(() => engine(page, 'upper').textContent()).toBe('Ready');
      await written(page);
      expect(new URL(page.url()).searchParams.get('upper')).toBe(model);
      const shown = await tokensOf(page, 'upper');
      const alone = await reportOf(model, ['--tokens', String(TOKENS), '--ignore-eot']);
      expect(shown.slice(0, FIRST)).toEqual(prompt);
      expect(shown.slice(FIRST).join('').replaceAll('·', ' ').replaceAll('↵', '\n')).toBe(
        alone.text,
      );
      expect(await tokensOf(page, 'lower')).toEqual(lower);
      expect(await cursor(page)).toBe(LAST - 5);
      const dims = manifests.find(({ id }) => id === model)?.dims;
      const pads = (blockLength - (FIRST % blockLength)) % blockLength;
      const held = Math.floor((LAST - 5 + pads) / blockLength);
      expect(await numberOf(page, 'upper', 'KV cache held')).toBe(
        dims && formatBytes(held * bytesPerGlobalPosition(dims)),
      );
    }
    expect(await violations(page)).toEqual([]);
  });

  test('leads from a model that cannot be loaded to one that can', async () => {
    // Of a model in blocks of 16 there is the manifest alone.
    const real = await manifestText('nano-b4');
    const fake = { ...JSON.parse(real), id: 'nano-b16' };
    fake.dims = { ...fake.dims, blockLength: 16 };
    const [{ lossPerToken }] = fake.scores;
    const page = await site.visit('compare?upper=nano-b16&lower=nano-flat&backend=wasm', {
      reducedMotion: 'reduce',
      expected: [/nano-b16/, /404/],
      before: (one) =>
        one.route('**/models/nano-b16/manifest.json', (route) => route.fulfill({ json: fake })),
    });
    await eventually(() => engine(page, 'upper').textContent()).toBe('Stopped by a problem');
    await lengthOf(page, 'upper', 16).waitFor();
    expect(await lengthOf(page, 'upper', 16).isChecked()).toBe(true);
    expect(await dialOf(page, 'upper').textContent()).toContain(lossPerToken.toFixed(2));
    expect(await violations(page)).toEqual([]);
    await lengthOf(page, 'upper', 4).check();
    await eventually(() => engine(page, 'upper').textContent()).toBe('Ready');
    expect(new URL(page.url()).searchParams.get('upper')).toBe('nano-b4');
  });
});
