import { gpuFlavour } from '@/lib/engine/gpu-flavour';
import { pageOffline } from './page-offline';
import type { LoadedModel } from './use-keep-offline';

/** Keeps models with the builds of ONNX Runtime that run them; a page on WebGPU must be able to fall back on WASM. */
export function keepLoaded(loaded: readonly LoadedModel[]): Promise<void> {
  return pageOffline().keep({
    models: loaded.map(({ model }) => model),
    runtimes: loaded.flatMap(({ backend }) =>
      backend === 'webgpu' ? (['wasm', gpuFlavour()] as const) : (['wasm'] as const),
    ),
  });
}
