import { expect, test } from 'vitest';
import { serveSite, waitForEngine } from './harness';

const site = serveSite();

test('the front page opens, silent and isolated', async () => {
  const page = await site.visit('?model=nano-b4');
  expect(await page.title()).toMatch(/Blockscope/);
  expect(await page.getByRole('main').count()).toBe(1);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await waitForEngine(page, /Ready/);
});

test('the front page carries the safety headers and names its inline scripts', async () => {
  const response = await fetch(site.url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/script-src 'self' 'wasm-unsafe-eval' 'sha256-/);
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'/);
});

test('a script that is not part of the page does not run', async () => {
  const page = await site.visit('', { expected: [/Content Security Policy/] });
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.head.append(script);
    return 'injected' in window;
  });
  expect(ran).toBe(false);
});

test('an unknown address says so', async () => {
  const page = await site.visit('no-such-page/', { expected: [/404/] });
  expect(await page.getByRole('heading').first().textContent()).toMatch(/404|not found/i);
});
