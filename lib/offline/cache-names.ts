/** The names of a site's caches. An origin may hold several sites, so each name has the site's address in it. */
export interface CacheNames {
  /** Of the pages and all that they are made of. */
  page: string;
  runtime: string;
  /** Of one version of a model; `digest` is that of its manifest. */
  model(id: string, digest: string): string;
  /** The model that the cache `name` is of, or null. */
  modelOf(name: string): string | null;
  isOfSite(name: string): boolean;
}

/** The names for the site at `scope`: an absolute address with a slash at its end. */
export function cacheNames(scope: string): CacheNames {
  const page = `blockscope-page-${scope}`;
  const runtime = `blockscope-runtime-${scope}`;
  // No address of a folder has a `#`, so no site's prefix is the beginning of another's.
  const models = `blockscope-model-${scope}#`;
  return {
    page,
    runtime,
    model: (id, digest) => `${models}${id}#${digest}`,
    modelOf: (name) =>
      name.startsWith(models) ? (name.slice(models.length).split('#')[0] ?? null) : null,
    isOfSite: (name) => name === page || name === runtime || name.startsWith(models),
  };
}

/** Deletes all that is kept of the site at `scope`. */
export async function deleteKept(caches: CacheStorage, scope: string): Promise<void> {
  const { isOfSite } = cacheNames(scope);
  const names = (await caches.keys()).filter(isOfSite);
  await Promise.all(names.map((name) => caches.delete(name)));
}
