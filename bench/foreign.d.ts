/** What the bench uses of packages that only it installs, so that the project's own checks need none of them. */
declare module '@huggingface/transformers' {
  export class Tensor {
    constructor(type: 'int64', data: BigInt64Array, dims: number[]);
    dims: number[];
    data: Float32Array;
    tolist(): bigint[][];
  }
  export class BaseStreamer {
    put(value: bigint[][]): void;
    end(): void;
  }
  interface Cache extends Record<string, unknown> {
    dispose(): Promise<void>;
  }
  interface CausalModel {
    (inputs: Record<string, Tensor>): Promise<{ logits: Tensor }>;
    generate(options: {
      inputs: Tensor;
      attention_mask: Tensor;
      max_new_tokens: number;
      min_new_tokens: number;
      do_sample: boolean;
      return_dict_in_generate: true;
      streamer: BaseStreamer;
    }): Promise<{ sequences: Tensor; past_key_values: Cache }>;
  }
  export const AutoModelForCausalLM: {
    from_pretrained(
      name: string,
      options: { device: 'wasm'; dtype: 'fp32'; local_files_only: boolean },
    ): Promise<CausalModel>;
  };
  export const env: {
    version: string;
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    localModelPath: string;
    useBrowserCache: boolean;
    useWasmCache: boolean;
    backends: {
      onnx: {
        versions: { web: string };
        wasm: { numThreads: number; wasmPaths: { mjs: string; wasm: string } };
      };
    };
  };
}

declare module 'onnxruntime-node' {
  export * from 'onnxruntime-common';
}
