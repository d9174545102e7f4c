import { FULL } from '@/lib/lab/work';
import { App, VIEWPORT } from './app/app';
import { ensureApp } from './app/build';
import type { PageResult } from './lib/page';
import { reasonOf } from './lib/reason';
import { measureFirst, measureScripts } from './suites/page-first';
import { measureFrames } from './suites/page-frames';
import { measureMemory } from './suites/page-memory';

/**
 * How the served app behaves in a browser of its own: frames, memory, first paint, size. A part that cannot be measured is noted in
 * `absent`. Throws when the app cannot be built or there is no Chromium.
 */
export async function measurePage(
  absent: { row: string; reason: string }[],
  progress: (line: string) => void,
): Promise<{ page: PageResult; browser: string }> {
  const missing = (row: string, cause: unknown) => {
    const reason = reasonOf(cause);
    absent.push({ row, reason });
    progress(`${row}: ${reason}`);
  };
  const attempt = async <T>(row: string, measure: () => Promise<T>): Promise<T | null> => {
    try {
      return await measure();
    } catch (cause) {
      missing(row, cause);
      return null;
    }
  };
  const root = await ensureApp(progress);
  const app = await App.open(root);
  try {
    const first = await attempt('the page, first paint', () => measureFirst(app, progress));
    const scripts = await attempt('the page, scripts', () => measureScripts(app, root));
    const frames = await measureFrames(app, progress, missing);
    const memory = await attempt('the page, memory', () => measureMemory(app, progress));
    const page: PageResult = {
      created: new Date().toISOString(),
      tokens: FULL,
      viewport: VIEWPORT,
      frames,
      memory,
      first,
      scripts: scripts ?? [],
      foreign: app.foreign,
    };
    return { page, browser: app.version };
  } finally {
    await app.close();
  }
}
