import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Session } from '@/lib/commands/session';
import { openFile } from '@/lib/share/open-file';
import { type AppStore, createAppStore } from '@/lib/store/store';
import { writeTrace } from '@/lib/trace/file';
import { MOST_FILE_BYTES } from '@/lib/trace/packed-file';
import { FakeClient } from '../commands/fake-client';
import { jsonOf, withJson, withNumber, withText } from '../trace/edit-file';
import { bookmarkIn, MANIFEST, MODELS_URL, nanoRun, serveModels } from './nano-run';

/**
 * Files that want to do harm, or were harmed: each gets one sentence and changes nothing. Numbers are places behind the JSON of
 * the good file, in float32: its arrays stand there one after another.
 */
const run = nanoRun();
const good = writeTrace(run);
const shapes = jsonOf(good).arrays as { name: string; shape: number[] }[];

/** Where an array begins. */
function at(name: string): number {
  let place = 0;
  for (const entry of shapes) {
    if (entry.name === name) return place;
    place += entry.shape.reduce((product, size) => product * size, 1);
  }
  throw new Error(`no array ${name}`);
}

type Json = Record<string, Record<string, unknown>>;
type Bytes = Uint8Array<ArrayBuffer>;

/** With members of the JSON set: `set({ 'counts.steps': 9 })`. */
const set = (changes: Record<string, unknown>) =>
  withJson(good, (json) => {
    for (const [path, value] of Object.entries(changes)) {
      const names = path.split('.');
      const last = names.pop() ?? '';
      const parent = names.reduce((object, name) => object[name] as Json, json as Json);
      Object.assign(parent, { [last]: value });
    }
  });
const text = (what: string) => new TextEncoder().encode(what);
const raw = (change: (json: string) => string) =>
  withText(good, change(JSON.stringify(jsonOf(good))));
const withInt = (index: number, value: number) => {
  const bits = new Float32Array(Int32Array.of(value).buffer)[0] ?? 0;
  return withNumber(good, index, bits);
};
const packed = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
const view = bookmarkIn(run).view;
const marked = (...bookmarks: unknown[]) => writeTrace(run, { bookmarks });

/** A third of a megabyte that unpacks to more than is read: one stretch of zeros again and again. */
function bomb(): Bytes {
  const piece = 1 << 20;
  const zeros = deflateRawSync(new Uint8Array(piece), { finishFlush: constants.Z_FULL_FLUSH });
  const times = MOST_FILE_BYTES / piece + 64;
  const head = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
  return new Uint8Array(Buffer.concat([head, ...new Array(times).fill(zeros)]));
}

/** What says of itself that it is that large, but is never read. */
const huge = Object.assign(new Blob([]), { arrayBuffer: () => Promise.reject(new Error('read')) });
Object.defineProperty(huge, 'size', { value: MOST_FILE_BYTES + 1 });

