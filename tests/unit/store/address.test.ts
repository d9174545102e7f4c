import { describe, expect, it } from 'vitest';
import { readAddress } from '@/lib/store/address';

describe('the address of the page', () => {
  it('names model and backend', () => {
    expect(readAddress('?model=nano-b4&backend=wasm')).toEqual({
      request: { model: 'nano-b4', backend: 'wasm' },
      notices: [],
    });
  });

  it('falls back to the defaults without a word when it says nothing', () => {
    expect(readAddress('')).toEqual({
      request: { model: 'tiny-b4', backend: 'auto' },
      notices: [],
    });
  });

  it.each(['?backend=cuda', '?model=../secret', '?model=', '?backend='])(
    'says in a sentence what is wrong with %s and uses the default',
    (search) => {
      const { request, notices } = readAddress(search);
      expect(request).toEqual({ model: 'tiny-b4', backend: 'auto' });
      expect(notices).toHaveLength(1);
      expect(notices[0]).toMatch(/\.$/);
    },
  );
});
