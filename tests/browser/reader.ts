import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Site, type VisitOptions, waitForEngine } from './harness';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

/** Waits for what is read; the machine may be busy. */
export const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 60_000 });

/** Waits until `target` has the focus: keys may come before a menu or dialog that has just opened takes it. */
export const focusOn = (target: Locator) =>
  eventually(() => target.evaluate((one) => one === document.activeElement)).toBe(true);

/** A page on which nano-b4 has written `tokens` tokens, past any end of text. */
export async function openWith(site: Site, tokens: number, options: VisitOptions = {}) {
  const page = await site.visit('?model=nano-b4&backend=wasm', options);
  await waitForEngine(page, /Ready/);
  await write(page, tokens);
  return page;
}

/** Lets the model that is ready write `tokens` tokens, past any end of text, and returns them as they are shown. */
export async function write(page: Page, tokens: number): Promise<string[]> {
  await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
  const length = page.getByLabel('Length');
  if (!(await length.isVisible())) await page.locator('summary', { hasText: 'Sampling' }).click();
  await length.fill(String(tokens));
  await page.getByRole('checkbox', { name: /past the end/ }).check();
  await page.getByRole('button', { name: /^Generate/ }).click();
  const text = page.getByRole('region', { name: 'Generated text', exact: true });
  await eventually(() => text.textContent()).toMatch(
    new RegExp(`(?<!\\d)${tokens} tokens written`),
  );
  return text.locator('[data-token]').allTextContents();
}

/** What axe-core finds wrong with the page as it is, one line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
  );
}
