import { spawn } from 'node:child_process';
import path from 'node:path';
import { isBuildStale } from '../../scripts/lib/build.mjs';
import { ROOT } from '../../scripts/lib/run.mjs';

/** Builds the production app unless `out/` is up to date, and says so on stderr. Throws when the build fails. */
export async function ensureApp(progress: (line: string) => void): Promise<string> {
  const out = path.join(ROOT, 'out');
  if (!isBuildStale(ROOT)) return out;
  progress('Building the app');
  await new Promise<void>((done, fail) => {
    // stdout is for the report alone.
    const child = spawn(process.execPath, [path.join(ROOT, 'scripts/build.mjs')], {
      stdio: ['ignore', 2, 'inherit'],
    });
    child.once('error', fail);
    child.once('close', (code) =>
      code === 0 ? done() : fail(new Error('the app could not be built')),
    );
  });
  return out;
}
