import * as z from 'zod/mini';
import { dimsSchema, sha256Schema } from '@/lib/model/manifest';
import type { TraceHeader } from './types';

/** The trace file version this build reads and writes. */
export const TRACE_VERSION = 2;

const tokenId = z.int().check(z.nonnegative());
const name = z.string().check(z.minLength(1));
export const traceIdSchema = z
  .string()
  .check(z.regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits'));

/** How the tokens of a run were drawn; the limits are those of `Sampling`. */
export const samplingSchema = z.object({
  seed: z.int().check(z.minimum(0), z.maximum(0xffff_ffff)),
  temperature: z.number().check(z.minimum(0)),
  topK: z.nullable(z.int().check(z.minimum(1), z.maximum(128))),
  topP: z.number().check(z.gt(0), z.maximum(1)),
  ignoreEnd: z.boolean(),
});

export const traceHeaderSchema: z.ZodMiniType<TraceHeader> = z.object({
  format: z.literal('blockscope-trace'),
  version: z.literal(TRACE_VERSION),
  id: traceIdSchema,
  branch: z.nullable(z.object({ parent: traceIdSchema, at: tokenId })),
  model: z.object({
    id: name,
    architecture: z.literal('block'),
    dims: dimsSchema,
    weightsSha256: sha256Schema,
    padId: tokenId,
    endId: tokenId,
  }),
  prompt: z.string(),
  sampling: samplingSchema,
  backend: name,
  provenance: z.enum(['measured', 'recorded', 'synthetic']),
  created: z.iso.datetime(),
});
