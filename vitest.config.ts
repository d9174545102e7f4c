import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const resolve = { alias: { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') } };

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          // Some run a model; a busy machine needs more than the usual five seconds.
          testTimeout: 30_000,
          // Node 20.9 hangs when setImmediate, which is faked by default, is put back.
          fakeTimers: {
            toFake: [
              'setTimeout',
              'clearTimeout',
              'setInterval',
              'clearInterval',
              'Date',
              'performance',
            ],
          },
        },
      },
      {
        resolve,
        test: {
          name: 'parity',
          environment: 'node',
          include: ['tests/parity/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: ['tests/browser/setup.ts'],
          // One page at a time: a browser and its GPU process already fill two cores.
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 180_000,
          // A busy machine may hold the page up between two keys; what fails twice is broken.
          retry: 1,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
