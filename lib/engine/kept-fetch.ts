/** What of a worker is changed; tests bring their own. */
interface FetchingScope {
  fetch: typeof fetch;
  caches?: Pick<CacheStorage, 'match'>;
}

/**
 * Lets what a worker fetches come from the browser's caches when there is no network. The service worker does that; but Firefox,
 * while it is offline, refuses what a worker fetches before any service worker is asked. Whoever passes over the caches still does.
 */
export function fallBackOnKept(scope: FetchingScope): void {
  const fetchDirectly = scope.fetch.bind(scope);
  scope.fetch = async (input, options) => {
    try {
      return await fetchDirectly(input, options);
    } catch (cause) {
      if (options?.cache === 'reload' || options?.signal?.aborted) throw cause;
      const kept = await scope.caches?.match(input);
      if (!kept) throw cause;
      return kept;
    }
  };
}
