import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, run } from './run.mjs';

/** @typedef {{ packages?: Record<string, { version?: string, optional?: boolean }> }} Lock */

/**
 * Whether what is installed differs from what the lock file asks for. Optional packages are for one
 * platform each, so a missing one means nothing.
 *
 * @param {Lock} wanted package-lock.json
 * @param {Lock | undefined} installed node_modules/.package-lock.json, npm's own record
 */
export function isInstallStale(wanted, installed) {
  if (!installed) return true;
  return Object.entries(wanted.packages ?? {}).some(([path, { version, optional }]) => {
    if (path === '') return false;
    const found = installed.packages?.[path];
    return found ? found.version !== version : !optional;
  });
}

/** Installs the locked packages if they are missing or not the locked ones. */
export async function ensureInstalled() {
  const wanted = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
  const installed = await readFile(join(ROOT, 'node_modules', '.package-lock.json'), 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  if (!isInstallStale(wanted, installed)) return;
  console.log('Installing packages …');
  // The build needs the development packages whatever NODE_ENV says.
  await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
}
