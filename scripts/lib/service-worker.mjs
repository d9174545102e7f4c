import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './run.mjs';

/** The file in the site's folder that keeps the site in a browser. */
export const SERVICE_WORKER = 'sw.js';

/** Every first visit keeps the whole shell. */
const LARGEST_SHELL = 8 << 20;

/** Files of the site that no page asks for. */
const UNASKED = [
  /\.(map|txt|md)$/,
  // The bundler leaves a worker's source beside its chunks.
  /^_next\/static\/media\/.*\.ts$/,
  // Of Next's other router.
  /^_next\/static\/[^/]+\/_\w+\.js$/,
  /^(404|_not-found)\b/,
  /^sw\.js$/,
];

/** Models are kept as they are loaded. */
const MODELS = /^models\//;

/**
 * The builds of ONNX Runtime, by the names of their files.
 *
 * @type {Record<'wasm' | 'webgpu' | 'jspi', RegExp>}
 */
const RUNTIMES = {
  wasm: /^_next\/static\/media\/(ort\.wasm\.bundle|ort-wasm-simd-threaded\.[^.]+\.wasm$)/,
  webgpu: /^_next\/static\/media\/(ort\.webgpu\.bundle|ort-wasm-simd-threaded\.asyncify\.)/,
  jspi: /^_next\/static\/media\/(ort\.jspi\.bundle|ort-wasm-simd-threaded\.jspi\.)/,
};

/**
 * What an exported site consists of, for its service worker.
 *
 * @param {string} site the folder with index.html
 * @returns {import('../../lib/offline/types').SiteContents}
 * @throws when a runtime is missing, or the shell grew too large to be kept by everybody
 */
export function siteContents(site) {
  const files = readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(site, name)).isFile())
    .map((name) => name.split(sep).join('/'))
    .filter((name) => !MODELS.test(name) && !UNASKED.some((pattern) => pattern.test(name)))
    .sort();
  const describe = (/** @type {string} */ name) => ({
    url: encodeURI(name),
    bytes: statSync(join(site, name)).size,
  });
  const runtime = (/** @type {keyof typeof RUNTIMES} */ flavour) => {
    const found = files.filter((name) => RUNTIMES[flavour].test(name));
    if (!found.some((name) => name.endsWith('.wasm')))
      throw new Error(`No file of the build reads like ${RUNTIMES[flavour]}.`);
    return found.map(describe);
  };
  const shell = files
    .filter((name) => !Object.values(RUNTIMES).some((pattern) => pattern.test(name)))
    .map((name) => ({
      ...describe(name),
      revision: name.startsWith('_next/static/') ? null : digest(join(site, name)),
    }));
  const bytes = shell.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > LARGEST_SHELL)
    throw new Error(
      `The site without models and runtimes has ${bytes} bytes, and every first visit would keep them; at most ${LARGEST_SHELL} may be.`,
    );
  return {
    shell,
    runtimes: { wasm: runtime('wasm'), webgpu: runtime('webgpu'), jspi: runtime('jspi') },
  };
}

/**
 * Writes the service worker of an exported site into it. Its bytes change whenever a file of the site does, which is how browsers
 * learn of a new version.
 *
 * @param {string} site the folder with index.html
 */
export async function writeServiceWorker(site) {
  await build({
    entryPoints: [join(ROOT, 'lib', 'offline', 'service-worker.ts')],
    outfile: join(site, SERVICE_WORKER),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    alias: { '@': ROOT },
    define: {
      'process.env.NODE_ENV': '"production"',
      SITE_CONTENTS: JSON.stringify(siteContents(site)),
    },
    legalComments: 'none',
    logLevel: 'error',
  });
}

function digest(/** @type {string} */ file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 20);
}
