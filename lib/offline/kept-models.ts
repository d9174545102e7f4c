import { sha256Hex } from '@/lib/engine/digest';
import { isModelId } from '@/lib/model/catalog';
import type { FileEntry, Manifest } from '@/lib/model/manifest';
import { parseManifest } from '@/lib/model/parse-manifest';
import { type CacheNames, cacheNames } from './cache-names';

/** A network may be there and not answer. */
const ANSWER_MS = 10_000;

/** What keeping needs of a browser; tests bring their own. */
export interface KeepingPorts {
  caches: CacheStorage;
  fetch(url: string, options: RequestInit): Promise<Response>;
  /** Absolute address of the site's folder, with a slash at its end. */
  scope: string;
}

/** What it takes to keep a model: made by `plan`, carried out by `take`. */
export interface ModelPlan {
  id: string;
  cacheName: string;
  manifest: Uint8Array<ArrayBuffer>;
  files: readonly FileEntry[];
  /** Of all files. */
  bytes: number;
}

/**
 * The models that a browser keeps: all files of a bundle, each checked by size and SHA-256 before it is stored. Every version of a
 * model has a cache of its own, with the manifest stored last, so a cache that has its manifest is complete and its files fit
 * together.
 */
export class KeptModels {
  private readonly names: CacheNames;
  private readonly folder: string;

  constructor(private readonly ports: KeepingPorts) {
    this.names = cacheNames(ports.scope);
    this.folder = `${ports.scope}models/`;
  }

  /** What is to be done so that `id` is kept as the server has it now; null when it is. Throws when it cannot be read. */
  async plan(id: string, signal?: AbortSignal): Promise<ModelPlan | null> {
    if (!isModelId(id)) throw new Error(`"${id}" is no name of a model`);
    const limit = AbortSignal.timeout(ANSWER_MS);
    const manifest = await this.read(
      id,
      'manifest.json',
      signal ? AbortSignal.any([signal, limit]) : limit,
    );
    const cacheName = this.names.model(id, (await sha256Hex(manifest)).slice(0, 16));
    if (await this.keptManifest(cacheName, id)) return null;
    const files = filesOf(parseManifest(new TextDecoder().decode(manifest)));
    return { id, cacheName, manifest, files, bytes: sumOf(files) };
  }

  /**
   * Stores a model and lets go of its older versions. `onFile` gets the bytes of each file when it is there. Throws in one
   * sentence when a file cannot be had or is not what the manifest promises; what was stored until then is used the next time.
   */
  async take(
    plan: ModelPlan,
    onFile: (bytes: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { id, cacheName, files } = plan;
    const older = await this.olderFiles(plan);
    const cache = await this.ports.caches.open(cacheName);
    for (const file of files) {
      const url = this.urlOf(id, file.file);
      if (!(await cache.match(url))) {
        const known = await older.get(file.sha256)?.();
        await cache.put(url, known ?? answerWith(await this.readChecked(id, file, signal)));
      }
      onFile(file.bytes);
    }
    await cache.put(this.urlOf(id, 'manifest.json'), answerWith(plan.manifest, 'application/json'));
    for (const name of await this.cachesOf(id))
      if (name !== cacheName) await this.ports.caches.delete(name);
  }

  /** The kept answer to a request for a file of a model, from a complete version only. */
  async match(url: string): Promise<Response | undefined> {
    const name = await this.completeCacheOf(idIn(url, this.folder));
    if (name === undefined) return undefined;
    return (await this.ports.caches.open(name)).match(withoutQuery(url));
  }

  /** Puts `response`, which came from the network, in the place of a kept file that was found to be damaged, if it is that file. */
  async mend(url: string, response: Response): Promise<void> {
    const id = idIn(url, this.folder);
    const name = await this.completeCacheOf(id);
    if (name === undefined || !response.ok) return;
    const manifest = await this.manifestIn(name, id);
    const file = manifest && filesOf(manifest).find((one) => this.urlOf(id, one.file) === url);
    if (!file) return;
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (await isFile(file, bytes))
      await (await this.ports.caches.open(name)).put(url, answerWith(bytes));
  }

  /** The models that are kept completely, with the bytes of their files. */
  async report(): Promise<{ id: string; bytes: number }[]> {
    const kept: { id: string; bytes: number }[] = [];
    for (const name of await this.ports.caches.keys()) {
      const id = this.names.modelOf(name);
      const manifest = id === null ? null : await this.manifestIn(name, id);
      if (id !== null && manifest) kept.push({ id, bytes: sumOf(filesOf(manifest)) });
    }
    return kept.sort((a, b) => a.id.localeCompare(b.id));
  }

  private async completeCacheOf(id: string): Promise<string | undefined> {
    for (const name of await this.cachesOf(id)) if (await this.keptManifest(name, id)) return name;
    return undefined;
  }

  private async cachesOf(id: string): Promise<string[]> {
    return (await this.ports.caches.keys()).filter((name) => this.names.modelOf(name) === id);
  }

  /** There only if the cache is complete. */
  private async keptManifest(cacheName: string, id: string): Promise<Response | undefined> {
    if (!(await this.ports.caches.has(cacheName))) return undefined;
    return (await this.ports.caches.open(cacheName)).match(this.urlOf(id, 'manifest.json'));
  }

  private async manifestIn(cacheName: string, id: string): Promise<Manifest | null> {
    const answer = await this.keptManifest(cacheName, id);
    return answer ? parseManifest(await answer.text()) : null;
  }

  /** By digest: files of older versions, which a new one may share. */
  private async olderFiles(
    plan: ModelPlan,
  ): Promise<Map<string, () => Promise<Response | undefined>>> {
    const files = new Map<string, () => Promise<Response | undefined>>();
    for (const name of await this.cachesOf(plan.id)) {
      const manifest = name === plan.cacheName ? null : await this.manifestIn(name, plan.id);
      const cache = await this.ports.caches.open(name);
      for (const { file, sha256 } of manifest ? filesOf(manifest) : [])
        files.set(sha256, () => cache.match(this.urlOf(plan.id, file)));
    }
    return files;
  }

  private urlOf(id: string, file: string): string {
    return `${this.folder}${id}/${file}`;
  }

  /** The server is asked whether its file is still the one that the browser has in its own cache. */
  private async read(
    id: string,
    file: string,
    signal?: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const options: RequestInit = { cache: 'no-cache', signal: signal ?? null };
    const response = await this.ports.fetch(this.urlOf(id, file), options);
    if (!response.ok)
      throw new Error(`the server answered ${response.status} for ${file} of ${id}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  private async readChecked(
    id: string,
    file: FileEntry,
    signal?: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.read(id, file.file, signal);
    if (!(await isFile(file, bytes)))
      throw new Error(`${file.file} of ${id} differs from what its manifest promises`);
    return bytes;
  }
}

/** The model that an address in `folder` is of; empty if it lies elsewhere. */
function idIn(url: string, folder: string): string {
  return url.startsWith(folder) ? (url.slice(folder.length).split('/')[0] ?? '') : '';
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/)[0] ?? url;
}

async function isFile(
  { bytes: size, sha256 }: FileEntry,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  return bytes.byteLength === size && (await sha256Hex(bytes)) === sha256;
}

function filesOf({ tokenizer, weights, graphs }: Manifest): FileEntry[] {
  return [tokenizer, weights, ...Object.values(graphs)];
}

function sumOf(files: readonly FileEntry[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function answerWith(bytes: Uint8Array<ArrayBuffer>, type = 'application/octet-stream'): Response {
  return new Response(bytes, { headers: { 'Content-Type': type } });
}
