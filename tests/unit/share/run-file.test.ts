import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packRun, runFileName, unpackRun } from '@/lib/share/run-file';
import { writeTrace } from '@/lib/trace/file';
import { plainBytes } from '@/lib/trace/packed-file';
import { recorded, step } from '../trace/synthetic';
import { bookmarkIn, nanoRun } from './nano-run';

const trace = nanoRun();
const bookmarks = [bookmarkIn(trace), bookmarkIn(trace, '<script>alert(1)</script>')];

test('a run and its bookmarks come back; from then on byte by byte', async () => {
  const bytes = await packRun({ trace, bookmarks });
  const back = await unpackRun(bytes);
  expect(back.bookmarks).toEqual(bookmarks);
  expect(back.trace.header).toEqual(trace.header);
  expect(back.trace.tokens).toEqual(trace.tokens);
  expect(back.trace.globalRow(3, 1, 2)).toEqual(trace.globalRow(3, 1, 2));
  expect(gunzipSync(await packRun(back))).toEqual(gunzipSync(bytes));
});

test('a file is compact and packed; a plain one is read as well, and exactly', async () => {
  const packed = await packRun({ trace, bookmarks: [] });
  expect(gunzipSync(packed)).toEqual(Buffer.from(writeTrace(trace, { compact: true })));
  const plain = await unpackRun(writeTrace(trace));
  expect(plain.bookmarks).toEqual([]);
  expect(writeTrace(plain.trace)).toEqual(writeTrace(trace));
});

test('logits beyond half precision are kept as they are', async () => {
  const recorder = recorded(2, 0);
  recorder.appendStep({ ...step(2), logits: step(2).logits.with(5, 70_000) });
  const back = await unpackRun(await packRun({ trace: recorder.trace, bookmarks: [] }));
  expect(back.trace.logits(2, 0)?.[5]).toBe(70_000);
});

test('a file is named after the model, the day and the run', () => {
  const created = '2030-01-02T03:04:05.000Z';
  const { header } = trace;
  const named = (id: string) =>
    runFileName({ header: { ...header, created, model: { ...header.model, id } } });
  expect(named('nano-b4')).toBe('blockscope-nano-b4-2030-01-02-abababab.bscope');
  expect(named('../Größe "7"')).toBe('blockscope-gr-e-7-2030-01-02-abababab.bscope');
});

test('unpacking stops at the limit', async () => {
  const bytes = new Uint8Array(gzipSync(new Uint8Array(1 << 20)));
  await expect(plainBytes(bytes, 'The file', 1 << 20)).resolves.toHaveLength(1 << 20);
  await expect(plainBytes(bytes, 'The file', 1 << 19)).rejects.toThrow(
    'The file is too large: at most 0.5 MiB are read.',
  );
  await expect(plainBytes(bytes, 'The file', 100)).rejects.toThrow(/too large/);
});
