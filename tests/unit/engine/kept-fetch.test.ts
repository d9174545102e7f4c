import { describe, expect, it, vi } from 'vitest';
import { fallBackOnKept } from '@/lib/engine/kept-fetch';

const URL_OF_WEIGHTS = 'https://example.org/models/nano-b4/weights.bin';

/** A worker whose network answers like `network`, with one kept file. */
function worker(network: () => Promise<Response>) {
  const match = vi.fn(async (url: RequestInfo | URL) =>
    url === URL_OF_WEIGHTS ? new Response('kept') : undefined,
  );
  const scope = { fetch: vi.fn(network) as unknown as typeof fetch, caches: { match } };
  fallBackOnKept(scope);
  return { scope, match };
}

const offline = async () => {
  throw new TypeError('NetworkError when attempting to fetch resource.');
};

describe('what a worker fetches', () => {
  it('comes from the network where there is one', async () => {
    const { scope, match } = worker(async () => new Response('fetched'));
    expect(await (await scope.fetch(URL_OF_WEIGHTS)).text()).toBe('fetched');
    expect(match).not.toHaveBeenCalled();
  });

  it('comes from what is kept where there is none', async () => {
    const { scope } = worker(offline);
    expect(await (await scope.fetch(URL_OF_WEIGHTS, { cache: 'default' })).text()).toBe('kept');
  });

  it('fails as before when nothing is kept, or the kept file was found to be damaged', async () => {
    const { scope } = worker(offline);
    await expect(scope.fetch('https://example.org/other')).rejects.toThrow('NetworkError');
    await expect(scope.fetch(URL_OF_WEIGHTS, { cache: 'reload' })).rejects.toThrow('NetworkError');
    const bare = { fetch: offline as unknown as typeof fetch };
    fallBackOnKept(bare);
    await expect(bare.fetch(URL_OF_WEIGHTS)).rejects.toThrow('NetworkError');
  });

  it('stays cancelled when it was', async () => {
    const { scope } = worker(offline);
    await expect(scope.fetch(URL_OF_WEIGHTS, { signal: AbortSignal.abort() })).rejects.toThrow(
      'NetworkError',
    );
  });
});
