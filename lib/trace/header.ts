import { z } from 'zod';
import { dimsSchema } from '@/lib/model/manifest';
import type { TraceHeader } from './types';

/** The trace file version this build reads and writes. */
export const TRACE_VERSION = 2;

const tokenId = z.number().int().nonnegative();
const traceId = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits');

/** How the tokens of a run were drawn; the limits are those of `Sampling`. */
export const samplingSchema = z.object({
  seed: z.number().int().min(0).max(0xffff_ffff),
  temperature: z.number().min(0),
  topK: z.number().int().min(1).max(128).nullable(),
  topP: z.number().gt(0).max(1),
  ignoreEnd: z.boolean(),
});

export const traceHeaderSchema: z.ZodType<TraceHeader> = z.object({
  format: z.literal('blockscope-trace'),
  version: z.literal(TRACE_VERSION),
  id: traceId,
  branch: z.object({ parent: traceId, at: z.number().int().nonnegative() }).nullable(),
  model: z.object({
    id: z.string().min(1),
    architecture: z.literal('block'),
    dims: dimsSchema,
    weightsSha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
    padId: tokenId,
    endId: tokenId,
  }),
  prompt: z.string(),
  sampling: samplingSchema,
  backend: z.string().min(1),
  provenance: z.enum(['measured', 'recorded', 'synthetic']),
  created: z.iso.datetime(),
});
