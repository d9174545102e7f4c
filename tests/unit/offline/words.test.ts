import { expect, it } from 'vitest';
import { reasonOf } from '@/lib/offline/reason';
import type { OfflineStatus } from '@/lib/offline/types';
import { offlineWords, persistenceWords } from '@/lib/offline/words';

const MIB = 1 << 20;

it.each<[OfflineStatus, string]>([
  [{ state: 'impossible', reason: 'it is so' }, 'Not possible here: it is so.'],
  [{ state: 'off' }, 'Off: nothing is kept in this browser.'],
  [{ state: 'waiting' }, 'Page and model are kept in this browser once they are there.'],
  [
    { state: 'keeping', done: 1.5 * MIB, total: 20 * MIB },
    'Being kept in this browser: 1.5 MiB of 20 MiB.',
  ],
  [
    {
      state: 'kept',
      persistence: 'unknown',
      report: {
        page: 2 * MIB,
        runtimes: [
          { flavour: 'wasm', bytes: 13 * MIB },
          { flavour: 'jspi', bytes: 16 * MIB },
        ],
        models: [
          { id: 'nano-b4', bytes: MIB / 2 },
          { id: 'tiny-b4', bytes: 14 * MIB },
        ],
      },
    },
    'Works without a network. Kept in this browser, 45.5 MiB: page 2 MiB, runtime 29 MiB, nano-b4 512 KiB, tiny-b4 14 MiB.',
  ],
  [
    {
      state: 'kept',
      persistence: 'unknown',
      report: { page: 2 * MIB, runtimes: [], models: [] },
    },
    'Works without a network. Kept in this browser, 2 MiB: page 2 MiB.',
  ],
  [
    { state: 'failed', reason: 'there is no room' },
    'It could not be kept in this browser: there is no room.',
  ],
  [
    { state: 'failed', reason: 'A whole sentence.' },
    'It could not be kept in this browser: A whole sentence.',
  ],
])('%o', (status, words) => {
  expect(offlineWords(status)).toBe(words);
});

it('says of what is kept whether it may be cleared, where the browser tells', () => {
  expect(persistenceWords('asked-for')).toMatch(/will not clear it/);
  expect(persistenceWords('may-clear')).toMatch(/may clear it when room is short\.$/);
  expect(persistenceWords('declined')).toMatch(/declined/);
  expect(persistenceWords('unknown')).toBeNull();
});

it('gives a reason that a reader understands', () => {
  expect(reasonOf(new DOMException('x', 'QuotaExceededError'))).toMatch(/no room/);
  expect(reasonOf(new DOMException('x', 'SecurityError'))).toMatch(/does not allow/);
  expect(reasonOf(new DOMException('x', 'TimeoutError'))).toMatch(/does not answer/);
  expect(reasonOf(new DOMException('x', 'AbortError'))).toMatch(/removed/);
  expect(reasonOf(new TypeError('Failed to fetch'))).toMatch(/could not be fetched/);
  expect(reasonOf(new Error('the server answered 404'))).toBe('the server answered 404');
  expect(reasonOf('?')).toMatch(/no reason/);
});
