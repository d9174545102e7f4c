/**
 * How a request of the site is answered.
 *
 * `hashed`: from what is kept, since another content would have another name. `model`: from what is kept, since whoever asks checks
 * its SHA-256. `mend`: a file of a model from the network, since the kept one was found to be damaged. `fresh`: from the network as long as it answers soon, so that no page is stale; else from what is kept.
 */
export type Answer = 'hashed' | 'model' | 'mend' | 'fresh';

/** The answer to a request, or null if it is none of the service worker's business. `scope`: the site's address. */
export function answerTo(
  { method, url, cache }: Pick<Request, 'method' | 'url' | 'cache'>,
  scope: string,
): Answer | null {
  const path = pathIn(url, scope);
  if (method !== 'GET' || path === null) return null;
  if (path.startsWith('_next/')) return 'hashed';
  if (!path.startsWith('models/')) return 'fresh';
  if (path.endsWith('/manifest.json')) return 'fresh';
  if (cache === 'reload') return 'mend';
  return cache === 'default' ? 'model' : null;
}

/** The files of the site, as relative addresses, that may stand for what is asked for: a page is named without its ending. */
export function filesFor(url: string, scope: string): string[] {
  const path = pathIn(url, scope);
  if (path === null) return [];
  return path === '' ? ['index.html'] : [path, `${path}.html`];
}

/** The part of an address behind the site's, without query and fragment; null if it lies elsewhere. */
function pathIn(url: string, scope: string): string | null {
  const address = url.split(/[?#]/)[0] ?? '';
  return address.startsWith(scope) ? address.slice(scope.length) : null;
}
