import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A page finds its files by a relative prefix, wherever the site lies. A worker would resolve the same
 * prefix against the root of the origin, so two places in the bundler's code are made to say where it is.
 */
const REPAIRS = [
  // Where a worker is made: it is told the full address that chunks come from.
  {
    from: /("SharedWorker"===\w+\.name,\w+=)(\w+\.b)(?=,)/,
    to: '$1new URL($2,location.href).href',
  },
  // Inside a worker: assets such as WebAssembly come from there too.
  {
    from: /(\.q=function\((\w+),\w+\)\{\w+\.call\(this,`\$\{)\2(?=\})/,
    to: '$1"string"==typeof TURBOPACK_CHUNK_BASE_PATH?$2.replace("./_next/",TURBOPACK_CHUNK_BASE_PATH):$2',
  },
];

/**
 * Makes the workers of an exported site work under any sub-path.
 *
 * @param {string} site the folder with index.html
 * @throws when the bundler's runtime does not read as expected, which a new version of it may bring about
 */
export function relocateWorkers(site) {
  const folder = join(site, '_next', 'static', 'chunks');
  const chunks = readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name));
  for (const { from, to } of REPAIRS) {
    const found = chunks.filter((chunk) => from.test(readFileSync(chunk, 'utf8')));
    if (found.length === 0) throw new Error(`No chunk of the build reads like ${from}.`);
    for (const chunk of found) {
      writeFileSync(chunk, readFileSync(chunk, 'utf8').replace(from, to));
    }
  }
}
