import * as z from 'zod/mini';
import type { ArrayEntry, Counts } from './file-layout';

const count = z.int().check(z.nonnegative());

/** How much of everything a file holds. */
export const countsSchema: z.ZodMiniType<Counts> = z.object({
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
export const tableSchema: z.ZodMiniType<ArrayEntry[]> = z.array(
  z.object({
    name: z.string(),
    type: z.enum(['float32', 'float16', 'int32']),
    shape: z.array(count),
  }),
);
