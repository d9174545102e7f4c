import type { RuntimeFlavour } from '@/lib/engine/runtime';
import { type CacheNames, cacheNames } from './cache-names';
import { type KeepingPorts, KeptModels } from './kept-models';
import type { KeptReport, SiteContents, SiteFile, Wanted } from './types';

/** Keeps what a reader loaded: models, and the builds of ONNX Runtime that ran them. The pages themselves are precached. */
export class Keeper {
  readonly models: KeptModels;
  private readonly names: CacheNames;

  constructor(
    private readonly ports: KeepingPorts,
    private readonly contents: SiteContents,
  ) {
    this.models = new KeptModels(ports);
    this.names = cacheNames(ports.scope);
  }

  /** Fetches what is wanted and not kept yet. `onProgress` gets bytes, done and in all. Throws in one sentence. */
  async keep(
    { models, runtimes }: Wanted,
    onProgress: (done: number, total: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const cache = await this.ports.caches.open(this.names.runtime);
    const files: SiteFile[] = [];
    for (const file of runtimes.flatMap((flavour) => this.contents.runtimes[flavour]))
      if (!(await cache.match(this.urlOf(file)))) files.push(file);
    const plans = [];
    for (const id of models) plans.push(await this.models.plan(id, signal));

    const total = [...files, ...plans].reduce((sum, one) => sum + (one?.bytes ?? 0), 0);
    let done = 0;
    const onFile = (bytes: number) => {
      done += bytes;
      onProgress(done, total);
    };
    if (total > 0) onProgress(0, total);
    for (const file of files) {
      const response = await this.ports.fetch(this.urlOf(file), { signal: signal ?? null });
      if (!response.ok) throw new Error(`the server answered ${response.status} for ${file.url}`);
      await cache.put(this.urlOf(file), response);
      onFile(file.bytes);
    }
    for (const plan of plans) if (plan) await this.models.take(plan, onFile, signal);
    await this.dropOldRuntimes(cache);
  }

  /** The kept answer to a request for a file of a runtime. */
  async matchRuntime(url: string): Promise<Response | undefined> {
    const { caches } = this.ports;
    if (!(await caches.has(this.names.runtime))) return undefined;
    return (await caches.open(this.names.runtime)).match(url);
  }

  /** The runtimes and models that are kept whole. */
  async report(): Promise<Omit<KeptReport, 'page'>> {
    const runtimes: { flavour: RuntimeFlavour; bytes: number }[] = [];
    for (const [flavour, files] of Object.entries(this.contents.runtimes)) {
      const there = await Promise.all(files.map((file) => this.matchRuntime(this.urlOf(file))));
      if (there.every(Boolean))
        runtimes.push({ flavour: flavour as RuntimeFlavour, bytes: sumOf(files) });
    }
    return { runtimes, models: await this.models.report() };
  }

  /** A new version of the site names its files anew. */
  private async dropOldRuntimes(cache: Cache): Promise<void> {
    const present = new Set(
      Object.values(this.contents.runtimes)
        .flat()
        .map((file) => this.urlOf(file)),
    );
    for (const request of await cache.keys())
      if (!present.has(request.url)) await cache.delete(request);
  }

  private urlOf({ url }: SiteFile): string {
    return new URL(url, this.ports.scope).href;
  }
}

/** The bytes of `files` together. */
export function sumOf(files: readonly SiteFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
