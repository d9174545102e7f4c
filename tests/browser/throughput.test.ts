import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { type LabResult, labResultSchema } from '@/lib/lab/result';
import { number } from '@/lib/lab/table';
import { serveSite, type VisitOptions } from './harness';
import { eventually, focusOn, violations } from './reader';

const site = serveSite();

const MIB = 1024 * 1024;

const panel = (page: Page) => page.getByRole('region', { name: 'Throughput', exact: true });
const button = (page: Page, name: string) => panel(page).getByRole('button', { name, exact: true });
const said = (page: Page, sentence: string) =>
  panel(page).getByRole('status').filter({ hasText: sentence }).waitFor({ state: 'attached' });

/** The Lab with the two smallest models chosen. */
async function openLab(options: VisitOptions = {}): Promise<Page> {
  const page = await site.visit('lab#throughput', options);
  await button(page, 'Run').waitFor();
  for (const model of [/^nano-b4/, /^nano-flat/])
    await panel(page).getByRole('checkbox', { name: model }).check();
  for (const other of await panel(page).getByRole('checkbox', { name: /^tiny/ }).all())
    await other.uncheck();
  await fill(page, 'Prompt', 24);
  await fill(page, 'Output', 32);
  return page;
}

async function order(page: Page, work: { most?: string; rounds?: number; budget?: number }) {
  const { most, rounds, budget } = work;
  if (most) await panel(page).getByLabel('Largest batch').selectOption(most);
  if (budget) await fill(page, 'KV budget', budget);
  if (rounds) {
    if (!(await panel(page).getByLabel('Rounds').isVisible()))
      await panel(page).locator('summary', { hasText: 'How' }).click();
    await fill(page, 'Rounds', rounds);
  }
}

async function fill(page: Page, field: string, value: number) {
  await panel(page).getByLabel(field).fill(String(value));
  await page.keyboard.press('Enter');
}

async function downloaded(page: Page): Promise<LabResult> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Download JSON').click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^blockscope-throughput-\d{12}\.json$/);
  return labResultSchema.parse(JSON.parse(readFileSync(await file.path(), 'utf8')));
}

/** The texts of a row's cells: name, batch, tokens a second and so on. */
const rowTexts = (page: Page, row: string, batch: number) =>
  panel(page).locator(`tr[data-row="${row}"][data-batch="${batch}"] > *`).allTextContents();

