import { describe, expect, it } from 'vitest';
import { type Answer, answerTo, filesFor } from '@/lib/offline/answers';
import { SCOPE } from './fake-site';

describe('how a request is answered', () => {
  it.each<[string, Answer | null]>([
    ['', 'fresh'],
    ['?model=nano-b4', 'fresh'],
    ['compare#x', 'fresh'],
    ['recorded/tiny-b4.trace.gz', 'fresh'],
    ['icon.svg', 'fresh'],
    ['_next/static/chunks/a.js', 'hashed'],
    ['_next/static/media/ort.wasm', 'hashed'],
    ['models/tiny-b4/manifest.json', 'fresh'],
    ['models/tiny-b4/manifest.json?x', 'fresh'],
    ['models/tiny-b4/weights.bin', 'model'],
  ])('%s: %s', (path, answer) => {
    expect(answerTo({ method: 'GET', url: `${SCOPE}${path}`, cache: 'default' }, SCOPE)).toBe(
      answer,
    );
  });

  it('leaves alone what is no reading, lies elsewhere, or is asked for past the caches', () => {
    const url = `${SCOPE}models/tiny-b4/weights.bin`;
    const cache = 'default' as const;
    expect(answerTo({ method: 'POST', url: SCOPE, cache }, SCOPE)).toBeNull();
    for (const elsewhere of ['https://example.org/', 'https://other.org/some/where/'])
      expect(answerTo({ method: 'GET', url: elsewhere, cache }, SCOPE)).toBeNull();
    expect(answerTo({ method: 'GET', url, cache: 'reload' }, SCOPE)).toBe('mend');
    for (const past of ['no-cache', 'no-store'] as const)
      expect(answerTo({ method: 'GET', url, cache: past }, SCOPE)).toBeNull();
  });
});

describe('the file behind an address', () => {
  it.each([
    ['', ['index.html']],
    ['?model=nano-b4#x', ['index.html']],
    ['index.html', ['index.html', 'index.html.html']],
    ['compare?upper=a', ['compare', 'compare.html']],
    ['_next/static/chunks/a.js', ['_next/static/chunks/a.js', '_next/static/chunks/a.js.html']],
  ])('%s', (path, files) => {
    expect(filesFor(`${SCOPE}${path}`, SCOPE)).toEqual(files);
  });

  it('lies in the site', () => {
    expect(filesFor('https://example.org/index.html', SCOPE)).toEqual([]);
  });
});
