import { localLength } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import { globalOffset, type TraceEnd } from './store';

/** A file cannot be read as a trace. The message is one sentence for the reader. */
export class TraceFileError extends Error {
  override readonly name = 'TraceFileError';
}

/** The trace file version this build reads and writes. */
export const TRACE_VERSION = 2;

/** The first bytes of every trace file. */
export const MAGIC = 'BSCTRACE';
/** Bytes before the JSON: the magic and the JSON's length. */
export const PREAMBLE = MAGIC.length + 4;

/** A header of more is none: the longest prompts and a hundred bookmarks are a tenth of it. */
export const MOST_JSON_BYTES = 1 << 22;

/** Of what is kept of a run's global rows in memory: many times a full context of the models that ship. */
export const MOST_ROW_BYTES = 2 ** 29;

/** How much of everything a file holds. */
export interface Counts {
  pads: number;
  promptBlocks: number;
  /** Known rows of the global map. */
  rows: number;
  /** Blocks after the prompt. */
  steps: number;
  prefillMs: number | null;
  end: TraceEnd | null;
}

/** An array of a file, as its JSON lists it. */
export interface ArrayEntry {
  name: string;
  type: 'float32' | 'float16' | 'int32';
  shape: number[];
}

/** Which arrays a trace file holds and their shapes. */
export function arrayTable(
  dims: Dims,
  { promptBlocks, rows, steps }: Counts,
  compact: boolean,
): ArrayEntry[] {
  const side = localLength(dims);
  const tokens = (promptBlocks + steps) * dims.blockLength;
  return [
    { name: 'tokens', type: 'int32', shape: [tokens] },
    {
      name: 'global_attention',
      type: 'float32',
      shape: [globalOffset(rows, dims.blockLayers * dims.heads)],
    },
    { name: 'contexts', type: 'float32', shape: [rows, dims.width] },
    { name: 'kv_norms', type: 'float32', shape: [rows, dims.blockLayers, 2, dims.heads] },
    {
      name: 'local_attention',
      type: 'float32',
      shape: [steps, dims.tokenLayers, dims.heads, side, side],
    },
    {
      name: 'logits',
      type: compact ? 'float16' : 'float32',
      shape: [steps, dims.blockLength, dims.vocabulary],
    },
    { name: 'prefixes', type: 'float32', shape: [steps, dims.prefixLength, dims.width] },
    { name: 'forced', type: 'int32', shape: [steps, dims.blockLength] },
    { name: 'step_ms', type: 'float32', shape: [steps] },
  ];
}

/** Bytes of an array in the file. */
export function byteLength(entry: ArrayEntry): number {
  return (
    (entry.type === 'float16' ? 2 : 4) * entry.shape.reduce((product, size) => product * size, 1)
  );
}
