/** A browser's Cache Storage in memory: what the keeping code uses of it. */
export class FakeCaches {
  readonly all = new Map<string, Map<string, Response>>();

  async open(name: string): Promise<Cache> {
    const entries = this.all.get(name) ?? new Map<string, Response>();
    this.all.set(name, entries);
    return {
      match: async (url: string) => entries.get(url)?.clone(),
      put: async (url: string, response: Response) => void entries.set(url, response),
      delete: async (request: Request) => entries.delete(request.url),
      keys: async () => [...entries.keys()].map((url) => ({ url })),
    } as unknown as Cache;
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
