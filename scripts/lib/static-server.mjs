import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import {
  inlineScriptHashes,
  isCompressible,
  isFramed,
  mediaType,
  safetyHeaders,
} from './headers.mjs';
import { fileAt, locate, requestedPath } from './locate.mjs';

const LARGE = 1 << 20;

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/** Thrown by {@link serveFolder} when something else listens on the port. */
export class PortTakenError extends Error {
  constructor(/** @type {number} */ port) {
    super(`Port ${port} is taken. Stop what listens there, or choose another: PORT=${port + 1}`);
    this.name = 'PortTakenError';
  }
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
  const headersFor = (
    /** @type {string} */ type,
    /** @type {string[]} */ hashes = [],
    framed = false,
  ) => ({
    'Content-Type': type,
    'X-Content-Type-Options': 'nosniff',
    ...(plain ? {} : safetyHeaders(hashes, framed)),
  });

  /** @type {(request: Request, response: Response) => Promise<void>} */
  const answer = async (request, response) => {
    const send = (
      /** @type {number} */ status,
      /** @type {Record<string, string | number>} */ headers,
      /** @type {string | Buffer} */ body,
    ) => {
      response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const text = headersFor('text/plain; charset=utf-8');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(405, { ...text, Allow: 'GET, HEAD' }, 'Only GET and HEAD work here.\n');
    }
    const target = request.url ?? '/';
    const query = target.includes('?') ? target.slice(target.indexOf('?')) : '';
    const redirect = (/** @type {string} */ path) => {
      const to = `${encodeURI(base + path)}${query}`;
      send(308, { ...text, Location: to }, `${to}\n`);
    };

    const path = requestedPath(target, base);
    if (base && (path === undefined ? requestedPath(target, '') === '/' : isBare(target, base))) {
      return redirect('/');
    }
    const found = path === undefined ? undefined : await locate(folder, path);
    if (!found) {
      const page = path === undefined ? undefined : await fileAt(join(folder, '404.html'));
      if (!page) return send(404, text, 'Not found.\n');
      // Its addresses are relative to the site, wherever the reader thought to be.
      const html = await readFile(page.file, 'utf8');
      const body = html.replace('<head>', `<head><base href="${base}/">`);
      const headers = headersFor(mediaType(page.file), inlineScriptHashes(body));
      return send(404, { ...headers, 'Cache-Control': 'no-cache' }, body);
    }
    if ('redirect' in found) return redirect(found.redirect);

    const { file, info } = found;
    const type = mediaType(file);
    const isPage = type.startsWith('text/html');
    const hashes = isPage && !plain ? inlineScriptHashes(await readFile(file, 'utf8')) : [];
    const encoding = chooseEncoding(request, type, info.size);
    const version = `${info.size.toString(36)}-${Math.trunc(info.mtimeMs).toString(36)}`;
    /** @type {Record<string, string | number>} */
    const headers = {
      ...headersFor(type, hashes, isFramed(relative(folder, file))),
      'Cache-Control': path?.startsWith('/_next/static/')
        ? 'public, max-age=31536000, immutable'
        : 'no-cache',
      ETag: `"${version}${encoding ? `-${encoding}` : ''}"`,
      Vary: 'Accept-Encoding',
    };
    if (request.headers['if-none-match'] === headers.ETag) {
      response.writeHead(304, headers).end();
      return;
    }
    if (encoding) {
      const body = await pack(file, version, encoding);
      return send(200, { ...headers, 'Content-Encoding': encoding }, body);
    }
    response.writeHead(200, { ...headers, 'Content-Length': info.size });
    if (request.method === 'HEAD') response.end();
    else pipeline(createReadStream(file), response, () => {});
  };

  return (request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else
        response.writeHead(500, headersFor('text/plain; charset=utf-8')).end('Cannot read it.\n');
    });
  };
}

/** Whether a request names the sub-path without the slash at its end. */
function isBare(/** @type {string} */ target, /** @type {string} */ base) {
  return target.split('?', 1)[0] === base;
}

/**
 * On this machine the wire is faster than any packer, so large files are only packed for others.
 *
 * @param {Request} request
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
  /** @type {Map<string, { version: string, body: Promise<Buffer> }>} */
  const kept = new Map();
  /** @type {(file: string, version: string, encoding: 'br' | 'gzip') => Promise<Buffer>} */
  return (file, version, encoding) => {
    const key = `${encoding} ${file}`;
    const known = kept.get(key);
    if (known?.version === version) return known.body;
    const body = readFile(file).then((bytes) =>
      encoding === 'br'
        ? promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
        : promisify(gzip)(bytes),
    );
    kept.set(key, { version, body });
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
