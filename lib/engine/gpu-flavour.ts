import type { RuntimeFlavour } from './runtime';

/** The build of ONNX Runtime for WebGPU: JSPI has the cheaper runs where the browser has it. */
export function gpuFlavour(): RuntimeFlavour {
  return 'Suspending' in WebAssembly ? 'jspi' : 'webgpu';
}
