import { AutoModelForCausalLM, BaseStreamer, env, Tensor } from '@huggingface/transformers';
import { type Job, promptOf, type Stamp } from '@/lib/engine/quiet-job';
import { type Sample, timesOf } from '../lib/sample';

/** Everything comes from this server: the models, and the ONNX Runtime that this version of transformers.js asks for. */
function takeLocalFiles(threads: number): void {
  const at = (file: string) => new URL(file, location.href).href;
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = at('rival/');
  env.useBrowserCache = false;
  env.useWasmCache = false;
  env.backends.onnx.wasm.numThreads = threads;
  env.backends.onnx.wasm.wasmPaths = {
    mjs: at('rival-ort/ort-wasm-simd-threaded.asyncify.mjs'),
    wasm: at('rival-ort/ort-wasm-simd-threaded.asyncify.wasm'),
  };
}

/** Notes when each token is handed out; the prompt is handed out first. */
class Clock extends BaseStreamer {
  readonly stamps: Stamp[] = [];
  private tokens = -1;

  override put(): void {
    this.tokens += 1;
    if (this.tokens > 0) this.stamps.push({ tokens: this.tokens, at: performance.now() });
  }

  override end(): void {}
}

const models = new Map<string, Awaited<ReturnType<typeof AutoModelForCausalLM.from_pretrained>>>();

function modelOf(name: string) {
  const found = models.get(name);
  if (!found) throw new Error(`the model "${name}" is not open`);
  return found;
}

function ids(tokens: ArrayLike<number>, batch: number): Tensor {
  const all = new BigInt64Array(batch * tokens.length);
  for (let i = 0; i < all.length; i++) all[i] = BigInt(tokens[i % tokens.length] ?? 0);
  return new Tensor('int64', all, [batch, tokens.length]);
}

const ones = (length: number, batch: number) => ids(new Int32Array(length).fill(1), batch);

const lab = {
  async open(name: string, threads: number): Promise<void> {
    if (models.has(name)) return;
    if (threads > 1 && !crossOriginIsolated) throw new Error('threads need an isolated page');
    takeLocalFiles(threads);
    const options = { device: 'wasm', dtype: 'fp32', local_files_only: true } as const;
    models.set(name, await AutoModelForCausalLM.from_pretrained(name, options));
  },
  /** One call of `generate`: greedy, of fixed length, end-of-text banned until then. */
  async write(name: string, vocabulary: number, { input, output, batch }: Job): Promise<Sample> {
    const prompt = promptOf(input, vocabulary);
    const streamer = new Clock();
    const started = performance.now();
    const { sequences, past_key_values } = await modelOf(name).generate({
      inputs: ids(prompt, batch),
      attention_mask: ones(input, batch),
      max_new_tokens: output,
      min_new_tokens: output,
      do_sample: false,
      return_dict_in_generate: true,
      streamer,
    });
    const totalMs = performance.now() - started;
    const heldBytes = Object.values(past_key_values)
      .filter((tensor) => tensor instanceof Tensor)
      .reduce((sum, tensor) => sum + 4 * tensor.dims.reduce((size, side) => size * side, 1), 0);
    await past_key_values.dispose();
    const written = sequences.tolist()[0]?.slice(input) ?? [];
    if (written.length !== output)
      throw new Error(`transformers.js wrote ${written.length} tokens instead of ${output}`);
    return {
      ...timesOf(started, streamer.stamps),
      totalMs,
      runs: output,
      heldBytes,
      allocatedBytes: null,
      ids: written.slice(0, 16).map(Number),
    };
  },
  async logits(name: string, tokens: number[]): Promise<number[]> {
    const { logits } = await modelOf(name)({
      input_ids: ids(tokens, 1),
      attention_mask: ones(tokens.length, 1),
    });
    return [...logits.data];
  },
  versions(): { transformers: string; ort: string } {
    return { transformers: env.version, ort: env.backends.onnx.versions.web };
  },
};

export type RivalLab = typeof lab;
Object.assign(self, { lab });