const CASES: [string, () => Bytes | Blob, RegExp][] = [
  // What is no file of a run at all.
  ['nothing', () => new Uint8Array(0), /not a Blockscope trace/],
  ['a text', () => text('Dear page, <script>alert(1)</script>'), /not a Blockscope trace/],
  [
    'an image',
    () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13),
    /not a Blockscope trace/,
  ],
  [
    'a folder, which cannot be read',
    () => Object.assign(new Blob([]), { arrayBuffer: () => Promise.reject(new Error('folder')) }),
    /could not be read/,
  ],
  ['a file too large to read', () => huge, /too large: at most 256 MiB/],
  // Truncated, overlong, packed.
  ['the magic alone', () => text('BSCTRACE'), /not a Blockscope trace/],
  ['a header that is cut', () => good.slice(0, 300), /cut short: its header/],
  ['arrays that are cut', () => good.slice(0, -1), /cut short: it has/],
  ['half of the arrays', () => good.slice(0, good.length / 2), /cut short: it has/],
  ['a tail', () => new Uint8Array([...good, 0, 0, 0, 0]), /too long: it has/],
  [
    'a header of four gigabytes',
    () => new Uint8Array([...good.subarray(0, 8), 0xfc, 0xff, 0xff, 0xff, ...good.subarray(12)]),
    /header of 4294967292 bytes is longer/,
  ],
  ['a cut gzip', () => packed(good).slice(0, 900), /cannot be unpacked/],
  ['a gzip with a wrong bit', () => packed(good).map((b, i) => (i === 700 ? b ^ 4 : b)), /damaged/],
  ['a gzip of nothing', () => packed(new Uint8Array(0)), /not a Blockscope trace/],
  ['a gzip in a gzip', () => packed(packed(good)), /not a Blockscope trace/],
  ['a gzip that never ends', bomb, /too large: at most 256 MiB/],
  // JSON of other kinds.
  ['no JSON', () => raw(() => 'run()'), /header is not JSON/],
  ['a script as JSON', () => raw(() => '"<script>alert(1)</script>"'), /header is not JSON/],
  ['a list', () => raw(() => '[]'), /damaged: invalid input: expected object/],
  ['null', () => raw(() => 'null'), /header is not JSON/],
  ['bytes that are no UTF-8', () => good.with(40, 0xff), /header is not JSON/],
  [
    'a hundred thousand lists in one another',
    () => raw(() => '['.repeat(100_000) + ']'.repeat(100_000)),
    /damaged/,
  ],
  [
    'deep nesting where a number is',
    () =>
      raw((json) => json.replace('"pads":', `"pads":${'['.repeat(5000)}${']'.repeat(5000)},"_":`)),
    /counts\.pads/,
  ],
  [
    'a prototype of its own',
    () => raw(() => '{"__proto__":{"format":"blockscope-trace","version":2,"polluted":true}}'),
    /damaged: format/,
  ],
  // Wrong types and wild values.
  ['a version to come', () => set({ version: 99 }), /has version 99 and this app reads version 2/],
  ['a version that is no number', () => set({ version: { toString: 1 } }), /damaged: version/],
  ['a script as id', () => set({ id: '<script>alert(1)</script>' }), /damaged: id/],
  ['an id list', () => set({ id: ['a'] }), /damaged: id/],
  ['no model', () => set({ model: null }), /damaged: model/],
  ['a path as model', () => set({ 'model.id': '../../etc/passwd' }), /it names no model/],
  ['an address as model', () => set({ 'model.id': 'http://evil.test/x' }), /it names no model/],
  ['a model id without end', () => set({ 'model.id': 'a'.repeat(1e6) }), /damaged: model\.id/],
  ['a model of elsewhere', () => set({ 'model.id': 'other-b4' }), /other-b4, a model that this/],
  ['a flat model', () => set({ 'model.architecture': 'flat' }), /damaged: model\.architecture/],
  ['a flat model of here', () => set({ 'model.id': 'nano-flat' }), /another nano-flat than/],
  ['other weights’ dimensions', () => set({ 'model.dims.contextLength': 128 }), /other dimensions/],
  ['special ids of elsewhere', () => set({ 'model.endId': 9 }), /another nano-b4 than/],
  ['one id for pad and end', () => set({ 'model.endId': 0 }), /padId and endId/],
  ['huge dimensions', () => set({ 'model.dims.blockLayers': 1e15 }), /larger than any/],
  ['no layers of tokens', () => set({ 'model.dims.tokenLayers': 0 }), /tokenLayers and prefix/],
  ['half a head', () => set({ 'model.dims.heads': 1.5 }), /damaged: model\.dims/],
  ['a temperature near zero', () => set({ 'sampling.temperature': 1e-300 }), /0, or from 0\.01/],
  ['an endless temperature', () => raw((json) => json.replace('0.8', '1e999')), /temperature/],
  ['a seed of 40 bits', () => set({ 'sampling.seed': 2 ** 40 }), /damaged: sampling\.seed/],
  ['a day that is none', () => set({ created: 'yesterday' }), /damaged: created/],
  ['a backend without end', () => set({ backend: 'x'.repeat(1e6) }), /damaged: backend/],
  ['made-up provenance', () => set({ provenance: 'true' }), /damaged: provenance/],
  ['another prompt', () => set({ prompt: 'I am honest.' }), /first tokens are not its prompt/],
  ['a branch from the prompt', () => set({ branch: { parent: 'a'.repeat(32), at: 2 } }), /branch/],
  // Counts and tables.
  ['huge counts', () => set({ 'counts.steps': 2 ** 52 }), /counts do not fit/],
  ['counts beyond numbers', () => set({ 'counts.rows': 1e300 }), /damaged: counts\.rows/],
  ['negative counts', () => set({ 'counts.steps': -1 }), /damaged: counts\.steps/],
  ['half a block', () => set({ 'counts.promptBlocks': 2.5 }), /damaged: counts\.promptBlocks/],
  ['more steps than arrays', () => set({ 'counts.steps': 3 }), /arrays do not fit its counts/],
  [
    'room for rows that it does not have',
    () =>
      set({
        'model.dims.contextLength': 65_536,
        counts: { pads: 0, promptBlocks: 16_384, rows: 0, steps: 0, prefillMs: null, end: null },
      }),
    /too much memory/,
  ],
  ['an end after the end', () => set({ 'counts.end': { reason: 'length', length: 99 } }), /end at/],
  ['no arrays', () => set({ arrays: [] }), /arrays do not fit its counts/],
  ['arrays in another order', () => set({ arrays: shapes.toReversed() }), /arrays do not fit/],
  [
    'an array with a shape of many',
    () => set({ arrays: [{ name: 'tokens', type: 'int32', shape: new Array(9).fill(2 ** 31) }] }),
    /arrays do not fit/,
  ],
  // Numbers.
  ['NaN as attention', () => withNumber(good, at('global_attention'), Number.NaN), /is NaN/],
  ['an endless logit', () => withNumber(good, at('logits') + 7, Infinity), /logits\[7\] is Inf/],
  ['attention above one', () => withNumber(good, at('global_attention'), 2), /does not sum to 1/],
  ['attention below zero', () => withNumber(good, at('global_attention'), -1), /does not sum to 1/],
  ['a look ahead', () => withNumber(good, at('local_attention') + 1, 0.5), /query 0 sees key 1/],
  ['a norm below zero', () => withNumber(good, at('kv_norms'), -1), /kvNorms\[0\] is -1/],
  ['NaN as time', () => withNumber(good, at('step_ms'), Number.NaN), /duration of NaN/],
  ['a token beyond the vocabulary', () => withInt(at('global_attention') - 1, 512), /pick 512/],
  ['a token below zero', () => withInt(4, -7), /prompt token 4 is -7/],
  ['a pad in the text', () => withInt(at('global_attention') - 1, 0), /pick 0/],
  ['a flag that is none', () => withInt(at('forced'), 7), /forced\[0\] is 7/],
  // Bookmarks.
  ['bookmarks that are none', () => set({ bookmarks: 'all' }), /damaged: bookmarks/],
  ['a thousand bookmarks', () => marked(...new Array(1000).fill(bookmarkIn(run))), /bookmarks/],
  [
    'a bookmark of another run',
    () => marked({ ...bookmarkIn(run), run: 'f'.repeat(32) }),
    /anothe/,
  ],
  [
    'a bookmark with a part of a megabyte',
    () => marked({ ...bookmarkIn(run), [`on${'x'.repeat(1e6)}`]: 'alert(1)' }),
    /bookmarks\.0: it has parts that are not known/,
  ],
  [
    'a bookmark beyond all views',
    () => marked({ ...bookmarkIn(run), view: { ...view, cursor: 1e12 } }),
    /bookmarks\.0\.view\.cursor/,
  ],
];

