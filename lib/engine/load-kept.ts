import { type BundleReader, readBundle, readManifest } from './bundle';
import { KeptEngine } from './kept-engine';
import { probeKept } from './kept-probe';
import { checkKept, KEPT_GRAPHS } from './kept-types';
import type { EngineRequest, Loaded, LoadHooks } from './load';

const REASON = 'a changed cache runs on the CPU';

/**
 * Loads a flat model for changed caches: always on WASM, whatever was asked for.
 *
 * Throws `EngineError` (`bad-request` for a model that cannot), or `ModelError`.
 */
export async function loadKept(
  request: EngineRequest,
  read: BundleReader,
  hooks: LoadHooks,
): Promise<Loaded<KeptEngine>> {
  const manifest = await readManifest(read);
  checkKept(manifest);
  const bundle = await readBundle(manifest, KEPT_GRAPHS, read, hooks.onProgress);
  hooks.onCompiling();
  const engine = await KeptEngine.create(bundle);
  hooks.onMeasuring();
  return {
    engine,
    bundle,
    backend: 'wasm',
    captured: false,
    reason: request.backend === 'webgpu' ? `WebGPU was asked for, but ${REASON}` : REASON,
    adapter: null,
    speed: await probeKept(engine),
    stepTokens: 1,
    onGpu: null,
  };
}
