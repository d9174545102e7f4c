import { expect, test } from 'vitest';
import { serveSite, waitForEngine } from './harness';

const site = serveSite({ plain: true });

test('the app opens on a host that sets no special headers', async () => {
  const page = await site.visit('?model=nano-b4');
  expect(await page.title()).toMatch(/Blockscope/);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await waitForEngine(page, /Ready/);
});