let store: AppStore;
let session: Session;
let asked: string[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal('fetch', serveModels(asked));
  store = createAppStore();
  const request = { model: 'nano-b4', backend: 'wasm' } as const;
  session = new Session(store, new FakeClient(), request, () => {});
});

afterEach(() => {
  session.dispose();
  vi.unstubAllGlobals();
});

describe('a hostile file', () => {
  it('is told from a good one', async () => {
    expect(CASES.length).toBeGreaterThanOrEqual(35);
    // What the cases below change is opened as long as nothing is changed.
    for (const bytes of [good, set({}), raw((json) => json), packed(good), marked()]) {
      await openFile(store, session, new Blob([bytes]), MODELS_URL);
      expect(store.getState().fileProblem).toBeNull();
      expect(store.getState().trace?.header).toEqual(run.header);
    }
    expect(MANIFEST.dims).toEqual(run.dims);
  });

  it.each(CASES)('%s is refused in one sentence and changes nothing', async (_, make, says) => {
    // Something is on the screen that could be lost.
    const mine = nanoRun({ id: 'cd'.repeat(16) });
    store.getState().addRun(mine, null);
    store.getState().addBookmark(bookmarkIn(mine));
    store.getState().seek(7);
    const before = store.getState();
    const made = make();
    await openFile(store, session, made instanceof Blob ? made : new Blob([made]), MODELS_URL);
    const { fileProblem, ...after } = store.getState();
    expect(fileProblem).toMatch(says);
    // One sentence of a length that a page can show.
    expect(fileProblem).toMatch(/^[A-Z][^\n]{10,200}[^.]\.$/);
    const { fileProblem: none, ...kept } = before;
    expect(none).toBeNull();
    for (const [name, value] of Object.entries(kept)) {
      expect(after[name as keyof typeof after], name).toBe(value);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    // Nothing is asked for that lies elsewhere than the bundles.
    for (const url of asked) expect(url).toMatch(/\/app\/models\/[a-z0-9-]+\/[a-z]+\.json$/);
  });
});
