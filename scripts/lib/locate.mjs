import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';

/**
 * The path inside the folder that a request asks for, or nothing if it is malformed or points outside.
 *
 * @param {string} url the request's target, query and all
 * @param {string} base '' or '/name'
 * @returns {string | undefined} starts with '/', has no dot segments
 */
export function requestedPath(url, base) {
  let path;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '');
  } catch {
    return undefined;
  }
  if (!path.startsWith('/') || /[\0\\]/.test(path)) return undefined;
  if (path.split('/').includes('..')) return undefined;
  path = posix.normalize(path);
  if (!base) return path;
  return path === base || path.startsWith(`${base}/`) ? path.slice(base.length) || '/' : undefined;
}

/**
 * The file that answers a path. A page may be asked for without its ending, as most static hosts allow.
 *
 * @param {string} folder
 * @param {string} path from {@link requestedPath}
 * @returns {Promise<{ file: string, info: import('node:fs').Stats } | { redirect: string } | undefined>}
 *   `redirect` is another path: relative addresses in a page need the slash at the end to be right
 */
export async function locate(folder, path) {
  if (path.endsWith('/')) {
    const index = await fileAt(join(folder, path, 'index.html'));
    if (index) return index;
    const bare = path.slice(0, -1);
    return bare && (await fileAt(join(folder, `${bare}.html`))) ? { redirect: bare } : undefined;
  }
  const found = (await fileAt(join(folder, path))) ?? (await fileAt(join(folder, `${path}.html`)));
  if (found) return found;
  return (await fileAt(join(folder, path, 'index.html'))) ? { redirect: `${path}/` } : undefined;
}

/** A file with its facts; nothing if there is none. */
export async function fileAt(/** @type {string} */ file) {
  const info = await stat(file).catch(() => undefined);
  return info?.isFile() ? { file, info } : undefined;
}
