import type { Page } from 'playwright-core';
import { type Site, serveSite, type VisitOptions } from './harness';

/** A place on the page, in pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface OpenOptions extends VisitOptions {
  /** False: the weights never come, so that the page has its recorded run alone. */
  model?: boolean;
}

/** Serves the built app, and opens its lesson. */
export function serveLesson(): {
  site: Site;
  open(path: string, options?: OpenOptions): Promise<Page>;
} {
  const site = serveSite();
  return {
    site,
    open: async (path, { model = true, ...options } = {}) => {
      const page = await site.visit(path, {
        viewport: { width: 1440, height: 900 },
        ...options,
        before: async (fresh) => {
          if (!model) await fresh.route('**/weights.bin', () => {});
        },
      });
      await page.getByRole('article').getByRole('heading', { name: 'Try it' }).waitFor();
      return page;
    },
  };
}
