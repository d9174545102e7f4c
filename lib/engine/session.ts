import type { Dims, Manifest } from '@/lib/model/manifest';
import type { PrefillResult, Sampling, StepResult } from '@/lib/trace/types';
import type { Backend, StepInputs } from './backend';
import type { Bundle } from './bundle';
import { cutOf, fillStepNoise, inverseTemperature, logitBias } from './sampling';
import { createWasmBackend } from './wasm-backend';

export interface StepOptions {
  sampling: Sampling;
  /** blockLength ids to write instead of drawing, −1 where the model is free; null draws all. */
  forced?: Int32Array | null;
}

/**
 * A loaded model with its global KV cache: block ids in, measured numbers out. It runs in a worker or in Node and draws
 * nothing itself: noise comes from (seed, absolute position, entry), so the same run is the same text.
 */
export class BlockEngine {
  private readonly noise: Float32Array;
  private bias: { ignoreEnd: boolean; values: Float32Array } | null = null;

  constructor(
    readonly manifest: Manifest,
    readonly backend: Backend,
  ) {
    this.noise = new Float32Array(manifest.dims.blockLength * manifest.dims.vocabulary);
  }

  /** An engine on the CPU. */
  static async create(bundle: Bundle): Promise<BlockEngine> {
    return new BlockEngine(bundle.manifest, await createWasmBackend(bundle));
  }

  get dims(): Dims {
    return this.manifest.dims;
  }

  /** Global positions in the KV cache. */
  get held(): number {
    return this.backend.held;
  }

  /** Drops the cache and fills it with the blocks of `tokens` ([blocks, blockLength]). */
  prefill(tokens: Int32Array): Promise<PrefillResult> {
    return this.backend.prefill(tokens);
  }

  /**
   * Embeds `previous` at position `held` and writes the block after it.
   * Throws when a number that came back is not finite.
   */
  async step(previous: Int32Array, options: StepOptions): Promise<StepResult> {
    const result = await this.backend.step(this.inputs(previous, options));
    for (const values of [result.logits, result.context])
      if (!Number.isFinite(values.reduce((sum, value) => sum + value, 0)))
        throw new Error(`block ${result.block} came back with numbers that are not finite`);
    return result;
  }

  dispose(): Promise<void> {
    return this.backend.dispose();
  }

  private inputs(previous: Int32Array, { sampling, forced = null }: StepOptions): StepInputs {
    const position = (this.held + 1) * this.dims.blockLength;
    fillStepNoise(this.noise, this.dims, sampling, position, forced);
    if (this.bias?.ignoreEnd !== sampling.ignoreEnd)
      this.bias = {
        ignoreEnd: sampling.ignoreEnd,
        values: logitBias(this.dims, this.manifest.tokenizer, sampling),
      };
    return {
      tokens: previous,
      noise: this.noise,
      logitBias: this.bias.values,
      inverseTemperature: inverseTemperature(sampling),
      cut: cutOf(this.dims, sampling),
    };
  }
}
