import { afterEach, expect, test, vi } from 'vitest';
import { sha256Hex } from '@/lib/engine/digest';

afterEach(() => vi.unstubAllGlobals());

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('SHA-256 of "abc" (FIPS 180-4) with and without crypto.subtle', async () => {
  const bytes = new TextEncoder().encode('abc');
  expect(await sha256Hex(bytes)).toBe(ABC);
  vi.stubGlobal('crypto', {});
  expect(await sha256Hex(bytes)).toBe(ABC);
});
