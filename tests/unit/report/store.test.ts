import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Inside } from '@/scripts/report/inside';
import {
  keptFor,
  keptInside,
  keptScore,
  METHOD,
  readMeasured,
  writeMeasured,
} from '@/scripts/report/store';
import { facts, scored, windows } from './synthetic';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'blockscope-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const model = facts('a');
const { measured } = scored(model, { stories: windows([20, 30], () => 2) });
const stories = { name: 'stories', sha256: 'stories', documents: [] };

it('reads back what it wrote, and nothing that another method or hand wrote', async () => {
  await writeMeasured(folder, measured);
  expect(await readMeasured(folder, 'a')).toEqual(measured);
  expect(await readMeasured(folder, 'b')).toBeNull();
  await writeMeasured(folder, { ...measured, model: 'b', method: METHOD + 1 });
  expect(await readMeasured(folder, 'b')).toBeNull();
  await mkdir(path.join(folder, 'sums'), { recursive: true });
  await writeFile(path.join(folder, 'sums', 'c.json'), '{"method":');
  expect(await readMeasured(folder, 'c')).toBeNull();
});

it('keeps scores of the same weights, tokenizer and text alone', () => {
  const kept = keptFor(model, measured);
  expect(keptScore(kept, stories)).toEqual(measured.scores.stories?.windows);
  expect(keptScore(kept, { ...stories, sha256: 'changed' })).toBeNull();
  expect(keptScore(kept, { ...stories, name: 'books' })).toBeNull();
  expect(keptScore(kept, { ...stories, name: 'toString' })).toBeNull();
  for (const changed of [{ weightsSha256: 'other' }, { tokenizerSha256: 'other' }])
    expect(keptScore(keptFor({ ...model, ...changed }, measured), stories)).toBeNull();
  expect(keptFor(model, null).scores).toEqual({});
});

it('keeps the look inside while its texts are the same, in the same order', () => {
  const result = { windows: 1 } as Inside;
  const held = { ...measured, inside: { texts: ['stories', 'books'], result } };
  const books = { name: 'books', sha256: 'books', documents: [] };
  expect(keptInside(held, [stories, books])).toBe(result);
  expect(keptInside(held, [books, stories])).toBeNull();
  expect(keptInside(held, [stories])).toBeNull();
  expect(keptInside(measured, [stories])).toBeNull();
});
