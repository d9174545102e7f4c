import { gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { TraceFileError, writeTrace } from '@/lib/trace/file';
import { fetchRecorded } from '@/lib/trace/recorded';
import { recorded } from './synthetic';

const file = writeTrace(recorded(2, 2).trace, { compact: true });
const packed = gzipSync(file);

afterEach(() => vi.unstubAllGlobals());

function answer(respond: () => Response | Promise<Response>): void {
  vi.stubGlobal('fetch', async () => respond());
}

test.each([
  ['packed', packed],
  ['unpacked on its way', file],
])('a recorded run that comes %s is read', async (_, bytes) => {
  answer(() => new Response(new Uint8Array(bytes)));
  const trace = await fetchRecorded('http://localhost/run.trace.gz');
  expect(writeTrace(trace, { compact: true })).toEqual(file);
});

const failures: [string, () => Response | Promise<Response>, RegExp][] = [
  ['no server', () => Promise.reject(new TypeError('fetch failed')), /could not be fetched/],
  ['no file', () => new Response('', { status: 404 }), /missing: the server answered 404/],
  ['half a file', () => new Response(packed.subarray(0, 200)), /cannot be unpacked/],
  ['another file', () => new Response('hello'), /not a Blockscope trace/],
  [
    'a broken connection',
    () => new Response(new ReadableStream({ pull: (stream) => stream.error(new Error('gone')) })),
    /connection broke/,
  ],
];

test.each(failures)('%s is told in one sentence', async (_, respond, message) => {
  answer(respond);
  const error: unknown = await fetchRecorded('http://localhost/run.trace.gz').catch((e) => e);
  expect(error).toBeInstanceOf(TraceFileError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).toMatch(/^The [^\n]*[^.]\.$/);
});
