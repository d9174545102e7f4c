import type { Dims, Manifest } from '@/lib/model/manifest';
import type { Sampling } from '@/lib/trace/types';
import type { StepInputs } from './backend';
import type { Bundle } from './bundle';
import { UNROLLED } from './flat-backend';
import { createFlatWasmBackend } from './flat-wasm-backend';
import { fillStepNoise, logitBias } from './sampling';
import { type BatchStep, createWasmBackend } from './wasm-backend';

const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: false };

/** The graphs that scoring runs. */
export function scoringGraphs(architecture: Manifest['architecture']): readonly string[] {
  return architecture === 'flat' ? ['step', 'step-4'] : ['step'];
}

/** Logits of one block of every sequence: [sequences, blockLength, vocabulary]. A block of a flat model is one token. */
export interface ScoredBlock {
  block: number;
  logits: Float32Array;
}

/** What scoring needs of a backend; `blocks` is how many blocks the step writes. */
interface Runner {
  reset(batch: number): void;
  step(inputs: StepInputs, blocks: number): Promise<BatchStep>;
  dispose(): Promise<void>;
  /** The most blocks that a step can write. */
  readonly most: number;
}

/**
 * Teacher-forced scoring through the very `step` graphs that write text: every token is forced, several sequences share a
 * run, and the logits that would have chosen each token come back. A flat model goes four tokens a run where it can.
 */
export class BatchScorer {
  private constructor(
    readonly dims: Dims,
    private readonly runner: Runner,
    private readonly bias: Float32Array,
  ) {}

  /** `bundle` was read with the `scoringGraphs`, or more. */
  static async create(bundle: Bundle): Promise<BatchScorer> {
    const { architecture, dims, tokenizer } = bundle.manifest;
    const runner = architecture === 'flat' ? await flatRunner(bundle) : await blockRunner(bundle);
    return new BatchScorer(dims, runner, logitBias(dims, tokenizer, GREEDY));
  }

  /**
   * Yields the logits of blocks 1, 2, … of `sequences` (equal lengths, whole blocks, at most the context; block 0 is only
   * input). Throws RangeError for lengths that do not fit.
   */
  async *score(sequences: readonly Int32Array[]): AsyncGenerator<ScoredBlock> {
    const { blockLength, contextLength, vocabulary } = this.dims;
    const length = sequences[0]?.length ?? 0;
    if (length % blockLength !== 0 || length > contextLength || length === 0)
      throw new RangeError(`${length} tokens are no whole blocks within ${contextLength}`);
    if (sequences.some((sequence) => sequence.length !== length))
      throw new RangeError('the sequences of a batch must have one length');
    const batch = sequences.length;
    const count = length / blockLength;
    this.runner.reset(batch);
    for (let block = 1; block < count; ) {
      const blocks = block + this.runner.most <= count ? this.runner.most : 1;
      const slots = blocks * blockLength;
      const noise = new Float32Array(batch * slots * vocabulary);
      const tokens = new Int32Array(batch * blockLength);
      const start = block * blockLength;
      sequences.forEach((sequence, i) => {
        const forced = sequence.subarray(start, start + slots);
        const rows = noise.subarray(i * slots * vocabulary, (i + 1) * slots * vocabulary);
        fillStepNoise(rows, this.dims, GREEDY, start, forced);
        tokens.set(sequence.subarray(start - blockLength, start), i * blockLength);
      });
      const { logits } = await this.runner.step(
        { tokens, noise, logitBias: this.bias, inverseTemperature: 1, cut: null },
        blocks,
      );
      for (let i = 0; i < blocks; i++)
        yield { block: block + i, logits: ofBlock(logits, i, blocks, batch) };
      block += blocks;
    }
  }

  dispose(): Promise<void> {
    return this.runner.dispose();
  }
}

async function blockRunner(bundle: Bundle): Promise<Runner> {
  const backend = await createWasmBackend(bundle);
  return {
    most: 1,
    reset: (batch) => backend.reset(batch),
    step: (inputs) => backend.batchStep(inputs),
    dispose: () => backend.dispose(),
  };
}

async function flatRunner(bundle: Bundle): Promise<Runner> {
  const backend = await createFlatWasmBackend(bundle);
  return {
    most: UNROLLED,
    reset: (batch) => backend.reset(batch),
    step: (inputs, tokens) => backend.batchStep(inputs, tokens === UNROLLED),
    dispose: () => backend.dispose(),
  };
}

/** Part `index` of `parts` of every sequence: [batch, parts, …] to [batch, …]. */
function ofBlock(logits: Float32Array, index: number, parts: number, batch: number): Float32Array {
  if (parts === 1) return logits;
  const size = logits.length / batch / parts;
  const out = new Float32Array(batch * size);
  for (let i = 0; i < batch; i++) {
    const from = (i * parts + index) * size;
    out.set(logits.subarray(from, from + size), i * size);
  }
  return out;
}