describe('a run', () => {
  test('measures what was asked for, and the screen shows the numbers of its JSON and Markdown', async () => {
    const page = await openLab({
      before: (one) => one.context().grantPermissions(['clipboard-read', 'clipboard-write']),
    });
    await page.bringToFront();
    await order(page, { most: '2', rounds: 2 });
    expect(await panel(page).textContent()).toContain('6 measurements, 2 times each');
    await button(page, 'Run').click();
    await panel(page).getByRole('progressbar').waitFor();
    await said(page, 'The run is finished.');
    const result = await downloaded(page);
    expect(result.ended).toBe('finished');
    expect(result.left).toEqual({ allocatedBytes: 0, openSessions: 0 });
    expect(result.machine).toMatchObject({ backend: 'wasm', threads: 1 });
    expect(result.machine.browser).toMatch(/^Chromium \d+$/);
    expect(result.machine.onnxruntime).toMatch(/^1\./);
    expect(result.cells).toHaveLength(6);
    const speeds: string[] = [];
    for (const { row, batch, outcome } of result.cells) {
      if (outcome.kind !== 'measured') throw new Error(`${row} at ${batch} is ${outcome.kind}`);
      expect(outcome.tokensPerSecond.rounds).toBe(2);
      const speed = number(outcome.tokensPerSecond.median);
      speeds.push(speed);
      expect((await rowTexts(page, row, batch)).slice(0, 3)).toEqual([row, String(batch), speed]);
    }
    // Both ways of the flat model wrote the same.
    const texts = result.cells
      .filter(({ row }) => row.startsWith('nano-flat'))
      .map(({ outcome }) => (outcome.kind === 'measured' ? outcome.firstTokens.join() : ''));
    expect(new Set(texts).size).toBe(1);

    const ratio = result.comparisons[0]?.ratios[0]?.ratio.median ?? Number.NaN;
    await panel(page).locator('summary', { hasText: 'As a table' }).click();
    expect(await panel(page).textContent()).toContain(`batch 1: ${number(ratio)} times`);
    await button(page, 'Copy as Markdown').click();
    await said(page, 'Copied');
    const text = await page.evaluate(() => navigator.clipboard.readText());
    for (const speed of speeds) expect(text).toContain(`| ${speed} |`);
    expect(text).toContain(`${number(ratio)} ×`);
    for (const { weightsSha256 } of result.models)
      expect(text).toContain(weightsSha256.slice(0, 16));
    expect(await violations(page)).toEqual([]);
  });

  test('fills a budget and never passes it', async () => {
    const page = await openLab();
    await order(page, { rounds: 1, budget: 2 });
    await panel(page)
      .getByRole('radio', { name: /as many as fit/ })
      .check();
    await button(page, 'Run').click();
    await said(page, 'The run is finished.');
    const result = await downloaded(page);
    expect(result.budgetBytes).toBe(2 * MIB);
    for (const { id, fits } of result.rows) {
      const full = result.cells.find(({ row, batch }) => row === id && batch === fits)?.outcome;
      if (full?.kind !== 'measured') throw new Error(`${id} was not measured at ${fits}`);
      expect(full.allocatedBytes).toBeLessThanOrEqual(2 * MIB);
      expect((full.allocatedBytes / fits) * (fits + 1)).toBeGreaterThan(2 * MIB);
    }
    await order(page, { budget: 1 });
    await panel(page).getByLabel('Prompt').fill('1000');
    await page.keyboard.press('Enter');
    await panel(page).getByRole('alert').filter({ hasText: 'fit in no model chosen' }).waitFor();
    expect(await button(page, 'Run').getAttribute('aria-disabled')).toBe('true');
  });

  test('cancelled in the middle, keeps what was measured and leaves a page that runs again', async () => {
    const page = await openLab();
    await fill(page, 'Output', 200);
    await order(page, { most: '64', rounds: 9 });
    await button(page, 'Run').focus();
    await page.keyboard.press('Enter');
    const speed = () => panel(page).locator('tr[data-row="nano-b4"][data-batch="1"] b');
    await speed().waitFor();
    await button(page, 'Cancel').focus();
    await page.keyboard.press('Enter');
    await said(page, 'The run was cancelled.');
    await focusOn(button(page, 'Cancel'));
    await eventually(() => page.workers().length).toBe(0);
    expect(await panel(page).textContent()).toContain('Cancelled: below is what was measured');
    const result = await downloaded(page);
    expect(result.ended).toBe('cancelled');
    const kinds = result.cells.map(({ outcome }) => outcome.kind);
    expect(kinds).toContain('measured');
    expect(kinds).toContain('not-measured');
    expect(await violations(page)).toEqual([]);

    await fill(page, 'Output', 16);
    await order(page, { most: '1', rounds: 1 });
    await button(page, 'Run').click();
    await said(page, 'The run is finished.');
    expect((await downloaded(page)).cells).toHaveLength(3);
  });

  test('a model that breaks is one sentence in its cells; the others are measured', async () => {
    const page = await openLab({
      before: (one) =>
        one.route('**/nano-flat/weights.bin', (route) =>
          route.fulfill({ body: Buffer.from('not these bytes') }),
        ),
    });
    await order(page, { most: '1', rounds: 1 });
    await button(page, 'Run').click();
    await said(page, 'The run is finished.');
    const [name, , reason] = await rowTexts(page, 'nano-flat, unrolled', 1);
    expect(name).toBe('nano-flat, unrolled');
    expect(reason).toMatch(/^The model "nano-flat" is damaged: weights\.bin has 15 bytes .*\.$/);
    expect(Number((await rowTexts(page, 'nano-b4', 1))[2]?.replace(',', ''))).toBeGreaterThan(0);
  });
});

describe('the panel', () => {
  test('says so when no model can be read, and tries again', async () => {
    let lost = true;
    const page = await site.visit('lab#throughput', {
      before: (one) =>
        one.route('**/manifest.json', (route) => (lost ? route.abort() : route.continue())),
      expected: [/net::ERR_FAILED/],
    });
    await panel(page).getByRole('alert').filter({ hasText: 'could not be fetched' }).waitFor();
    lost = false;
    await button(page, 'Try again').click();
    await button(page, 'Run').waitFor();
  });

  test('fits a phone, and axe finds nothing before a run, light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openLab({ viewport: { width: 360, height: 800 }, colorScheme });
      expect(await violations(page)).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    }
  });
});
