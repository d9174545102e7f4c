import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './run.mjs';

const INPUTS = [
  'app',
  'components',
  'lib',
  'public',
  'next.config.js',
  'package-lock.json',
  'tsconfig.json',
];

// Written last, so that a build that was cut short does not look finished.
const MARK = join('.next', 'finished-build.json');

/** The newest change under a path, folders included, so that a deleted file counts too. */
function newestChange(/** @type {string} */ path) {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info) return 0;
  let newest = info.mtimeMs;
  if (info.isDirectory()) {
    for (const name of readdirSync(path)) {
      newest = Math.max(newest, newestChange(join(path, name)));
    }
  }
  return newest;
}

/**
 * Whether `out/` is missing, was built for another sub-path, or is older than what it is built from.
 *
 * @param {string} root the repository
 * @param {string} base '' or '/name'
 */
export function isBuildStale(root, base) {
  if (!existsSync(join(root, 'out', 'index.html'))) return true;
  try {
    const mark = JSON.parse(readFileSync(join(root, MARK), 'utf8'));
    return mark.base !== base || INPUTS.some((name) => newestChange(join(root, name)) > mark.began);
  } catch {
    return true;
  }
}

/**
 * Builds `out/` for the sub-path in BASE_PATH.
 *
 * @throws when the build fails
 */
export async function build() {
  const began = Date.now();
  rmSync(join(ROOT, MARK), { force: true });
  await run('npx', ['--no-install', 'next', 'build'], { NEXT_TELEMETRY_DISABLED: '1' });
  writeFileSync(join(ROOT, MARK), JSON.stringify({ base: process.env.BASE_PATH ?? '', began }));
}

/** Builds unless `out/` is up to date. */
export async function ensureBuilt() {
  if (!isBuildStale(ROOT, process.env.BASE_PATH ?? '')) return;
  console.log('Building the app …');
  await build();
}
