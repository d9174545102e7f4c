import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../scripts/lib/run.mjs';
import { serveSite, waitForEngine } from './harness';
import { SUB_PATH_SITE } from './sites';

const root = join(ROOT, SUB_PATH_SITE.folder);

// Built by the setup, unless the developer asked it to leave out every build.
describe.skipIf(process.env.BLOCKSCOPE_SKIP_BUILD && !existsSync(root))('under a sub-path', () => {
  const site = serveSite({ root, base: SUB_PATH_SITE.base });

  test('the app opens and asks for nothing outside of it', async () => {
    const outside: string[] = [];
    const page = await site.visit('?model=nano-b4', {
      before: async (page) => {
        page.on('request', (request) => {
          if (!request.url().startsWith(site.url)) outside.push(request.url());
        });
      },
    });
    expect(await page.title()).toMatch(/Blockscope/);
    await waitForEngine(page, /Ready/);
    expect(outside).toEqual([]);
  });
});
