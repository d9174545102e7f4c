import { expect, test } from 'vitest';
import { INSECURE_HOST, serveSite, waitForEngine } from './harness';

const site = serveSite({ plain: true, host: INSECURE_HOST });

test('over plain http the app runs on WASM and says why', async () => {
  const page = await site.visit('?model=nano-b4');
  expect(await page.evaluate(() => [isSecureContext, 'gpu' in navigator])).toEqual([false, false]);
  await waitForEngine(page, /Ready/);
  await page.getByRole('banner').locator('summary').click();
  expect(await page.getByRole('banner').textContent()).toMatch(/This page has no WebGPU/);
});

test('an order for WebGPU that cannot be met says so and offers WASM', async () => {
  const page = await site.visit('?model=nano-b4&backend=webgpu');
  await waitForEngine(page, /problem/);
  expect((await page.getByRole('alert').allTextContents()).join()).toMatch(
    /needs https or localhost/,
  );
  await page.getByRole('button', { name: /WASM/ }).click();
  await waitForEngine(page, /Ready/);
});
