/**
 * The one file that imports ONNX Runtime.
 *
 * `wasm`: CPU kernels only. `webgpu` (asyncify) and `jspi` hold the native WebGPU provider; their CPU kernels run at half
 * the speed of `wasm`, so a page that falls back to the CPU must load `wasm` in a fresh worker.
 */
export type RuntimeFlavour = 'wasm' | 'webgpu' | 'jspi';

export type OrtModule = typeof import('onnxruntime-web/wasm');
export type OrtSession = import('onnxruntime-web/wasm').InferenceSession;
export type OrtTensor = import('onnxruntime-web/wasm').Tensor;
export type OrtSessionOptions = import('onnxruntime-web/wasm').InferenceSession.SessionOptions;

/**
 * Loads one build of ONNX Runtime; a failed load is final for this worker, and so is the number of threads once a session
 * has been made. One is the rule: two were slower below about 10 M parameters, and more than one needs an isolated page.
 */
export async function loadRuntime(
  flavour: RuntimeFlavour,
  { threads = 1 }: { threads?: number } = {},
): Promise<OrtModule> {
  const ort: OrtModule =
    flavour === 'jspi'
      ? await import('onnxruntime-web/jspi')
      : flavour === 'webgpu'
        ? await import('onnxruntime-web/webgpu')
        : await import('#ort-wasm');
  ort.env.logLevel = 'error';
  ort.env.wasm.numThreads = threads;
  return ort;
}

/** Options shared by every session: quiet, and the bundle's one weights file. */
export function sessionOptions(
  weights: { file: string; data: Uint8Array },
  extra: OrtSessionOptions,
): OrtSessionOptions {
  return {
    logSeverityLevel: 3,
    externalData: [{ path: weights.file, data: weights.data }],
    ...extra,
  };
}
