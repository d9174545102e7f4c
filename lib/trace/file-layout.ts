import * as z from 'zod/mini';
import { localLength } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import { globalOffset } from './store';

/** A file cannot be read as a trace. The message is one sentence for the reader. */
export class TraceFileError extends Error {
  override readonly name = 'TraceFileError';
}

/** The first bytes of every trace file. */
export const MAGIC = 'BSCTRACE';
/** Bytes before the JSON: the magic and the JSON's length. */
export const PREAMBLE = MAGIC.length + 4;

/** A header of more is none: the longest prompts and a hundred bookmarks are a tenth of it. */
export const MOST_JSON_BYTES = 1 << 22;

/** Of what is kept of a run's global rows in memory: many times a full context of the models that ship. */
export const MOST_ROW_BYTES = 2 ** 29;

const count = z.int().check(z.nonnegative());

/** How much of everything a file holds. */
export const countsSchema = z.object({
  pads: count,
  promptBlocks: z.int().check(z.minimum(1)),
  rows: count,
  steps: count,
  prefillMs: z.nullable(z.number().check(z.nonnegative())),
  end: z.nullable(
    z.object({
      reason: z.enum(['length', 'end-of-text', 'context-full', 'stopped', 'failed']),
      length: count,
    }),
  ),
});

/** The arrays of a file, as its JSON lists them. */
export const tableSchema = z.array(
  z.object({
    name: z.string(),
    type: z.enum(['float32', 'float16', 'int32']),
    shape: z.array(count),
  }),
);

export type Counts = z.infer<typeof countsSchema>;
export type ArrayEntry = z.infer<typeof tableSchema>[number];

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
