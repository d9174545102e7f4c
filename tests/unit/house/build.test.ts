import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isBuildStale } from '../../../scripts/lib/build.mjs';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-'));
  for (const folder of ['app', 'out', '.cache']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'out', 'index.html'), '');
  writeFileSync(join(root, 'app', 'page.tsx'), '');
});

afterEach(() => rmSync(root, { recursive: true }));

function finishBuild() {
  const mark = JSON.stringify({ began: Date.now() + 1000 });
  writeFileSync(join(root, '.cache', 'build.json'), mark);
}

test('a finished build of the present sources is fresh', () => {
  finishBuild();
  expect(isBuildStale(root)).toBe(false);
});

test('a build that never finished is stale', () => {
  expect(isBuildStale(root)).toBe(true);
});

test('a source changed since, or a missing out folder, is stale', () => {
  finishBuild();
  const later = new Date(Date.now() + 5000);
  utimesSync(join(root, 'app', 'page.tsx'), later, later);
  expect(isBuildStale(root)).toBe(true);

  finishBuild();
  rmSync(join(root, 'out'), { recursive: true });
  expect(isBuildStale(root)).toBe(true);
});
