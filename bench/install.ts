import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isInstallStale } from '../scripts/lib/install.mjs';
import { BENCH } from './lib/paths';

/** Installs the bench's own packages if they are missing or not the locked ones. Throws when npm cannot. */
export async function ensureBenchPackages(progress: (line: string) => void): Promise<void> {
  const wanted = JSON.parse(await readFile(path.join(BENCH, 'package-lock.json'), 'utf8'));
  const installed = await readFile(path.join(BENCH, 'node_modules/.package-lock.json'), 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
  if (!isInstallStale(wanted, installed)) return;
  progress('Installing the bench’s own packages, once');
  // Their install scripts only fetch what is not used here, such as CUDA libraries.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await new Promise<void>((done, fail) => {
    const shell = process.platform === 'win32';
    const child = spawn('npm', args, { cwd: BENCH, shell, stdio: ['ignore', 2, 'inherit'] });
    child.once('error', fail);
    child.once('close', (code) =>
      code === 0 ? done() : fail(new Error('the bench’s packages could not be installed')),
    );
  });
}
