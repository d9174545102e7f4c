import * as z from 'zod/mini';
import './schema-words';

/** The manifest version this build reads and writes. */
export const MANIFEST_SCHEMA = 1;

const count = z.int().check(z.positive());
const index = z.int().check(z.nonnegative());
const name = z.string().check(z.minLength(1));
export const sha256Schema = z
  .string()
  .check(z.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'));
const fileName = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be a plain file name inside the bundle'));

const file = z.object({ file: fileName, bytes: count, sha256: sha256Schema });

const port = z.object({
  name,
  type: z.enum(['int64', 'float32']),
  /** Numbers are fixed sizes; strings name sizes that vary: `B` batch, `n` blocks, `n+1`. */
  shape: z.array(z.union([index, name])),
});

const graph = z.extend(file, { inputs: z.array(port), outputs: z.array(port) });

/** Every dimension of a model (design words: `width` is D, `blockLength` is L_B, `prefixLength` is P). */
export const dimsSchema = z
  .object({
    vocabulary: count,
    width: count,
    heads: count,
    headWidth: count,
    rotaryDims: count,
    blockLayers: count,
    tokenLayers: index,
    blockLength: count,
    prefixLength: index,
    contextLength: count,
  })
  .check(
    z.refine((d) => d.heads * d.headWidth === d.width, 'heads × headWidth must equal width'),
    z.refine(
      (d) => d.contextLength % d.blockLength === 0,
      'contextLength must be a multiple of blockLength',
    ),
  );

/** Of each layer, the strongest first; four digits. */
const strengths = z.array(z.array(z.number()));

const score = z.object({
  text: z.string(),
  documents: count,
  scoredTokens: count,
  lossPerToken: z.number(),
  bitsPerByte: z.number(),
  lossBySlot: z.array(z.number()),
});

/**
 * The bundle manifest, `public/models/<id>/manifest.json`.
 *
 * Graphs: `prefill` and `prefill-quiet` (batch and length vary), `step`, `step-cut`, `step-quiet` (WASM; batch and cache
 * length vary) and `gpu-step`, `gpu-step-cut`, `gpu-step-quiet` (WebGPU; every shape fixed, so that it can be captured). A
 * flat model also has `step-4` and `gpu-step-4` in the same forms, which write four tokens a run, and may have `step-kept` and
 * `lorc`, which run it with a changed cache (WASM).
 */
export const manifestSchema = z.object({
  schema: z.literal(MANIFEST_SCHEMA),
  id: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]*$/)),
  architecture: z.enum(['block', 'flat']),
  dims: dimsSchema,
  parameters: count,
  /** The number type of the arithmetic; weights are stored as `weights.type` and cast once at load. */
  numberType: z.literal('float32'),
  tokenizer: z.extend(file, {
    padId: index,
    endId: index,
  }),
  weights: z.extend(file, {
    type: z.literal('float16'),
    tensors: z.record(z.string(), z.object({ shape: z.array(count), offset: index, bytes: count })),
  }),
  graphs: z.record(z.string(), graph),
  training: z.object({
    tokensSeen: index,
    text: z.string(),
    command: z.string(),
    /** Rows of [tokens seen, training loss in nats, held-out bits per byte on stories or null, on books or null]. */
    curve: z.array(
      z.tuple([z.number(), z.nullable(z.number()), z.nullable(z.number()), z.nullable(z.number())]),
    ),
    sources: z.array(z.object({ name: z.string(), licence: z.string(), attribution: z.string() })),
  }),
  scores: z.array(score),
  /** Singular values of the key and value matrices, in the order of the codes of `lorc`. */
  singularValues: z.optional(z.object({ keys: strengths, values: strengths })),
});

export type Dims = z.infer<typeof dimsSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
export type GraphEntry = z.infer<typeof graph>;
export type FileEntry = z.infer<typeof file>;
