import { checkMethod } from '@/lib/methods-live/check';
import type { PositionNoise } from '@/lib/methods-live/keyformer';
import type { LiveMethod } from '@/lib/methods-live/types';
import type { Dims, Manifest } from '@/lib/model/manifest';
import type { Bundle } from './bundle';
import { CpuGraphs, loadCpuSessions } from './cpu-graphs';
import type { FlatPrefill } from './flat-backend';
import { LorcRunner } from './kept-lorc';
import { DroppingRunner } from './kept-runner';
import { checkKept, KEPT_GRAPHS, type KeptRunner, type KeptStep } from './kept-types';
import { forcedSlots, StepInputMaker, type StepOptions } from './step-inputs';

/** A flat model on the CPU that runs with a changed cache: the sibling of `FlatEngine`, with the same noise at the same positions. */
export class KeptEngine {
  private readonly inputs: StepInputMaker;
  private runner: KeptRunner | null = null;

  private constructor(
    readonly manifest: Manifest,
    private readonly graphs: CpuGraphs,
  ) {
    this.inputs = new StepInputMaker(manifest);
  }

  /**
   * An engine for the methods whose graphs (`keptGraphs`) the bundle was read with. Throws `EngineError` `bad-request` for a model
   * that has none.
   */
  static async create(bundle: Bundle): Promise<KeptEngine> {
    checkKept(bundle.manifest);
    const { ort, sessions } = await loadCpuSessions(bundle, KEPT_GRAPHS);
    return new KeptEngine(bundle.manifest, new CpuGraphs(ort, sessions));
  }

  get dims(): Dims {
    return this.manifest.dims;
  }

  /** Positions of the text that were run; how many of them are held is said by each step. */
  get length(): number {
    return this.runner?.length ?? 0;
  }

  /** Bytes of the live buffers of the cache: those of the whole prompt until its last token has been run. */
  get allocatedBytes(): number {
    return this.runner?.allocatedBytes ?? 0;
  }

  /**
   * Begins a run with `method` and runs `tokens`: all of the prompt but its last token, which the first step is fed. `quiet` leaves
   * the attention rows out; `noise` takes the place of Keyformer's own. Throws `RangeError` for settings that make no cache.
   */
  async prefill(
    tokens: Int32Array,
    method: LiveMethod,
    { quiet = false, noise }: { quiet?: boolean; noise?: PositionNoise } = {},
  ): Promise<FlatPrefill> {
    const { dims, graphs } = this;
    checkMethod(method, dims);
    this.runner =
      method.id === 'lorc'
        ? new LorcRunner(dims, graphs, method.ranks)
        : new DroppingRunner(dims, graphs, method, noise);
    return this.runner.prefill(tokens, quiet);
  }

  /**
   * Embeds `previous` at position `length` and writes the token after it. Throws when the context is full and when a number that
   * came back is not finite.
   */
  async step(previous: number, options: StepOptions): Promise<KeptStep> {
    if (!this.runner) throw new Error('a run begins with a prefill');
    const inputs = this.inputs.make(Int32Array.of(previous), this.length + 1, 1, options);
    const result = await this.runner.step(inputs);
    if (!Number.isFinite(result.logits.reduce((sum, value) => sum + value, 0)))
      throw new Error(`position ${result.position} came back with numbers that are not finite`);
    const forced = forcedSlots(options.forced, 1);
    return forced ? { ...result, forced } : result;
  }

  dispose(): Promise<void> {
    this.runner = null;
    return this.graphs.release();
  }
}
