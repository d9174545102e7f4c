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
import { contextBlocks } from '@/lib/model/layout';
import {
  type ArrayEntry,
  arrayTable,
  byteLength,
  type Counts,
  countsSchema,
  MAGIC,
  MOST_JSON_BYTES,
  MOST_ROW_BYTES,
  PREAMBLE,
  TraceFileError,
  tableSchema,
} from './file-layout';
import { fromFloat16, toFloat16 } from './float16';
import { TRACE_VERSION, traceHeaderSchema } from './header';
import { TraceRecorder } from './recorder';
import { findBadRow } from './rows';
import { globalOffset, normsPerRow } from './store';
import type { Trace } from './trace';
import type { TraceHeader } from './types';

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
  const { json, offset } = readJson(bytes);
  const header = parseHeader(json);
  const counts = check(countsSchema, json.counts, 'counts');
  const arrays = check(tableSchema, json.arrays, 'arrays');
  checkCounts(header, counts);
  const compact = arrays.some(({ name, type }) => name === 'logits' && type === 'float16');
  const expected = arrayTable(header.model.dims, counts, compact);
  if (JSON.stringify(arrays) !== JSON.stringify(expected)) {
    throw new TraceFileError('The trace file is damaged: its arrays do not fit its counts.');
  }
  // Before anything is made room for.
  const total = expected.reduce((sum, entry) => sum + byteLength(entry), offset);
  if (bytes.length !== total) {
    const what = bytes.length < total ? 'cut short' : 'too long';
    throw new TraceFileError(
      `The trace file is ${what}: it has ${bytes.length} bytes and should have ${total}.`,
    );
  }
  const bookmarks =
    json.bookmarks === undefined ? null : check(bookmarksSchema, json.bookmarks, 'bookmarks');
  const trace = damagedUnless(() => replay(header, counts, arrayReader(bytes, offset, expected)));
  const bad = findBadRow(trace);
  if (bad) throw new TraceFileError(`The trace file is damaged: ${bad} does not sum to 1.`);
  checkBranch(trace);
  return { trace, bookmarks };
}

/** Records the file's numbers as a run would, so that one set of checks holds for both. */
function replay(header: TraceHeader, counts: Counts, arrays: ReadonlyMap<string, Numbers>): Trace {
  const { dims } = header.model;
  const { promptBlocks, steps, rows } = counts;
  const tokens = arrays.get('tokens') as Int32Array;
  const floats = (name: string) => arrays.get(name) as Float32Array;
  const part = (name: string, index: number, of: number) => {
    const values = floats(name);
    const size = values.length / of;
    return values.subarray(index * size, (index + 1) * size);
  };
  const prompt = tokens.subarray(0, promptBlocks * dims.blockLength);
  const recorder = new TraceRecorder(header, { tokens: prompt, pads: counts.pads }, steps);
  const maps = dims.blockLayers * dims.heads;
  const packed = floats('global_attention');
  const prefilled = rows - steps;
  if (counts.prefillMs !== null) {
    const globalAttention = new Float32Array(maps * prefilled * prefilled);
    for (let row = 0; row < prefilled; row += 1) {
      for (let map = 0; map < maps; map += 1) {
        const from = globalOffset(row, maps) + map * (row + 1);
        globalAttention.set(
          packed.subarray(from, from + row + 1),
          (map * prefilled + row) * prefilled,
        );
      }
    }
    recorder.appendPrefill({
      blocks: prefilled,
      globalAttention,
      contexts: floats('contexts').subarray(0, prefilled * dims.width),
      kvNorms: floats('kv_norms').subarray(0, prefilled * normsPerRow(dims)),
      ms: counts.prefillMs,
    });
  }
  const forced = flagsOf(arrays.get('forced') as Int32Array);
  for (let step = 0; step < steps; step += 1) {
    const block = promptBlocks + step;
    recorder.appendStep({
      block,
      picks: tokens.subarray(block * dims.blockLength, (block + 1) * dims.blockLength),
      forced: forced.slice(step * dims.blockLength, (step + 1) * dims.blockLength),
      globalAttention: packed.subarray(globalOffset(block - 1, maps), globalOffset(block, maps)),
      context: part('contexts', block - 1, rows),
      kvNorms: part('kv_norms', block - 1, rows),
      localAttention: part('local_attention', step, steps),
      logits: part('logits', step, steps),
      prefixes: part('prefixes', step, steps),
      ms: floats('step_ms')[step] ?? Number.NaN,
    });
  }
  if (counts.end) recorder.finish(counts.end.reason, counts.end.length);
  return recorder.trace;
}

