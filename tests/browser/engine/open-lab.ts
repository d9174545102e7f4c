import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findChromium } from '../../../scripts/lib/find-chromium.mjs';
import { serveFolder } from '../../../scripts/lib/static-server.mjs';
import { FLAGS } from '../harness';
import type { EngineKind, StepRequest } from './entry';
import { buildEngineSite } from './site';

/** Opens the engine's bare page for the tests of one file; `page()` is alive while they run. */
export function openLab(): { page(): Page } {
  let site: Awaited<ReturnType<typeof buildEngineSite>>;
  let server: Awaited<ReturnType<typeof serveFolder>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    site = await buildEngineSite();
    server = await serveFolder({ root: site.root, plain: true });
    const executablePath = findChromium();
    if (!executablePath) throw new Error('No Chromium found.');
    browser = await chromium.launch({ executablePath, args: FLAGS });
    page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => 'lab' in window);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    site?.remove();
  });

  return { page: () => page };
}

/** One step in the page. */
export function labStep(page: Page, kind: EngineKind, request: StepRequest) {
  return page.evaluate(([k, r]) => window.lab.step(k, r), [kind, request] as const);
}
