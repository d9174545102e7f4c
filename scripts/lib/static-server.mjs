import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, posix, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { inlineScriptHashes, isCompressible, mediaType, safetyHeaders } from './headers.mjs';

const LARGE = 1 << 20;

/** Thrown by {@link serveFolder} when something else listens on the port. */
export class PortTakenError extends Error {
  constructor(/** @type {number} */ port) {
    super(`Port ${port} is taken. Stop what listens there, or choose another: PORT=${port + 1}`);
    this.name = 'PortTakenError';
  }
}

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
  return path === base || path.startsWith(`${base}/`) ? path.slice(base.length) : undefined;
}

/**
 * A request handler for a folder of static files.
 *
 * @param {{ root: string, base?: string, plain?: boolean }} options `base` mounts the folder at a
 *   sub-path; `plain` leaves out the isolation and safety headers, as an ordinary static host would
 * @returns {import('node:http').RequestListener}
 */
export function staticHandler({ root, base = '', plain = false }) {
  const folder = resolve(root);
  const pack = packer();

  return async (request, response) => {
    /** @type {(status: number, text: string, headers?: Record<string, string>) => void} */
    const say = (status, text, headers = {}) => {
      response.writeHead(status, {
        'Content-Type': 'text/plain; charset=utf-8',
        'X-Content-Type-Options': 'nosniff',
        ...(plain ? {} : safetyHeaders()),
        ...headers,
      });
      response.end(request.method === 'HEAD' ? undefined : `${text}\n`);
    };
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return say(405, 'Only GET and HEAD work here.', { Allow: 'GET, HEAD' });
      }
      const target = request.url ?? '/';
      const path = requestedPath(target, base);
      if (path === undefined) {
        if (base && requestedPath(target, '') === '/')
          return say(307, base, { Location: `${base}/` });
        return say(404, 'Not found.');
      }
      const asked = join(folder, path);
      if (asked !== folder && !asked.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
        return say(404, 'Not found.');
      }
      let file = asked;
      let info = await stat(file).catch(() => undefined);
      if (info?.isDirectory()) {
        if (!path.endsWith('/')) {
          const query = target.includes('?') ? target.slice(target.indexOf('?')) : '';
          const to = `${encodeURI(`${base}${path}/`)}${query}`;
          return say(308, to, { Location: to });
        }
        file = join(asked, 'index.html');
        info = await stat(file).catch(() => undefined);
      }
      let status = 200;
      if (!info?.isFile()) {
        status = 404;
        file = join(folder, '404.html');
        info = await stat(file).catch(() => undefined);
        if (!info?.isFile()) return say(404, 'Not found.');
      }

      const type = mediaType(file);
      const isPage = type.startsWith('text/html');
      const etag = `"${info.size.toString(36)}-${Math.trunc(info.mtimeMs).toString(36)}"`;
      const hashes = isPage && !plain ? inlineScriptHashes(await readFile(file, 'utf8')) : [];
      const encoding = chooseEncoding(request, type, info.size);
      /** @type {Record<string, string | number>} */
      const headers = {
        'Content-Type': type,
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': path.startsWith('/_next/static/')
          ? 'public, max-age=31536000, immutable'
          : 'no-cache',
        ETag: encoding ? etag.replace(/"$/, `-${encoding}"`) : etag,
        Vary: 'Accept-Encoding',
        ...(plain ? {} : safetyHeaders(hashes)),
      };
      if (status === 200 && request.headers['if-none-match'] === headers.ETag) {
        response.writeHead(304, headers).end();
        return;
      }
      if (encoding) {
        const body = await pack(file, etag, encoding);
        headers['Content-Encoding'] = encoding;
        headers['Content-Length'] = body.length;
        response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
        return;
      }
      headers['Content-Length'] = info.size;
      response.writeHead(status, headers);
      if (request.method === 'HEAD') response.end();
      else pipeline(createReadStream(file), response, () => {});
    } catch (error) {
      if (response.headersSent) response.destroy();
      else say(500, `Could not read this file: ${error instanceof Error ? error.message : error}`);
    }
  };
}

/**
 * On this machine the wire is faster than any packer, so large files are only packed for others.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {string} type
 * @param {number} size
 * @returns {'br' | 'gzip' | undefined}
 */
function chooseEncoding(request, type, size) {
  if (!isCompressible(type)) return undefined;
  const isLocal = /^(::1|(::ffff:)?127\.)/.test(request.socket.remoteAddress ?? '');
  if (isLocal && size > LARGE) return undefined;
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (/\bbr\b/.test(accepted)) return 'br';
  return /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
}

/** Packs each file once and keeps the result until the file changes. */
function packer() {
  /** @type {Map<string, { etag: string, body: Promise<Buffer> }>} */
  const kept = new Map();
  /** @type {(file: string, etag: string, encoding: 'br' | 'gzip') => Promise<Buffer>} */
  return (file, etag, encoding) => {
    const key = `${encoding} ${file}`;
    const known = kept.get(key);
    if (known?.etag === etag) return known.body;
    const body = readFile(file).then((bytes) =>
      encoding === 'br'
        ? promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
        : promisify(gzip)(bytes),
    );
    kept.set(key, { etag, body });
    body.catch(() => kept.delete(key));
    return body;
  };
}

/**
 * Serves a folder until closed.
 *
 * @param {{ root: string, base?: string, plain?: boolean, port?: number, host?: string }} options
 *   port 0 takes any free one; without `host` only this machine can reach it, by IPv4 and IPv6
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 * @throws {PortTakenError} when the port is in use
 */
export async function serveFolder({ root, base = '', plain = false, port = 0, host }) {
  const handler = staticHandler({ root, base, plain });
  const first = await listen(handler, port, host ?? '127.0.0.1');
  const servers = [first.server];
  if (!host) {
    // `localhost` may mean either address. A machine without IPv6 has only the first.
    try {
      servers.push((await listen(handler, first.port, '::1')).server);
    } catch (error) {
      if (error instanceof PortTakenError && port !== 0) {
        first.server.close();
        throw error;
      }
    }
  }
  return {
    url: `http://${host?.includes(':') ? `[${host}]` : (host ?? 'localhost')}:${first.port}${base}/`,
    port: first.port,
    close: async () => {
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return promisify(server.close.bind(server))();
        }),
      );
    },
  };
}

/**
 * @param {import('node:http').RequestListener} handler
 * @param {number} port
 * @param {string} host
 * @returns {Promise<{ server: import('node:http').Server, port: number }>}
 */
function listen(handler, port, host) {
  const server = createServer(handler);
  return new Promise((done, fail) => {
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      fail(error.code === 'EADDRINUSE' ? new PortTakenError(port) : error);
    });
    server.listen(port, host, () => {
      const address = /** @type {import('node:net').AddressInfo} */ (server.address());
      done({ server, port: address.port });
    });
  });
}
