import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadTokenizer, tokenLabel } from '@/lib/model/tokenizer';
import cases from '../../fixtures/tokenizer-cases.json';

const SPECIAL = { padId: 0, endId: 1 };

type Json = { model: { vocab: Record<string, number> }; added_tokens: unknown[] };

function fileOf(name: string): Json {
  const url = new URL(`../../../training/tokenizers/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Json;
}

const MODELS = ['tiny', 'nano'] as const;

describe.each(MODELS)('the tokenizer of %s', (name) => {
  const tokenizer = loadTokenizer(fileOf(name), SPECIAL);

  it('gives the ids that the training side gives', () => {
    cases.texts.forEach((text, i) => {
      expect(Array.from(tokenizer.encode(text)), JSON.stringify(text)).toEqual(cases[name][i]);
    });
  });

  it('gives every text back', () => {
    for (const text of cases.texts) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  it('never yields a special id for typed text', () => {
    for (const text of ['<|endoftext|>', '<|pad|>', 'a<|endoftext|><|pad|> b']) {
      const ids = tokenizer.encode(text);
      expect(Math.min(...ids)).toBeGreaterThan(1);
      expect(tokenizer.decode(ids)).toBe(text);
    }
  });

  it('turns lone surrogates into U+FFFD and leaves pairs alone', () => {
    expect(tokenizer.decode(tokenizer.encode('a\ud800b\udc00 🙂'))).toBe('a\ufffdb\ufffd 🙂');
  });

  it('skips special ids and counts their bytes as none', () => {
    const ids = [0, 0, ...tokenizer.encode('né'), 1];
    expect(tokenizer.decode(ids)).toBe('né');
    expect(tokenizer.byteLength(ids)).toBe(3);
  });

  it('decodes any bytes, U+FFFD standing for what is no UTF-8', () => {
    const byte = (value: number) =>
      Array.from({ length: tokenizer.vocabulary }, (_, id) => id).find((id) => {
        const bytes = tokenizer.bytesOf(id);
        return bytes.length === 1 && bytes[0] === value;
      }) ?? -1;
    expect(tokenizer.decode([byte(0xe2), byte(0x80)])).toBe('\ufffd');
    expect(tokenizer.decode([byte(0xf0), byte(0x9f), byte(0x99), byte(0x82)])).toBe('🙂');
  });

  it('streams: the pieces join to the whole, and a character appears once it is complete', () => {
    const text = 'a 🙂 naïve\ufeff 日本\r\n';
    const stream = tokenizer.stream();
    const pieces = Array.from(tokenizer.encode(text), (id) => stream.push(id));
    expect(pieces.join('')).toBe(text);
    expect(stream.end()).toBe('');
    const first = tokenizer.encode('🙂')[0] ?? -1;
    expect(stream.push(first)).toBe('');
    expect(stream.end()).toBe('\ufffd');
    expect(stream.push(tokenizer.encode('a')[0] ?? -1)).toBe('a');
  });

  it('labels every entry with something visible', () => {
    for (let id = 0; id < tokenizer.vocabulary; id += 1) {
      const label = tokenizer.label(id);
      expect(label, `entry ${id}`).not.toBe('');
      const plain = label.replace(/‹[0-9A-FU+ ]+›/g, '');
      expect(plain, `entry ${id}`).not.toMatch(/[\p{Z}\p{C}]/u);
    }
    expect([tokenizer.label(0), tokenizer.label(1)]).toEqual(['(pad)', '(end)']);
  });

  it('refuses an id outside the vocabulary', () => {
    expect(() => tokenizer.bytesOf(tokenizer.vocabulary)).toThrow(RangeError);
    expect(() => tokenizer.decode([-1])).toThrow(RangeError);
  });
});

describe('tokenLabel', () => {
  it.each([
    [' the', '␣the'],
    ['\n\n', '↵↵'],
    ['\r\n', '␍↵'],
    ['\t', '⇥'],
    ['\0', '␀'],
    ['\x7f', '␡'],
    ['\u00a0', '‹U+00A0›'],
    ['\ufeff', '‹U+FEFF›'],
    ['é', 'é'],
  ])('shows %j as %s', (text, label) => {
    expect(tokenLabel(new TextEncoder().encode(text))).toBe(label);
  });

  it('shows bytes that are no whole character', () => {
    expect(tokenLabel(Uint8Array.of(0xe2, 0x80))).toBe('‹E2 80›');
  });
});

describe('loadTokenizer', () => {
  const broken: [string, (file: Json) => unknown][] = [
    ['no JSON object', () => 'text'],
    ['added tokens', (file) => ({ ...file, added_tokens: [{ id: 1, content: '<|endoftext|>' }] })],
    ['another kind of model', (file) => ({ ...file, model: { ...file.model, type: 'Unigram' } })],
    ['a normalizer', (file) => ({ ...file, normalizer: { type: 'NFC' } })],
    ['a gap in the ids', (file) => withVocab(file, { '!': 9999 })],
    ['an id twice', (file) => withVocab(file, { '!': 3 })],
    ['a name that is no bytes', (file) => withVocab(file, { 日: 512 })],
  ];

  it.each(broken)('refuses a file with %s', (_, change) => {
    expect(() => loadTokenizer(change(fileOf('nano')), SPECIAL)).toThrowError(
      expect.objectContaining({ name: 'ModelError', code: 'model-damaged' }),
    );
  });

  it('refuses special ids outside the vocabulary or in the place of a byte', () => {
    expect(() => loadTokenizer(fileOf('nano'), { padId: 0, endId: 512 })).toThrow(/special ids/);
    expect(() => loadTokenizer(fileOf('nano'), { padId: 0, endId: 2 })).toThrow(/cannot be used/);
  });
});

function withVocab(file: Json, change: Record<string, number>): Json {
  return { ...file, model: { ...file.model, vocab: { ...file.model.vocab, ...change } } };
}
