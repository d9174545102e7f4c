import type { Dims, Manifest } from '@/lib/model/manifest';
import type { PrefillResult, StepResult } from '@/lib/trace/types';
import type { Backend } from './backend';
import type { Bundle } from './bundle';
import { forcedSlots, StepInputMaker, type StepOptions } from './step-inputs';
import { createWasmBackend } from './wasm-backend';

/**
 * A loaded model with its global KV cache: block ids in, measured numbers out. It runs in a worker or in Node and draws
 * nothing itself: noise comes from (seed, absolute position, entry), so the same run is the same text.
 */
export class BlockEngine {
  private readonly inputs: StepInputMaker;

  constructor(
    readonly manifest: Manifest,
    readonly backend: Backend,
  ) {
    this.inputs = new StepInputMaker(manifest);
  }

  /** An engine on the CPU. */
  static async create(bundle: Bundle): Promise<BlockEngine> {
    return new BlockEngine(bundle.manifest, await createWasmBackend(bundle));
  }

  get dims(): Dims {
    return this.manifest.dims;
  }

  /** Bytes of the live KV buffers. */
  get allocatedBytes(): number {
    return this.backend.allocatedBytes;
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
    const { blockLength } = this.dims;
    const position = (this.held + 1) * blockLength;
    const inputs = this.inputs.make(previous, position, blockLength, options);
    const result = await this.backend.step(inputs);
    for (const values of [result.logits, result.context])
      if (!Number.isFinite(values.reduce((sum, value) => sum + value, 0)))
        throw new Error(`block ${result.block} came back with numbers that are not finite`);
    const forced = forcedSlots(options.forced, blockLength);
    return forced ? { ...result, forced } : result;
  }

  dispose(): Promise<void> {
    return this.backend.dispose();
  }
}
