import * as z from 'zod/mini';
import { type Dims, dimsSchema, sha256Schema } from '@/lib/model/manifest';
import { TRACE_VERSION } from './file-layout';
import type { TraceHeader } from './types';

const tokenId = z.int().check(z.nonnegative());
const name = z.string().check(z.minLength(1), z.maxLength(100));
export const traceIdSchema = z
  .string()
  .check(z.regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits'));

/** The largest of every dimension that is read: far beyond what a page can draw, small enough to count with. */
const LARGEST: Dims = {
  vocabulary: 1 << 20,
  width: 1 << 14,
  heads: 128,
  headWidth: 1 << 14,
  rotaryDims: 1 << 14,
  blockLayers: 128,
  tokenLayers: 128,
  blockLength: 64,
  prefixLength: 64,
  contextLength: 1 << 16,
};

interface Described {
  dims: Dims;
  padId: number;
  endId: number;
}

const canBeShown = ({ dims }: Described) =>
  Object.entries(LARGEST).every(([name, most]) => dims[name as keyof Dims] <= most);
const isBlockModel = ({ dims }: Described) => dims.tokenLayers > 0 && dims.prefixLength > 0;
const hasSpecialIds = ({ dims, padId, endId }: Described) =>
  padId !== endId && Math.max(padId, endId) < dims.vocabulary;

/** How the tokens of a run were drawn; the limits are those of `Sampling`. */
export const samplingSchema = z.object({
  seed: z.int().check(z.minimum(0), z.maximum(0xffff_ffff)),
  // Divided by less, logits would leave the range of numbers.
  temperature: z
    .number()
    .check(z.refine((t) => t === 0 || (t >= 0.01 && t <= 100), 'must be 0, or from 0.01 to 100')),
  topK: z.nullable(z.int().check(z.minimum(1), z.maximum(128))),
  topP: z.number().check(z.gt(0), z.maximum(1)),
  ignoreEnd: z.boolean(),
});

export const traceHeaderSchema: z.ZodMiniType<TraceHeader> = z.object({
  format: z.literal('blockscope-trace'),
  version: z.literal(TRACE_VERSION),
  id: traceIdSchema,
  branch: z.nullable(z.object({ parent: traceIdSchema, at: tokenId })),
  model: z
    .object({
      id: name,
      architecture: z.literal('block'),
      dims: dimsSchema,
      weightsSha256: sha256Schema,
      padId: tokenId,
      endId: tokenId,
    })
    .check(
      z.refine(canBeShown, 'its dimensions are larger than any that can be shown'),
      z.refine(isBlockModel, 'a block model has tokenLayers and prefixLength of at least 1'),
      z.refine(hasSpecialIds, 'padId and endId must differ and lie inside the vocabulary'),
    ),
  prompt: z.string(),
  sampling: samplingSchema,
  backend: name,
  provenance: z.enum(['measured', 'recorded', 'synthetic']),
  created: z.iso.datetime(),
});
