import { expect, test } from 'vitest';
import { serveSite, waitForEngine } from './harness';

const site = serveSite({ base: '/some/where' });

test('the same build works under a sub-path and asks for nothing outside of it', async () => {
  const outside: string[] = [];
  const page = await site.visit('?model=nano-b4', {
    before: async (page) => {
      page.context().on('request', (request) => {
        if (!request.url().startsWith(site.url)) outside.push(request.url());
      });
    },
  });
  expect(await page.title()).toMatch(/Blockscope/);
  await waitForEngine(page, /Ready/);
  expect(outside).toEqual([]);
});

// The software adapter compiles for its self-test as long as a busy machine lets it.
test('WebGPU loads its runtime from there too', { timeout: 600_000 }, async () => {
  const page = await site.visit('?model=nano-b4&backend=webgpu');
  await waitForEngine(page, /Ready/, 580_000);
});

test('an unknown address there says so, with its styles', async () => {
  const page = await site.visit('no/such/page', { expected: [/404/] });
  expect(await page.getByRole('heading').first().textContent()).toMatch(/404|not found/i);
});
