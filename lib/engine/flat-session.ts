import type { Dims, Manifest } from '@/lib/model/manifest';
import type { Bundle } from './bundle';
import { type FlatBackend, type FlatPrefill, type FlatStep, UNROLLED } from './flat-backend';
import { createFlatWasmBackend } from './flat-wasm-backend';
import { forcedSlots, StepInputMaker, type StepOptions } from './step-inputs';

/** As for a block model. */
export interface FlatStepOptions extends StepOptions {
  /** Write four tokens in one run, where the context has room for them. */
  unrolled?: boolean;
}

/** A loaded flat model with its KV cache: the sibling of `BlockEngine`, with the same noise at the same positions. */
export class FlatEngine {
  private readonly inputs: StepInputMaker;

  constructor(
    readonly manifest: Manifest,
    readonly backend: FlatBackend,
  ) {
    this.inputs = new StepInputMaker(manifest);
  }

  /** An engine on the CPU. */
  static async create(bundle: Bundle): Promise<FlatEngine> {
    return new FlatEngine(bundle.manifest, await createFlatWasmBackend(bundle));
  }

  get dims(): Dims {
    return this.manifest.dims;
  }

  /** Bytes of the live KV buffers. */
  get allocatedBytes(): number {
    return this.backend.allocatedBytes;
  }

  /** Positions in the KV cache. */
  get held(): number {
    return this.backend.held;
  }

  /** Drops the cache and fills it with `tokens`; `quiet` leaves the attention rows out, most of a long prompt's output. */
  prefill(tokens: Int32Array, options: { quiet?: boolean } = {}): Promise<FlatPrefill> {
    return this.backend.prefill(tokens, options);
  }

  /**
   * Embeds `previous` at position `held` and writes the token after it, or four if `unrolled` and the context has room for
   * them; the picks say how many. Throws when a number that came back is not finite.
   */
  async step(
    previous: number,
    { unrolled = false, ...options }: FlatStepOptions,
  ): Promise<FlatStep> {
    const position = this.held + 1;
    const many = unrolled && position + UNROLLED <= this.dims.contextLength;
    const tokens = Int32Array.of(previous);
    const inputs = this.inputs.make(tokens, position, many ? UNROLLED : 1, options);
    const result = await this.backend.step(inputs, many);
    if (!Number.isFinite(result.logits.reduce((sum, value) => sum + value, 0)))
      throw new Error(`position ${result.position} came back with numbers that are not finite`);
    const forced = forcedSlots(options.forced, result.picks.length);
    return forced ? { ...result, forced } : result;
  }

  dispose(): Promise<void> {
    return this.backend.dispose();
  }
}
