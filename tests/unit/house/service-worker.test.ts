import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { siteContents, writeServiceWorker } from '../../../scripts/lib/service-worker.mjs';

const MEDIA = '_next/static/media';
const RUNTIMES = [
  `${MEDIA}/ort-wasm-simd-threaded.0a1.wasm`,
  `${MEDIA}/ort-wasm-simd-threaded.asyncify.0a1.wasm`,
  `${MEDIA}/ort-wasm-simd-threaded.jspi.0a1.wasm`,
  `${MEDIA}/ort.wasm.bundle.min.0a1.mjs`,
];
const SHELL = [
  '_next/static/chunks/one.js',
  '_next/static/chunks/one.css',
  `${MEDIA}/inter.0a1.woff2`,
  'compare.html',
  'icon.svg',
  'index.html',
  'recorded/tiny-b4.trace.gz',
];
const REST = [
  '404.html',
  '_not-found.html',
  '_next/static/chunks/one.js.map',
  `${MEDIA}/worker.0a1.ts`,
  '_next/static/aBc-1/_buildManifest.js',
  'index.txt',
  '__next._tree.txt',
  'models/nano-b4/weights.bin',
  'models/nano-b4/manifest.json',
  'sw.js',
];

let site = '';

function write(name: string, text = name) {
  mkdirSync(dirname(join(site, name)), { recursive: true });
  writeFileSync(join(site, name), text);
}

beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), 'site-'));
  for (const name of [...RUNTIMES, ...SHELL, ...REST]) write(name);
});

afterEach(() => rmSync(site, { recursive: true }));

describe('what the service worker is told of the site', () => {
  test('every file that a page may ask for, with its bytes', () => {
    const { shell } = siteContents(site);
    expect(shell.map(({ url }) => url)).toEqual([...SHELL].sort());
    for (const { url, bytes } of shell) expect(bytes).toBe(url.length);
  });

  test('a digest where the name has none', () => {
    const revised = siteContents(site).shell.filter(({ revision }) => revision !== null);
    expect(revised.map(({ url }) => url)).toEqual([
      'compare.html',
      'icon.svg',
      'index.html',
      'recorded/tiny-b4.trace.gz',
    ]);
    expect(new Set(revised.map(({ revision }) => revision)).size).toBe(4);
  });

  test('the runtimes apart, of which nobody needs all', () => {
    const { runtimes } = siteContents(site);
    expect(runtimes.wasm.map(({ url }) => url).sort()).toEqual([RUNTIMES[0], RUNTIMES[3]]);
    expect(runtimes.webgpu.map(({ url }) => url)).toEqual([RUNTIMES[1]]);
    expect(runtimes.jspi.map(({ url }) => url)).toEqual([RUNTIMES[2]]);
  });

  test('a runtime that is not found by its name, and a shell too large, stop the build', () => {
    write('recorded/large.gz', 'x'.repeat(9 << 20));
    expect(() => siteContents(site)).toThrow(/every first visit would keep them/);
    rmSync(join(site, 'recorded/large.gz'));
    rmSync(join(site, RUNTIMES[0] ?? ''));
    expect(() => siteContents(site)).toThrow(/No file of the build reads like/);
  });
});

test('the service worker differs whenever a page does, and only then', async () => {
  const written = async () => {
    await writeServiceWorker(site);
    return readFileSync(join(site, 'sw.js'), 'utf8');
  };
  const first = await written();
  expect(first).toContain('compare.html');
  expect(first).not.toMatch(/process\.env|sourceMappingURL/);
  expect(await written()).toBe(first);
  write('compare.html', 'another page');
  expect(await written()).not.toBe(first);
});
