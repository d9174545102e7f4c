import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { serveSite, waitForEngine } from './harness';

// Greedy runs of the page itself on both backends; the software adapter needs its time.
const site = serveSite();
const SLOW = { timeout: 600_000 };
const PROMPT = 'Once upon a time there was a little fox';

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

/** Lets a test speak to the page's workers, as a crash of the GPU process would. */
const catchWorkers = (page: Page) =>
  page.addInitScript(() => {
    const Original = window.Worker;
    const workers: Worker[] = [];
    Object.assign(window, { workers });
    window.Worker = class extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        workers.push(this);
      }
    };
  });

async function open(query: string, before?: (page: Page) => Promise<unknown>) {
  const page = await site.visit(query, before ? { before } : {});
  await waitForEngine(page, /Ready/, 280_000);
  return page;
}

async function writeGreedily(page: Page, tokens: number) {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(PROMPT);
  await page.getByRole('combobox', { name: 'Pace' }).selectOption('max');
  await page.getByRole('slider', { name: 'Temperature' }).fill('0');
  await page.getByLabel('Length').fill(String(tokens));
  await page.getByRole('checkbox', { name: /past the end/ }).check();
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
}

async function writtenText(page: Page, tokens: number) {
  const text = region(page, 'Generated text');
  await expect
    .poll(() => text.textContent(), { timeout: 280_000 })
    .toMatch(new RegExp(`${tokens} tokens written`));
  return (await text.locator('[data-token]').allTextContents()).join('');
}

describe('the page on WebGPU', () => {
  test('writes the same greedy text as on WASM, and says what it runs on', SLOW, async () => {
    const wasm = await open('?model=nano-b4&backend=wasm');
    await writeGreedily(wasm, 24);
    const expected = await writtenText(wasm, 24);
    const gpu = await open('?model=nano-b4&backend=webgpu');
    expect(await gpu.getByRole('banner').textContent()).toMatch(/WebGPU, captured/);
    await writeGreedily(gpu, 24);
    expect(await writtenText(gpu, 24)).toBe(expected);
  });

  test('a lost GPU is replaced in the middle of a run and the text goes on', SLOW, async () => {
    const wasm = await open('?model=nano-b4&backend=wasm');
    await writeGreedily(wasm, 40);
    const expected = await writtenText(wasm, 40);
    const gpu = await open('?model=nano-b4&backend=webgpu', catchWorkers);
    await writeGreedily(gpu, 40);
    await expect
      .poll(() => region(gpu, 'Generated text').locator('[data-token]').count(), SLOW)
      .toBeGreaterThan(20);
    await gpu.evaluate(() => {
      const { workers } = window as unknown as { workers: Worker[] };
      workers.at(-1)?.postMessage({ type: 'lose-device' });
    });
    await expect
      .poll(
        () => gpu.evaluate(() => (window as unknown as { workers: Worker[] }).workers.length),
        SLOW,
      )
      .toBe(2);
    expect(await writtenText(gpu, 40)).toBe(expected);
  });
});

describe('without an order', () => {
  test('a software adapter is passed over, and the page says why', SLOW, async () => {
    const page = await open('?model=nano-b4');
    await page.getByRole('banner').locator('summary').click();
    expect(await page.getByRole('banner').textContent()).toMatch(/WASM.*software fallback/s);
  });
});
