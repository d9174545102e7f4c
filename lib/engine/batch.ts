import type { Dims } from '@/lib/model/manifest';
import type { Sampling } from '@/lib/trace/types';
import type { Bundle } from './bundle';
import { fillStepNoise, logitBias } from './sampling';
import { createWasmBackend, type WasmBackend } from './wasm-backend';

const GREEDY: Sampling = { seed: 0, temperature: 0, topK: null, topP: 1, ignoreEnd: false };

/** Logits of one block of every sequence: [sequences, blockLength, vocabulary]. */
export interface ScoredBlock {
  block: number;
  logits: Float32Array;
}

/**
 * Teacher-forced scoring through the very `step` graph that writes text: every token is forced, several sequences share a
 * run, and the logits that would have chosen each token come back.
 */
export class BatchScorer {
  private constructor(
    readonly dims: Dims,
    private readonly backend: WasmBackend,
    private readonly bias: Float32Array,
  ) {}

  static async create(bundle: Bundle): Promise<BatchScorer> {
    const { dims, tokenizer } = bundle.manifest;
    return new BatchScorer(
      dims,
      await createWasmBackend(bundle),
      logitBias(dims, tokenizer, GREEDY),
    );
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
    const noise = new Float32Array(batch * blockLength * vocabulary);
    const blockOf = (block: number) => {
      const tokens = new Int32Array(batch * blockLength);
      sequences.forEach((sequence, i) => {
        const start = block * blockLength;
        tokens.set(sequence.subarray(start, start + blockLength), i * blockLength);
      });
      return tokens;
    };
    this.backend.reset(batch);
    for (let block = 1; block < length / blockLength; block++) {
      const target = blockOf(block);
      for (let i = 0; i < batch; i++) {
        const row = noise.subarray(
          i * blockLength * vocabulary,
          (i + 1) * blockLength * vocabulary,
        );
        const forced = target.subarray(i * blockLength, (i + 1) * blockLength);
        fillStepNoise(row, this.dims, GREEDY, block * blockLength, forced);
      }
      const { logits } = await this.backend.batchStep({
        tokens: blockOf(block - 1),
        noise,
        logitBias: this.bias,
        inverseTemperature: 1,
        cut: null,
      });
      yield { block, logits };
    }
  }

  dispose(): Promise<void> {
    return this.backend.dispose();
  }
}