function flagsOf(numbers: Int32Array): boolean[] {
  const bad = numbers.findIndex((number) => number !== 0 && number !== 1);
  if (bad >= 0) throw new RangeError(`forced[${bad}] is ${numbers[bad]}`);
  return Array.from(numbers, (number) => number === 1);
}

type Numbers = Float32Array | Int32Array;

function arrayReader(
  bytes: Uint8Array,
  start: number,
  entries: readonly ArrayEntry[],
): ReadonlyMap<string, Numbers> {
  const result = new Map<string, Numbers>();
  let offset = start;
  for (const entry of entries) {
    const end = offset + byteLength(entry);
    // A copy: the file's bytes may start at any address, and belong to the caller. Not `slice`: a Node Buffer's only looks.
    const copy = new Uint8Array(end - offset);
    copy.set(bytes.subarray(offset, end));
    result.set(entry.name, numbersOf(entry.type, copy.buffer));
    offset = end;
  }
  return result;
}

function numbersOf(type: ArrayEntry['type'], buffer: ArrayBuffer): Numbers {
  if (type === 'int32') return new Int32Array(buffer);
  return type === 'float16' ? fromFloat16(new Uint16Array(buffer)) : new Float32Array(buffer);
}

function readJson(bytes: Uint8Array): { json: Record<string, unknown>; offset: number } {
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length));
  if (bytes.length < PREAMBLE || magic !== MAGIC) {
    throw new TraceFileError('The file is not a Blockscope trace.');
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const offset = PREAMBLE + length;
  if (length > MOST_JSON_BYTES) {
    throw new TraceFileError(
      `The trace file is damaged: its header of ${length} bytes is longer than ${MOST_JSON_BYTES}.`,
    );
  }
  if (offset > bytes.length) {
    throw new TraceFileError('The trace file is cut short: its header is not complete.');
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(PREAMBLE, offset));
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) {
      return { json: json as Record<string, unknown>, offset };
    }
  } catch {
    // Falls through to the same sentence as JSON of another kind.
  }
  throw new TraceFileError('The trace file is damaged: its header is not JSON.');
}

function parseHeader(json: Record<string, unknown>): TraceHeader {
  const { format, version } = json;
  if (format === 'blockscope-trace' && typeof version === 'number' && version !== TRACE_VERSION) {
    throw new TraceFileError(
      `The trace file has version ${version} and this app reads version ${TRACE_VERSION}: record it again.`,
    );
  }
  return check(traceHeaderSchema, json, '');
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

function checkCounts({ model: { dims } }: TraceHeader, counts: Counts): void {
  const { promptBlocks, steps, rows, prefillMs } = counts;
  const fits = promptBlocks + steps <= contextBlocks(dims);
  const prefilled = rows - steps;
  // What else must hold between them is checked as the trace is recorded.
  if (!fits || prefilled < 0 || (prefillMs === null && prefilled > 0)) {
    throw new TraceFileError('The trace file is damaged: its counts do not fit together.');
  }
  // Room is made for the rows of all blocks, of which a short file may hold none.
  const blocks = promptBlocks + steps;
  const numbers =
    globalOffset(blocks, dims.blockLayers * dims.heads) + blocks * (dims.width + normsPerRow(dims));
  if (4 * numbers > MOST_ROW_BYTES) {
    throw new TraceFileError(
      'The trace file cannot be opened: its rows would need too much memory.',
    );
  }
}

/** A branch leaves its parent behind the prompt, at a token that was chosen; its block may not be written yet. */
function checkBranch(trace: Trace): void {
  const { branch } = trace.header;
  if (!branch) return;
  const { blockLength, contextLength } = trace.dims;
  const first = trace.promptBlocks * blockLength;
  const open = trace.length + blockLength;
  const fits = branch.at >= first && branch.at < Math.min(open, contextLength);
  if (!fits || (branch.at < trace.length && !trace.isForced(branch.at))) {
    throw new TraceFileError('The trace file is damaged: its branch does not fit its tokens.');
  }
}

function damagedUnless(build: () => Trace): Trace {
  try {
    return build();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new TraceFileError(`The trace file is damaged: ${what}.`, { cause: error });
  }
}
