import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { spread } from '@/lib/lab/stats';
import type { App } from '../app/app';
import { Reader } from '../app/reader';
import type { PageResult, ScriptFile } from '../lib/page';

const VISITS = 7;

/** When the first content and the first token of a text are on the screen, in fresh profiles; the first visit only warms up. */
export async function measureFirst(
  app: App,
  progress: (line: string) => void,
): Promise<PageResult['first']> {
  const paints: number[] = [];
  const texts: number[] = [];
  for (let visit = 0; visit <= VISITS; visit++) {
    progress(`The page: first paint, visit ${visit + 1}`);
    const page = await app.visit((fresh) => fresh.addInitScript(noteFirstText));
    try {
      await page.waitForFunction(() => 'firstTextMs' in globalThis, null, { polling: 250 });
      const [paint, text] = await page.evaluate(() => [
        performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
        (globalThis as { firstTextMs?: number }).firstTextMs,
      ]);
      if (paint === undefined || text === undefined) throw new Error('the page painted nothing');
      if (visit === 0) continue;
      paints.push(paint);
      texts.push(text);
    } finally {
      await page.context().close();
    }
  }
  return { paintMs: spread(paints), textMs: spread(texts) };
}

/** Runs in the page before its own scripts: notes the frame after the one that draws the first token. */
function noteFirstText(): void {
  const observer = new MutationObserver(() => {
    if (!document.querySelector('[data-token]')) return;
    observer.disconnect();
    requestAnimationFrame(() =>
      requestAnimationFrame((now) => {
        (globalThis as { firstTextMs?: number }).firstTextMs = now;
      }),
    );
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** The scripts that the page loads until its model is ready, the engine's worker and its runtime aside. */
export async function measureScripts(app: App, root: string): Promise<ScriptFile[]> {
  const page = await app.visit((fresh) => fresh.addInitScript(noteReady));
  try {
    await new Reader(page).ready();
    return [...(await loaded(page)), ...(await forOldBrowsers(page))].map(
      ({ pathname, polyfill }) => {
        const content = readFileSync(path.join(root, pathname));
        return {
          name: path.posix.basename(pathname),
          bytes: content.length,
          gzipBytes: gzipSync(content).length,
          polyfill,
        };
      },
    );
  } finally {
    await page.context().close();
  }
}

/** Runs in the page before its own scripts: notes when the model is ready. */
function noteReady(): void {
  const observer = new MutationObserver(() => {
    const status = document.querySelector('[role="status"][aria-label="Engine"]');
    if (!status?.textContent?.includes('Ready')) return;
    observer.disconnect();
    (globalThis as { readyMs?: number }).readyMs = performance.now();
  });
  observer.observe(document, { childList: true, subtree: true, characterData: true });
}

interface Found {
  pathname: string;
  polyfill: boolean;
}

/**
 * A worker's script is an entry of another kind (`other`), what it loads is no entry of the page. Once the model is ready the page
 * fetches ahead what opens on request: nothing waits for that.
 */
async function loaded(page: Page): Promise<Found[]> {
  const urls = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(
        (entry) =>
          ['script', 'link'].includes((entry as PerformanceResourceTiming).initiatorType) &&
          entry.startTime < ((globalThis as { readyMs?: number }).readyMs ?? 0),
      )
      .map(({ name }) => name),
  );
  const paths = new Set(urls.map((url) => new URL(url).pathname));
  return [...paths]
    .filter((pathname) => pathname.endsWith('.js'))
    .map((pathname) => ({ pathname, polyfill: false }));
}

async function forOldBrowsers(page: Page): Promise<Found[]> {
  const urls = await page
    .locator('script[nomodule][src]')
    .evaluateAll((scripts) => scripts.map((script) => (script as HTMLScriptElement).src));
  return urls.map((url) => ({ pathname: new URL(url).pathname, polyfill: true }));
}
