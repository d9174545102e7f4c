import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, run } from './run.mjs';

/**
 * @typedef {object} Site
 * @property {string} folder where the built files go, inside the repository
 * @property {string} base the sub-path it is built for: '' or '/name'
 */

/** What `npm run build` leaves. @type {Site} */
export const SITE = { folder: 'out', base: process.env.BASE_PATH ?? '' };

const INPUTS = [
  'app',
  'components',
  'lib',
  'public',
  'next.config.js',
  'package-lock.json',
  'tsconfig.json',
];

/** Written last, so that a build that was cut short does not look finished. */
const markOf = (/** @type {Site} */ { folder }) =>
  join('.cache', 'builds', `${folder.replaceAll(/\W/g, '-')}.json`);

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

/** Whether a site is missing, was built for another sub-path, or is older than its sources. */
export function isBuildStale(/** @type {string} */ root, /** @type {Site} */ site) {
  if (!existsSync(join(root, site.folder, 'index.html'))) return true;
  try {
    const { base, began } = JSON.parse(readFileSync(join(root, markOf(site)), 'utf8'));
    return base !== site.base || INPUTS.some((name) => newestChange(join(root, name)) > began);
  } catch {
    return true;
  }
}

/**
 * Builds a site. Next always writes to `out/`; for another folder that one is put aside meanwhile.
 *
 * @throws when the build fails
 */
export async function build(site = SITE) {
  const out = join(ROOT, 'out');
  const folder = join(ROOT, site.folder);
  const mark = join(ROOT, markOf(site));
  const aside = join(ROOT, '.cache', 'out-aside');
  const began = Date.now();
  mkdirSync(dirname(mark), { recursive: true });
  rmSync(mark, { force: true });
  const moves = folder !== out && existsSync(out);
  if (moves) {
    rmSync(aside, { recursive: true, force: true });
    renameSync(out, aside);
  }
  try {
    await run('npx', ['--no-install', 'next', 'build'], {
      BASE_PATH: site.base,
      NEXT_TELEMETRY_DISABLED: '1',
    });
    if (folder !== out) {
      mkdirSync(dirname(folder), { recursive: true });
      rmSync(folder, { recursive: true, force: true });
      renameSync(out, folder);
    }
  } finally {
    if (moves) {
      rmSync(out, { recursive: true, force: true });
      renameSync(aside, out);
    }
  }
  writeFileSync(mark, JSON.stringify({ base: site.base, began }));
}

/** Builds a site unless it is up to date. */
export async function ensureBuilt(site = SITE) {
  if (!isBuildStale(ROOT, site)) return;
  console.log(site.base ? `Building the app for ${site.base} …` : 'Building the app …');
  await build(site);
}
