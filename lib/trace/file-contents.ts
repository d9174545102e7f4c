import { contextBlocks } from '@/lib/model/layout';
import {
  type ArrayEntry,
  arrayTable,
  byteLength,
  type Counts,
  MAGIC,
  MOST_JSON_BYTES,
  MOST_ROW_BYTES,
  PREAMBLE,
  TRACE_VERSION,
  TraceFileError,
} from './file-layout';
import { fromFloat16 } from './float16';
import { TraceRecorder } from './recorder';
import { findBadRow } from './rows';
import { globalOffset, normsPerRow } from './store';
import type { Trace } from './trace';
import type { TraceHeader } from './types';

/** What the JSON of a trace file says of the run and of the arrays behind it. */
export interface FileTable {
  header: TraceHeader;
  counts: Counts;
  arrays: ArrayEntry[];
}

/**
 * The JSON of a trace file, and where its arrays begin.
 *
 * @throws TraceFileError in one sentence, also for a file of another version.
 */
export function openTraceFile(bytes: Uint8Array): {
  json: Record<string, unknown>;
  offset: number;
} {
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
  return { json: ofThisVersion(jsonIn(bytes.subarray(PREAMBLE, offset))), offset };
}

function jsonIn(bytes: Uint8Array): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof json === 'object' && json !== null) return json as Record<string, unknown>;
  } catch {
    // Falls through to the same sentence as JSON of another kind.
  }
  throw new TraceFileError('The trace file is damaged: its header is not JSON.');
}

function ofThisVersion(json: Record<string, unknown>): Record<string, unknown> {
  const { format, version } = json;
  if (format === 'blockscope-trace' && typeof version === 'number' && version !== TRACE_VERSION) {
    throw new TraceFileError(
      `The trace file has version ${version} and this app reads version ${TRACE_VERSION}: record it again.`,
    );
  }
  return json;
}

/**
 * The trace in a file whose JSON has the form of one. All else is checked: that counts and arrays fit, every number as in
 * recording, and that every attention row sums to one within 1e-3.
 *
 * @param offset where the arrays begin
 * @throws TraceFileError in one sentence.
 */
export function traceIn(bytes: Uint8Array, offset: number, table: FileTable): Trace {
  const { header, counts, arrays } = table;
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
  const trace = damagedUnless(() => replay(header, counts, arrayReader(bytes, offset, expected)));
  const bad = findBadRow(trace);
  if (bad) throw new TraceFileError(`The trace file is damaged: ${bad} does not sum to 1.`);
  checkBranch(trace);
  return trace;
}

/**
 * The trace in a file that comes with the page. The tests hold the form of its JSON; all else is checked as of any file. So the
 * first page does without the schemas.
 *
 * @throws TraceFileError in one sentence.
 */
export function readShippedTrace(bytes: Uint8Array): Trace {
  const { json, offset } = openTraceFile(bytes);
  const { counts, arrays, ...header } = json as unknown as TraceHeader & Omit<FileTable, 'header'>;
  return damagedUnless(() => traceIn(bytes, offset, { header, counts, arrays }));
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

/** What `build` makes; what it throws becomes the sentence of a damaged file. */
function damagedUnless(build: () => Trace): Trace {
  try {
    return build();
  } catch (error) {
    if (error instanceof TraceFileError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw new TraceFileError(`The trace file is damaged: ${what}.`, { cause: error });
  }
}
