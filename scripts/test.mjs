// Every test from nothing: packages, a Chromium, unit and parity tests, the build, browser tests.
import { ensureBuilt } from './lib/build.mjs';
import { ensureChromium } from './lib/find-chromium.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { requireNode, run } from './lib/run.mjs';

requireNode();
try {
  await ensureInstalled();
  const chromium = await ensureChromium();
  await run('npm', ['run', 'test:unit']);
  await ensureBuilt();
  await run('npm', ['run', 'test:browser'], { CHROMIUM_PATH: chromium });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
