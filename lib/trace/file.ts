/**
 * The trace file, for the browser, Node and other writers (see docs/trace-format.md).
 *
 * | bytes | what |
 * |---|---|
 * | 8 | magic, ASCII `BSCTRACE` |
 * | 4 | length of the JSON in bytes, unsigned, little-endian; a multiple of 4 |
 * | … | JSON, UTF-8, filled up with spaces: `TraceHeader`, `counts`, `arrays`, perhaps `bookmarks` |
 * | … | the arrays in the order of `arrays`, little-endian, nothing between them, nothing after |
 *
 * `counts`: `pads`, `promptBlocks`, `rows` (global rows), `steps` (blocks after the prompt), `prefillMs` (number or null),
 * `end` (`{reason, length}` or null). `arrays`: `{name, type, shape}` each. The global map is packed: row i holds
 * [blockLayers, heads, i + 1] numbers, row after row. A compact file has its logits as float16; that is the one loss.
 * `bookmarks` are a page's own matter: they are written and checked by a schema of the caller's.
 */
import * as z from 'zod/mini';
import { openTraceFile, traceIn } from './file-contents';
import {
  arrayTable,
  byteLength,
  type Counts,
  MAGIC,
  MOST_JSON_BYTES,
  PREAMBLE,
  TraceFileError,
} from './file-layout';
import { countsSchema, tableSchema } from './file-schemas';
import { toFloat16 } from './float16';
import { traceHeaderSchema } from './header';
import type { Trace } from './trace';

export { TraceFileError };

export interface WriteOptions {
  /** Rounds the logits, most of the file, to float16. */
  compact?: boolean;
  /** Anything that JSON can hold; none are written where there are none. */
  bookmarks?: readonly unknown[];
}

/**
 * The trace as a file. What was not yet known is not in it; a run may go on afterwards.
 *
 * @throws RangeError when a logit of a compact file does not fit float16, or the bookmarks are too long for a file.
 */
export function writeTrace(
  trace: Trace,
  { compact = false, bookmarks = [] }: WriteOptions = {},
): Uint8Array<ArrayBuffer> {
  const counts: Counts = {
    pads: trace.pads,
    promptBlocks: trace.promptBlocks,
    rows: trace.rows,
    steps: trace.blocks - trace.promptBlocks,
    prefillMs: trace.prefillMs,
    end: trace.end,
  };
  const arrays = arrayTable(trace.dims, counts, compact);
  const kept = bookmarks.length > 0 ? { bookmarks } : {};
  // By its schema: in one order of members, so that a file that is read and written again is the same.
  const header = traceHeaderSchema.parse(trace.header);
  const head = { ...header, counts, ...kept, arrays };
  const json = new TextEncoder().encode(JSON.stringify(head));
  const jsonLength = Math.ceil(json.length / 4) * 4;
  if (jsonLength > MOST_JSON_BYTES) throw new RangeError(`a header of ${jsonLength} bytes`);
  const total = arrays.reduce((sum, entry) => sum + byteLength(entry), PREAMBLE + jsonLength);

  const bytes = new Uint8Array(total);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, jsonLength, true);
  bytes.fill(0x20, PREAMBLE, PREAMBLE + jsonLength);
  bytes.set(json, PREAMBLE);

  let offset = PREAMBLE + jsonLength;
  const put = (values: Float32Array | Uint16Array | Int32Array | null) => {
    if (!values) throw new Error('a known row is missing');
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  };
  const { blockLayers, tokenLayers, heads, blockLength } = trace.dims;
  const written = Array.from({ length: counts.steps }, (_, step) => trace.promptBlocks + step);
  put(trace.tokens);
  for (let row = 0; row < trace.rows; row += 1) {
    for (let layer = 0; layer < blockLayers; layer += 1) {
      for (let head = 0; head < heads; head += 1) put(trace.globalRow(row, layer, head));
    }
  }
  for (let row = 0; row < trace.rows; row += 1) put(trace.context(row));
  for (let row = 0; row < trace.rows; row += 1) put(trace.kvNorms(row));
  for (const block of written) {
    for (let layer = 0; layer < tokenLayers; layer += 1) {
      for (let head = 0; head < heads; head += 1) put(trace.localMap(block, layer, head));
    }
  }
  for (const block of written) {
    for (let slot = 0; slot < blockLength; slot += 1) {
      const logits = trace.logits(block, slot);
      put(compact && logits ? toFloat16(logits) : logits);
    }
  }
  for (const block of written) put(trace.prefixes(block));
  const first = trace.promptBlocks * blockLength;
  const flag = (_: unknown, i: number) => Number(trace.isForced(first + i));
  put(Int32Array.from({ length: counts.steps * blockLength }, flag));
  put(Float32Array.from(written, (block) => trace.stepMs(block) ?? 0));
  return bytes;
}

/**
 * Reads a trace file; everything is checked, as in recording, and every attention row must sum to one within 1e-3. Bookmarks
 * are passed over.
 *
 * @throws TraceFileError in one sentence.
 */
export function readTrace(bytes: Uint8Array): Trace {
  return readTraceFile(bytes, z.unknown()).trace;
}

/**
 * Reads a trace file and the bookmarks in it, null where it has none. Checks as `readTrace` does, and the bookmarks by their
 * schema.
 *
 * @throws TraceFileError in one sentence.
 */
export function readTraceFile<B>(
  bytes: Uint8Array,
  bookmarksSchema: z.ZodMiniType<B>,
): { trace: Trace; bookmarks: B | null } {
  const { json, offset } = openTraceFile(bytes);
  const header = check(traceHeaderSchema, json, '');
  const counts = check(countsSchema, json.counts, 'counts');
  const arrays = check(tableSchema, json.arrays, 'arrays');
  const bookmarks =
    json.bookmarks === undefined ? null : check(bookmarksSchema, json.bookmarks, 'bookmarks');
  const trace = traceIn(bytes, offset, { header, counts, arrays });
  return { trace, bookmarks };
}

function check<T>(schema: z.ZodMiniType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = [where, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  // Names of unknown parts are the file's own words, as many and as long as it likes.
  const what =
    issue?.code === 'unrecognized_keys' ? 'it has parts that are not known' : issue?.message;
  const words = lowerFirst(what ?? 'unknown');
  throw new TraceFileError(
    `The trace file is damaged: ${place === '' ? words : `${place}: ${words}`}.`,
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
