import type { Page } from 'playwright-core';
import { DEFAULT_PROMPT } from '@/lib/store/request-slice';
import { type GenerateReport, generate } from '@/scripts/generate-command';
import { MODELS } from '@/scripts/models';
import type { Site, VisitOptions } from './harness';
import { eventually } from './reader';

/*
 * What a reader of Compare finds and does, for the tests of that page.
 */

export const PAIR = 'compare?upper=nano-b4&lower=nano-flat&backend=wasm';
export const LANES = ['upper', 'lower'] as const;
export type LaneId = (typeof LANES)[number];
export const MODEL: Record<LaneId, string> = { upper: 'nano-b4', lower: 'nano-flat' };

/** The prompt has 17 tokens, which take 3 pads in blocks of 4. */
export const FIRST = 17;
export const PADS = 3;
/** Tokens that `write` lets the lanes write, and the last text token then. */
export const TOKENS = 24;
export const LAST = FIRST + TOKENS - 1;

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const text = (page: Page, lane: LaneId) =>
  page.getByRole('region', { name: `Text, ${lane} lane` });
export const figures = (page: Page, lane: LaneId) =>
  page.getByRole('region', { name: `Figures, ${lane} lane` });
export const engine = (page: Page, lane: LaneId) =>
  page.getByRole('status', { name: `Engine, ${lane} lane` });
export const timeline = (page: Page) => page.getByRole('slider', { name: 'Timeline' });
export const cursor = async (page: Page) => Number(await timeline(page).inputValue());
export const modelOf = (page: Page, lane: LaneId) =>
  page.getByRole('combobox', { name: `Model of the ${lane} lane` });
/** What is said in haste, the framework's own announcer left out. */
export const alerts = (page: Page) => page.locator('[role="alert"]:not(#__next-route-announcer__)');
export const words = (page: Page) => page.getByRole('region', { name: 'What differs' });

export const row = (page: Page, lane: LaneId, name: string) =>
  figures(page, lane)
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name }) });
export const numberOf = (page: Page, lane: LaneId, name: string) =>
  row(page, lane, name).getByRole('cell').nth(1).textContent();

/** The text tokens that a lane shows, as they read. */
export const tokensOf = (page: Page, lane: LaneId) =>
  text(page, lane).locator('[data-token]:not([data-kind="pad"])').allTextContents();

/** The page with both models there; nothing is written by itself for a reader who wants no motion. */
export async function openReady(site: Site, options: VisitOptions = {}, address = PAIR) {
  const page = await site.visit(address, { reducedMotion: 'reduce', ...options });
  for (const lane of LANES) await eventually(() => engine(page, lane).textContent()).toBe('Ready');
  return page;
}

/** Waits until both lanes have written what they were asked for. */
export async function written(page: Page) {
  for (const lane of LANES) {
    await eventually(() => text(page, lane).textContent()).toMatch(/written\./);
    await eventually(() => engine(page, lane).textContent()).toBe('Ready');
  }
}

/** Lets both lanes write `tokens` tokens as fast as it goes. */
export async function write(page: Page, tokens = TOKENS, pastEnd = true) {
  await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
  const length = page.getByLabel('Length');
  if (!(await length.isVisible())) await page.locator('summary', { hasText: 'Sampling' }).click();
  await length.fill(String(tokens));
  await page.getByRole('checkbox', { name: /past the end/ }).setChecked(pastEnd);
  await button(page, 'Generate').click();
  await written(page);
}

/** What a model writes from the page's own prompt and sampling, without a page. */
export async function reportOf(model: string, more: string[], seed = 42): Promise<GenerateReport> {
  const sampling = '--temperature 0.8 --top-k 40 --top-p 0.95 --json'.split(' ');
  const asked = ['--model', model, '--prompt', DEFAULT_PROMPT, '--seed', String(seed)];
  return generate([...asked, ...sampling, ...more], { models: MODELS, progress: () => {} });
}
