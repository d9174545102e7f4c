// Rates the built app with Lighthouse on desktop settings: node scripts/lighthouse.mjs [page …]. Fetches Lighthouse by npx.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './lib/find-chromium.mjs';
import { ROOT, run } from './lib/run.mjs';
import { serveFolder } from './lib/static-server.mjs';

/** The last version for Node 20. */
const LIGHTHOUSE = 'lighthouse@12.8.2';

/** What a page must reach, of 100. */
const LEAST = { performance: 90, accessibility: 100, 'best-practices': 100 };

const SITE = join(ROOT, 'out');
const PAGES = ['', 'compare', 'lab', 'learn'].filter((page) =>
  existsSync(join(SITE, `${page || 'index'}.html`)),
);

const asked = process.argv.slice(2);
const pages = asked.length > 0 ? asked : PAGES;
const chromium = findChromium();
if (!chromium) {
  console.error('Lighthouse needs Chromium, Chrome or Edge: install one, or set CHROMIUM_PATH.');
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'lighthouse-'));
const server = await serveFolder({ root: SITE });
let failed = false;
try {
  for (const page of pages) {
    const report = await rate(page);
    const scores = Object.entries(LEAST).map(([name, least]) => {
      const score = Math.round(100 * (report.categories[name]?.score ?? 0));
      if (score < least) failed = true;
      return `${name} ${score}${score < least ? ` (below ${least})` : ''}`;
    });
    console.log(`/${page}: ${scores.join(', ')}`);
    for (const line of faults(report)) console.log(`  ${line}`);
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true });
}
process.exit(failed ? 1 : 0);

/**
 * @typedef {{ score: number | null, auditRefs: { id: string, weight: number }[] }} Category
 * @typedef {{ score: number | null, title: string, displayValue?: string }} Audit
 * @typedef {{ categories: Record<string, Category | undefined>, audits: Record<string, Audit> }} Report
 */

/** @returns {Promise<Report>} */
async function rate(/** @type {string} */ page) {
  const file = join(folder, `${page || 'index'}.json`);
  await run(
    'npx',
    [
      '--yes',
      LIGHTHOUSE,
      new URL(page, server.url).href,
      '--preset=desktop',
      `--only-categories=${Object.keys(LEAST).join(',')}`,
      '--output=json',
      `--output-path=${file}`,
      '--chrome-flags=--headless=new --no-sandbox',
      '--quiet',
    ],
    { CHROME_PATH: chromium ?? '' },
  );
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** What cost points, one line each. */
function faults(/** @type {Report} */ { categories, audits }) {
  return Object.keys(LEAST).flatMap((name) =>
    (categories[name]?.auditRefs ?? [])
      .map(({ id, weight }) => ({ id, weight, audit: audits[id] }))
      .filter(({ weight, audit }) => weight > 0 && (audit?.score ?? 1) < 1)
      .map(({ id, audit }) => `${name}: ${id} ${audit?.displayValue ?? audit?.title ?? ''}`),
  );
}
