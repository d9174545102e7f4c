import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from '../../scripts/lib/build.mjs';
import { findChromium } from '../../scripts/lib/find-chromium.mjs';
import { ROOT } from '../../scripts/lib/run.mjs';

/**
 * Runs once before the browser tests. With BLOCKSCOPE_SKIP_BUILD set, `out/` is taken as it is.
 *
 * @throws when there is no Chromium or no built app, since skipping would look like passing
 */
export default async function setup() {
  if (!findChromium()) {
    throw new Error('No Chromium found: run "npm test", which installs one, or set CHROMIUM_PATH.');
  }
  if (!process.env.BLOCKSCOPE_SKIP_BUILD) await ensureBuilt();
  else if (!existsSync(join(ROOT, 'out', 'index.html'))) {
    throw new Error('BLOCKSCOPE_SKIP_BUILD is set, but there is no built app in out/.');
  }
}
