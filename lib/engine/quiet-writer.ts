import { cacheBytes } from '@/lib/model/cost';
import type { Manifest } from '@/lib/model/manifest';
import type { StepInputs } from './backend';
import type { FlatWasmBackend } from './flat-wasm-backend';
import { GREEDY } from './greedy';
import { type Job, promptOf, type Stamp } from './quiet-job';
import { logitBias } from './sampling';
import { WasmBackend } from './wasm-backend';

/** What a job did, by the clock of `performance.now()`. */
export interface Written {
  started: number;
  /** When the prompt but its last block was in the cache. */
  prefilled: number;
  /** One for each run that wrote. */
  stamps: Stamp[];
  /** Runs of the model, the prefill included. */
  runs: number;
  /** Bytes of K and V at the end, of all sequences. */
  heldBytes: number;
  allocatedBytes: number;
  /** What the first sequence wrote. */
  ids: number[];
}

/** A model through its quiet graphs: picks and cache alone, the likeliest token, any batch. For measuring. */
export class QuietWriter {
  private readonly bias: Float32Array;

  constructor(
    private readonly manifest: Manifest,
    private readonly backend: WasmBackend | FlatWasmBackend,
    private readonly tokensPerRun: number,
  ) {
    this.bias = logitBias(manifest.dims, manifest.tokenizer, GREEDY);
  }

  /** Reads the fixed prompt and writes; `onRun` is told how many tokens each sequence has after each run. */
  async write(
    { input, output, batch }: Job,
    onRun: (tokens: number) => void = () => {},
  ): Promise<Written> {
    const { dims } = this.manifest;
    const { backend } = this;
    const prompt = promptOf(input, dims.vocabulary);
    const ahead = input - dims.blockLength;
    const started = performance.now();
    await backend.prefillBatch(repeated(prompt.subarray(0, ahead), batch), batch);
    const prefilled = performance.now();
    let previous: Int32Array = repeated(prompt.subarray(ahead), batch);
    const stamps: Stamp[] = [];
    const ids: number[] = [];
    const noise = this.noise(batch);
    for (let tokens = this.tokensPerRun; tokens <= output; tokens += this.tokensPerRun) {
      const picks = await this.step(previous, noise);
      stamps.push({ tokens, at: performance.now() });
      previous = lastOf(picks, batch, dims.blockLength);
      ids.push(...picks.subarray(0, this.tokensPerRun));
      onRun(tokens);
    }
    return {
      started,
      prefilled,
      stamps,
      runs: stamps.length + (ahead > 0 ? 1 : 0),
      heldBytes: cacheBytes(dims.blockLayers, dims.width, backend.held) * batch,
      allocatedBytes: backend.allocatedBytes,
      ids,
    };
  }

  /** [batch, tokensPerRun, vocabulary]; greedy writing adds none. */
  noise(batch: number): Float32Array {
    return new Float32Array(batch * this.tokensPerRun * this.manifest.dims.vocabulary);
  }

  /** One run that embeds `previous`, [batch, blockLength]; the picks, [batch, tokensPerRun]. */
  step(previous: Int32Array, noise: Float32Array): Promise<Int32Array> {
    const inputs: StepInputs = {
      tokens: previous,
      noise,
      logitBias: this.bias,
      inverseTemperature: 1,
      cut: null,
    };
    return this.backend instanceof WasmBackend
      ? this.backend.quietStep(inputs)
      : this.backend.quietStep(inputs, this.tokensPerRun === 4);
  }
}

/** `tokens` once for each sequence of the batch. */
export function repeated(tokens: Int32Array, batch: number): Int32Array {
  const all = new Int32Array(batch * tokens.length);
  for (let i = 0; i < batch; i++) all.set(tokens, i * tokens.length);
  return all;
}

/** The last `count` picks of every sequence: what the next run embeds. */
export function lastOf(picks: Int32Array, batch: number, count: number): Int32Array {
  const each = picks.length / batch;
  const last = new Int32Array(batch * count);
  for (let i = 0; i < batch; i++)
    last.set(picks.subarray((i + 1) * each - count, (i + 1) * each), i * count);
  return last;
}
