import * as z from 'zod/mini';
import { sha256Schema } from '@/lib/model/manifest';

const whole = z.int().check(z.nonnegative());
const positive = z.int().check(z.positive());
const text = z.string().check(z.minLength(1));
const ms = z.number().check(z.nonnegative());

const spread = z.object({
  median: z.number(),
  min: z.number(),
  max: z.number(),
  quartiles: z.tuple([z.number(), z.number()]),
  rounds: positive,
});

/** What a cell measured: medians over its rounds. Times in milliseconds. */
const measured = z.object({
  kind: z.literal('measured'),
  /** Tokens that all sequences wrote in a second of the whole time, reading the prompt included. */
  tokensPerSecond: spread,
  firstTokenMs: spread,
  /** Of the round in the middle, and where it went. */
  totalMs: ms,
  prefillMs: ms,
  stepMs: ms,
  outsideMs: ms,
  /** Runs of the model, the prefill included. */
  runs: positive,
  heldBytes: whole,
  allocatedBytes: whole,
  /** For one more token of every sequence, around each length. */
  pace: z.array(z.object({ length: z.number(), msPerToken: ms })),
  /** Tokens per second, round by round. */
  speeds: z.array(z.number()),
  /** What the first sequence wrote first. */
  firstTokens: z.array(whole),
});

const cell = z.object({
  row: text,
  batch: positive,
  outcome: z.discriminatedUnion('kind', [
    measured,
    z.object({ kind: z.literal('failed'), reason: text }),
    z.object({ kind: z.literal('left-out'), reason: text }),
    /** The reader cancelled before it was measured, or it waits for its turn. */
    z.object({ kind: z.literal('not-measured') }),
  ]),
});

const row = z.object({
  id: text,
  model: text,
  architecture: z.enum(['block', 'flat']),
  tokensPerRun: positive,
  /** The most sequences whose K and V fit in the budget. */
  fits: whole,
});

const model = z.object({
  id: text,
  architecture: z.enum(['block', 'flat']),
  parameters: positive,
  weightsSha256: sha256Schema,
  contextLength: positive,
});

const crossing = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('at'), length: z.number() }),
  z.object({ kind: z.literal('always'), length: z.number() }),
  z.object({ kind: z.literal('never'), length: z.number() }),
]);

/** A block model beside one rival. */
const comparison = z.object({
  block: text,
  flat: text,
  /** What the two have in common, such as `same size`. */
  rival: text,
  /** Tokens per second of the block model over the rival's, in the same rounds. */
  ratios: z.array(
    z.object({
      /** At the same batch, or at the largest batch measured of each. */
      at: z.enum(['same batch', 'largest']),
      blockBatch: positive,
      flatBatch: positive,
      ratio: spread,
    }),
  ),
  /** From which length on a token of the block model takes less time, at each batch that both have. */
  lengths: z.array(z.object({ batch: positive, from: z.number(), to: z.number(), crossing })),
  /** From which batch on it writes more tokens a second; null where they have no batch in common. */
  batches: z.nullable(
    z.object({
      from: positive,
      to: positive,
      kind: z.enum(['at', 'always', 'never']),
      batch: positive,
    }),
  ),
});

/** A throughput run of the Lab, as it is downloaded: what was asked for, where it ran, what came out. */
export const labResultSchema = z.object({
  format: z.literal('blockscope-throughput'),
  version: z.literal(1),
  created: z.iso.datetime(),
  ended: z.enum(['running', 'finished', 'cancelled']),
  minutes: z.number(),
  machine: z.object({
    browser: text,
    system: text,
    cores: positive,
    /** As far as the browser tells it. */
    memoryGiB: z.nullable(z.number()),
    backend: z.literal('wasm'),
    threads: positive,
    onnxruntime: z.string(),
  }),
  models: z.array(model),
  work: z.object({ input: positive, output: positive }),
  budgetBytes: positive,
  rows: z.array(row),
  cells: z.array(cell),
  comparisons: z.array(comparison),
  /** Bytes of K and V and sessions that were left when everything was released; null when the worker was ended instead. */
  left: z.nullable(z.object({ allocatedBytes: whole, openSessions: whole })),
});

export type LabResult = z.infer<typeof labResultSchema>;
export type LabMachine = LabResult['machine'];
export type CellResult = LabResult['cells'][number];
export type Measured = z.infer<typeof measured>;
export type Comparison = z.infer<typeof comparison>;

/** The measured outcome of a row at a batch, or null. */
export function measuredAt(
  cells: readonly CellResult[],
  row: string,
  batch: number,
): Measured | null {
  const found = cells.find((one) => one.row === row && one.batch === batch)?.outcome;
  return found?.kind === 'measured' ? found : null;
}
