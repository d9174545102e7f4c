// Finds a Chromium for the browser tests, or installs one, and prints its path.
import { ensureChromium } from './lib/find-chromium.mjs';

try {
  console.log(await ensureChromium());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
