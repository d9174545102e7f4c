/** A browser's Cache Storage in memory: what the keeping code uses of it. */
export class FakeCaches {
  readonly all = new Map<string, Map<string, Response>>();

  async open(name: string): Promise<Cache> {
    const entries = this.all.get(name) ?? new Map<string, Response>();
    this.all.set(name, entries);
    return {
      match: async (request: Request | string) => entries.get(urlOf(request))?.clone(),
      put: async (request: Request | string, response: Response) =>
        void entries.set(urlOf(request), response),
      delete: async (request: Request) => entries.delete(request.url),
      keys: async () => [...entries.keys()].map((url) => ({ url })),
    } as unknown as Cache;
  }

  async match(
    request: Request | string,
    { cacheName = '' }: MultiCacheQueryOptions = {},
  ): Promise<Response | undefined> {
    return this.all.get(cacheName)?.get(urlOf(request))?.clone();
  }

  async has(name: string): Promise<boolean> {
    return this.all.has(name);
  }

  async keys(): Promise<string[]> {
    return [...this.all.keys()];
  }

  async delete(name: string): Promise<boolean> {
    return this.all.delete(name);
  }

  /** As the code under test takes it. */
  get storage(): CacheStorage {
    return this as unknown as CacheStorage;
  }
}

function urlOf(request: Request | string): string {
  return typeof request === 'string' ? request : request.url;
}
