import { describe, expect, it } from 'vitest';
import { readCompareAddress } from '@/components/compare/compare-address';
import { FULL_CACHE } from '@/lib/compare/caches';
import { DEFAULT_PAIR } from '@/lib/compare/models';

/** Models by tokenizer: a pair each of two, and one alone. */
const KINDS: Record<string, string> = { a1: 'a', a2: 'a', b1: 'b', b2: 'b', c1: 'c' };
const facts = {
  comparable: async (one: string, other: string) =>
    !KINDS[one] || !KINDS[other] || KINDS[one] === KINDS[other],
  partnerOf: async (model: string) =>
    Object.keys(KINDS).find((id) => id !== model && KINDS[id] === KINDS[model]) ?? null,
  canChangeCache: async (model: string) => model !== 'b2',
};
const read = (search: string) => readCompareAddress(search, facts);

describe('the address of a comparison', () => {
  it('has the default pair when it names none', async () => {
    expect(await read('')).toEqual({
      models: DEFAULT_PAIR,
      caches: { upper: FULL_CACHE, lower: FULL_CACHE },
      backend: 'auto',
      notices: [],
    });
  });

  it('takes both models and the backend', async () => {
    const { models, backend, notices } = await read('?upper=a2&lower=a1&backend=wasm');
    expect(models).toEqual({ upper: 'a2', lower: 'a1' });
    expect(backend).toBe('wasm');
    expect(notices).toEqual([]);
  });

  it('takes the caches of both lanes, and names what they cannot be', async () => {
    const { caches, notices } = await read('?lowerCache=sliding-window&lowerWindow=9&upperCache=x');
    expect(caches.lower).toEqual({ id: 'sliding-window', values: { window: 9 } });
    expect(caches.upper).toEqual(FULL_CACHE);
    expect(notices).toEqual([expect.stringContaining('asks for cache “x” in the upper lane')]);
  });

  it('leaves a model with its full cache that cannot have another', async () => {
    const { caches, notices } = await read('?upper=b2&upperCache=lorc&lowerCache=lorc');
    expect(caches.upper).toEqual(FULL_CACHE);
    expect(caches.lower.id).toBe('lorc');
    expect(notices).toEqual([
      'b2 is not a flat model with the graphs for another cache, so the upper lane has its full one.',
    ]);
  });

  it('finds a partner for a model that stands alone', async () => {
    expect((await read('?upper=b1')).models).toEqual({ upper: 'b1', lower: 'b2' });
    expect((await read('?lower=b1')).models).toEqual({ upper: 'b2', lower: 'b1' });
    // One without a partner is compared with itself.
    expect((await read('?upper=c1')).models).toEqual({ upper: 'c1', lower: 'c1' });
  });

  it('names models that cannot be compared, and changes the lower one', async () => {
    const { models, notices } = await read('?upper=a1&lower=b1');
    expect(models).toEqual({ upper: 'a1', lower: 'a2' });
    expect(notices).toEqual([
      'b1 cannot be compared with a1: they cut a text into different tokens. The lower lane has a2.',
    ]);
  });

  it('names what is no model id, and no backend', async () => {
    const { models, backend, notices } = await read('?upper=../x&lower=a1&backend=cuda');
    expect(models).toEqual({ upper: 'a2', lower: 'a1' });
    expect(backend).toBe('auto');
    expect(notices).toHaveLength(2);
    expect(notices[0]).toContain('“../x” in the upper lane');
    expect(notices[1]).toContain('“cuda”');
  });

  it('keeps a model that is not there: its lane says so', async () => {
    const { models, notices } = await read('?upper=a1&lower=nowhere');
    expect(models).toEqual({ upper: 'a1', lower: 'nowhere' });
    expect(notices).toEqual([]);
  });
});
