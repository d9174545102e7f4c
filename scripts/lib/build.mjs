import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { relocateWorkers } from './relocate.mjs';
import { ROOT, run } from './run.mjs';
import { writeServiceWorker } from './service-worker.mjs';

const INPUTS = [
  'app',
  'components',
  'lib',
  'public',
  'next.config.js',
  'package-lock.json',
  'scripts/lib/relocate.mjs',
  'scripts/lib/service-worker.mjs',
  'tsconfig.json',
];

// Written last, so that a build that was cut short does not look finished.
const MARK = join('.cache', 'build.json');

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

/** Whether `out/` is missing or older than what it is built from, in the repository at `root`. */
export function isBuildStale(/** @type {string} */ root) {
  if (!existsSync(join(root, 'out', 'index.html'))) return true;
  try {
    const { began } = JSON.parse(readFileSync(join(root, MARK), 'utf8'));
    return INPUTS.some((name) => newestChange(join(root, name)) > began);
  } catch {
    return true;
  }
}

/**
 * Builds `out/`.
 *
 * @throws when the build fails
 */
export async function build() {
  const began = Date.now();
  const mark = join(ROOT, MARK);
  rmSync(mark, { force: true });
  await run('npx', ['--no-install', 'next', 'build'], { NEXT_TELEMETRY_DISABLED: '1' });
  const site = join(ROOT, 'out');
  relocateWorkers(site);
  // Last, for it holds digests of the other files.
  await writeServiceWorker(site);
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  writeFileSync(mark, JSON.stringify({ began }));
}

/** Builds unless `out/` is up to date. */
export async function ensureBuilt() {
  if (!isBuildStale(ROOT)) return;
  console.log('Building the app …');
  await build();
}
