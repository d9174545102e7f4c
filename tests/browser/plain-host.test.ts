import { expect, test } from 'vitest';
import { serveSite } from './harness';

const site = serveSite({ plain: true });

test('the app opens on a host that sets no special headers', async () => {
  const page = await site.visit();
  expect(await page.title()).toMatch(/Blockscope/);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
});
