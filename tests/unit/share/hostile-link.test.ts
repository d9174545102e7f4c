import { beforeAll, describe, expect, it } from 'vitest';
import { LinkError, readLink, writeLink } from '@/lib/share/link';
import { jsonOf, linkOfBytes, linkOfText, SHARED, VIEW } from './links';

let good = '';
beforeAll(async () => {
  good = await writeLink(SHARED);
});

/** The good link with its JSON changed; a key of `undefined` is left out. */
const changed = (change: Record<string, unknown>) =>
  linkOfText(JSON.stringify({ ...jsonOf(good), ...change }));
/** The same, from JSON as text: for what no object can say. */
const rewritten = (change: (json: string) => string) =>
  linkOfText(change(JSON.stringify(jsonOf(good))));
const view = (change: Record<string, unknown>) => changed({ view: { ...VIEW, ...change } });
const sampling = (change: Record<string, unknown>) =>
  changed({ sampling: { ...SHARED.sampling, ...change } });
const tokens = (change: Record<string, unknown>) =>
  changed({ tokens: { ...(jsonOf(good).tokens as object), ...change } });

const CASES: [name: string, link: () => string, says: RegExp][] = [
  ['nothing', () => '', /holds no run/],
  ['a name without a run', () => '#run=', /holds no run/],
  ['another name', () => '#walk=AAAA', /holds no run/],
  ['characters of no link', () => '#run=<script>alert(1)</script>', /character that no link has/],
  ['a full stop behind it', () => `${good}.`, /character that no link has/],
  ['escapes of an address', () => good.replace('=', '=%41%41'), /character that no link has/],
  ['a link without its last character', () => good.slice(0, -1), /cut short|lost one/],
  ['half of a link', () => good.slice(0, good.length / 2), /cut short|lost one/],
  ['a link without its beginning', () => `run=${good.slice(12)}`, /damaged/],
  [
    'one character changed',
    () => good.replace(/.(?=.{40}$)/, (c) => (c === 'A' ? 'B' : 'A')),
    /damaged/,
  ],
  ['bytes that nothing packed', () => `run=${'AbCd'.repeat(40)}`, /cannot be unpacked/],
  ['a megabyte of it', () => `run=${'A'.repeat(1 << 20)}`, /too long/],
  ['a bomb', () => linkOfBytes(new Uint8Array(20_000_000)), /more than any run has/],
  ['no text', () => linkOfText(''), /not JSON/],
  ['text that is not JSON', () => linkOfText('{version: 1}'), /not JSON/],
  ['bytes that are not UTF-8', () => linkOfBytes(Uint8Array.of(0x22, 0xff, 0x22)), /not JSON/],
  ['JSON cut short', () => rewritten((json) => json.slice(0, -1)), /not JSON/],
  [
    'NaN',
    () => rewritten((json) => json.replace('"temperature":0.8', '"temperature":NaN')),
    /not JSON/,
  ],
  ['null', () => linkOfText('null'), /damaged/],
  ['a number', () => linkOfText('1'), /damaged/],
  ['an array', () => linkOfText('[]'), /damaged/],
  ['deep nesting', () => linkOfText('['.repeat(50_000) + ']'.repeat(50_000)), /damaged/],
  [
    'deep nesting where a text belongs',
    () =>
      rewritten((json) =>
        json.replace(/"prompt":"[^,]*"/, `"prompt":${'['.repeat(9000)}${']'.repeat(9000)}`),
      ),
    /prompt/,
  ],
  ['no version', () => changed({ version: undefined }), /version/],
  ['a version to come', () => changed({ version: 2 }), /version 2 and this page reads version 1/],
  ['a version in words', () => changed({ version: 'one' }), /version/],
  ['a model that is a path', () => changed({ model: '../../etc/passwd' }), /model: must be/],
  [
    'a model that is an address',
    () => changed({ model: 'https://example.com/x' }),
    /model: must be/,
  ],
  [
    'a model with script in it',
    () => changed({ model: '<img onerror=alert(1)>' }),
    /model: must be/,
  ],
  ['a model of endless name', () => changed({ model: 'a'.repeat(5000) }), /model: must be/],
  ['a hash that is none', () => changed({ weights: 'b'.repeat(63) }), /weights/],
  ['a hash in a list', () => changed({ weights: ['b'.repeat(64)] }), /weights/],
  ['an empty prompt', () => changed({ prompt: '' }), /prompt/],
  ['a prompt that is a number', () => changed({ prompt: 7 }), /prompt/],
  ['an endless prompt', () => changed({ prompt: 'a'.repeat(70_000) }), /prompt/],
  ['a negative seed', () => sampling({ seed: -1 }), /sampling\.seed/],
  ['a temperature in words', () => sampling({ temperature: 'hot' }), /sampling\.temperature/],
  [
    'an endless temperature',
    () => rewritten((json) => json.replace('"temperature":0.8', '"temperature":1e999')),
    /sampling\.temperature/,
  ],
  ['a negative temperature', () => sampling({ temperature: -1 }), /sampling\.temperature/],
  ['a top-k beyond all', () => sampling({ topK: 1e9 }), /sampling\.topK/],
  ['a top-p of nothing', () => sampling({ topP: 0 }), /sampling\.topP/],
  ['sampling with more in it', () => sampling({ mirostat: 1 }), /unrecognized key/],
  ['a huge length', () => changed({ maxTokens: 1e9 }), /maxTokens/],
  ['a huge count of tokens', () => tokens({ count: 1e15 }), /tokens\.count/],
  ['more tokens than there are', () => tokens({ count: 7000 }), /not as many as it says/],
  ['tokens of endless width', () => tokens({ bits: 53 }), /tokens\.bits/],
  ['tokens that are a list', () => changed({ tokens: [1, 2, 3] }), /tokens/],
  [
    'a chosen token that is not there',
    () => changed({ chosen: [6] }),
    /chosen tokens are not among/,
  ],
  ['a token chosen twice', () => changed({ chosen: [1, 1] }), /chosen tokens are not among/],
  ['a branch of nothing', () => changed({ branch: {} }), /branch/],
  [
    'a branch before the text',
    () => changed({ branch: { parent: 'a'.repeat(32), at: -4 } }),
    /branch\.at/,
  ],
  ['a cursor beyond all', () => view({ cursor: 1e12 }), /view\.cursor/],
  ['a station of the prototype', () => view({ station: '__proto__' }), /view\.station/],
  ['no view', () => changed({ view: null }), /view/],
  ['something unknown', () => changed({ onload: 'alert(1)' }), /unrecognized key/],
  [
    'a prototype of its own',
    () => rewritten((json) => json.replace('{', '{"__proto__":{"polluted":true},')),
    /unrecognized key|damaged/,
  ],
];

describe('a hostile link', () => {
  it('is told from a good one', async () => {
    expect(CASES.length).toBeGreaterThanOrEqual(30);
    // What the cases below change is read as long as nothing is changed.
    expect(await readLink(changed({}))).toEqual(SHARED);
    expect(await readLink(rewritten((json) => json))).toEqual(SHARED);
  });

  it.each(CASES)('%s is refused in one sentence', async (_, link, says) => {
    const error = await readLink(link()).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(LinkError);
    const { message } = error as LinkError;
    expect(message).toMatch(says);
    // One sentence of a length that a page can show.
    expect(message).toMatch(/^[A-Z][^\n]{10,200}[.]$/);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
