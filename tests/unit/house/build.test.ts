import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isBuildStale } from '../../../scripts/lib/build.mjs';

let root = '';

const site = (base: string) => ({ folder: 'out', base });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-'));
  for (const folder of ['app', 'out', '.cache', '.cache/builds']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'out', 'index.html'), '');
  writeFileSync(join(root, 'app', 'page.tsx'), '');
});

afterEach(() => rmSync(root, { recursive: true }));

function finishBuild(base = '') {
  const mark = JSON.stringify({ base, began: Date.now() + 1000 });
  writeFileSync(join(root, '.cache', 'builds', 'out.json'), mark);
}

test('a finished build of the present sources is fresh', () => {
  finishBuild();
  expect(isBuildStale(root, site(''))).toBe(false);
});

test('a build that never finished is stale', () => {
  expect(isBuildStale(root, site(''))).toBe(true);
});

test('a build for another sub-path is stale', () => {
  finishBuild('/x');
  expect(isBuildStale(root, site(''))).toBe(true);
  expect(isBuildStale(root, site('/x'))).toBe(false);
});

test('a source changed since, or a missing out folder, is stale', () => {
  finishBuild();
  const later = new Date(Date.now() + 5000);
  utimesSync(join(root, 'app', 'page.tsx'), later, later);
  expect(isBuildStale(root, site(''))).toBe(true);

  finishBuild();
  rmSync(join(root, 'out'), { recursive: true });
  expect(isBuildStale(root, site(''))).toBe(true);
});
