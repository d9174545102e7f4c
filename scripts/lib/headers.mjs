import { createHash } from 'node:crypto';
import { extname } from 'node:path';

const TYPES = {
  '.bin': 'application/octet-stream',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.onnx': 'application/octet-stream',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  // The bundler leaves a worker's TypeScript source beside its chunks; it is text, not a video stream.
  '.ts': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** The media type of a file by its name; bytes nobody knows are an octet stream. */
export function mediaType(/** @type {string} */ file) {
  const ending = /** @type {keyof typeof TYPES} */ (extname(file).toLowerCase());
  return TYPES[ending] ?? 'application/octet-stream';
}

/** Whether a file of this type gets smaller on the wire. Half-precision weights do not. */
export function isCompressible(/** @type {string} */ type) {
  return /^text\/|json|wasm|svg/.test(type);
}

/** Whether a page, by its file name in the site, may be framed by any site. */
export function isFramed(/** @type {string} */ name) {
  return name === 'embed.html' || name === 'embed/index.html';
}

/** CSP sources for the inline scripts of a page: one SHA-256 for each, so that no other inline script runs. */
export function inlineScriptHashes(/** @type {string} */ html) {
  const scripts = html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g);
  const hashes = new Set();
  for (const [, body = ''] of scripts) {
    if (body) hashes.add(`'sha256-${createHash('sha256').update(body).digest('base64')}'`);
  }
  return [...hashes];
}

/**
 * Headers for every answer. Isolation lets WebAssembly use threads; workers read their own policy from
 * their script's answer, so scripts carry it too.
 *
 * @param {string[]} scriptHashes CSP sources of the page's inline scripts
 * @param {boolean} framed the page is made to stand in frames of any site
 */
export function safetyHeaders(scriptHashes = [], framed = false) {
  const policy = [
    "default-src 'self'",
    ["script-src 'self' 'wasm-unsafe-eval'", ...scriptHashes].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "worker-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    `frame-ancestors ${framed ? '*' : "'none'"}`,
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    // An isolated site may only frame what says so.
    'Cross-Origin-Resource-Policy': framed ? 'cross-origin' : 'same-origin',
    'Referrer-Policy': 'no-referrer',
  };
}
