import { hasGpuGraphs } from '@/lib/model/parse-manifest';
import { type Bundle, type BundleReader, graphsOf, readBundle, readManifest } from './bundle';
import { EngineError } from './errors';
import { type GpuDevice, hasWebGpu, requestGpuDevice } from './gpu-device';
import { type ProbeResult, probe, sameSteps } from './probe';
import { BlockEngine } from './session';
import type { BackendName } from './types';
import { createWasmBackend } from './wasm-backend';
import { createWebGpuBackend, type WebGpuBackend } from './webgpu-backend';

/** Slower than this a WebGPU step is not worth having: WASM takes a few milliseconds. */
const SLOWEST_STEP_MS = 125;

export interface LoadedEngine {
  engine: BlockEngine;
  bundle: Bundle;
  backend: BackendName;
  captured: boolean;
  reason: string;
  adapter: string | null;
  speed: ProbeResult;
  /** Resolves when the GPU device is lost; null on WASM. */
  gpu: WebGpuBackend | null;
}

/** Thrown when WebGPU was tried and given up after its runtime was loaded: WASM needs a fresh worker. */
export class FallBack extends Error {}

export interface LoadHooks {
  onProgress(loaded: number, total: number): void;
  onCompiling(): void;
  /** The model runs; its speed is measured, the last thing before it is ready. */
  onMeasuring(): void;
}

/**
 * Chooses the backend (design: an order wins; else WebGPU if the adapter is hardware, a captured run equals an uncaptured
 * one and the probe is fast enough; else WASM), loads the bundle and measures the speed.
 *
 * Throws `EngineError` (`bad-request` for a flat model), `ModelError`, or `FallBack`.
 */
export async function loadEngine(
  request: { backend: BackendName | 'auto'; note: string | null },
  read: BundleReader,
  hooks: LoadHooks,
): Promise<LoadedEngine> {
  const manifest = await readManifest(read);
  if (manifest.architecture !== 'block')
    throw new EngineError({
      code: 'bad-request',
      message: `The model "${manifest.id}" is a flat transformer, and this page runs block models only; choose one, such as tiny-b4.`,
      recovery: 'none',
    });
  const ordered = request.backend !== 'auto';
  const choice = await chooseDevice(request.backend, hasGpuGraphs(manifest));
  const bundle = await readBundle(
    manifest,
    graphsOf('block', choice.gpu ? 'webgpu' : 'wasm'),
    read,
    hooks.onProgress,
  );
  hooks.onCompiling();
  if (choice.gpu) return loadOnGpu(bundle, choice.gpu, ordered, hooks);
  const engine = new BlockEngine(manifest, await createWasmBackend(bundle));
  hooks.onMeasuring();
  return {
    engine,
    bundle,
    backend: 'wasm',
    captured: false,
    reason: request.note ?? choice.reason,
    adapter: null,
    speed: await probe(engine),
    gpu: null,
  };
}

async function chooseDevice(
  order: BackendName | 'auto',
  hasGraphs: boolean,
): Promise<{ gpu: GpuDevice | null; reason: string }> {
  if (order === 'wasm') return { gpu: null, reason: 'WASM was asked for' };
  if (order === 'webgpu') {
    if (!hasGraphs)
      throw new EngineError({
        code: 'webgpu-unavailable',
        message: 'This model has no WebGPU graphs; it can run on WASM instead.',
        recovery: 'use-wasm',
      });
    return { gpu: await requestGpuDevice(), reason: 'WebGPU was asked for' };
  }
  if (!hasGraphs) return { gpu: null, reason: 'this model has no WebGPU graphs' };
  if (!hasWebGpu()) return { gpu: null, reason: 'this page has no WebGPU' };
  try {
    const gpu = await requestGpuDevice();
    if (!gpu.software) return { gpu, reason: 'a hardware GPU was found' };
    gpu.device.destroy();
    return { gpu: null, reason: 'the GPU adapter is a software fallback' };
  } catch {
    return { gpu: null, reason: 'no GPU adapter was found' };
  }
}

/** Ordered, WebGPU stays whatever the probe says; unordered, it must prove itself. */
async function loadOnGpu(
  bundle: Bundle,
  gpu: GpuDevice,
  ordered: boolean,
  hooks: LoadHooks,
): Promise<LoadedEngine> {
  try {
    const plain = await createWebGpuBackend(bundle, gpu, { capture: false });
    const reference = await sameSteps(new BlockEngine(bundle.manifest, plain));
    const replayed = await tryCapture(bundle, gpu, reference);
    if (replayed) await plain.dispose();
    const backend = replayed ?? plain;
    const engine = new BlockEngine(bundle.manifest, backend);
    hooks.onMeasuring();
    const speed = await probe(engine);
    if (!ordered && speed.stepMs > SLOWEST_STEP_MS)
      throw new FallBack(`WebGPU took ${Math.round(speed.stepMs)} ms a block in the probe`);
    return {
      engine,
      bundle,
      backend: 'webgpu',
      captured: replayed !== null,
      reason: [
        ordered ? 'WebGPU was asked for' : 'a hardware GPU was found and is fast enough',
        replayed
          ? 'replaying a capture gave the same numbers'
          : 'replaying a capture gave other numbers, so it is off',
      ].join('; '),
      adapter: gpu.description,
      speed,
      gpu: backend,
    };
  } catch (cause) {
    if (ordered || cause instanceof FallBack) throw cause;
    throw new FallBack('WebGPU failed its self-test');
  }
}

async function tryCapture(
  bundle: Bundle,
  gpu: GpuDevice,
  reference: Float32Array,
): Promise<WebGpuBackend | null> {
  let captured: WebGpuBackend | null = null;
  try {
    captured = await createWebGpuBackend(bundle, gpu, { capture: true });
    const numbers = await sameSteps(new BlockEngine(bundle.manifest, captured));
    const same = numbers.every((value, i) => {
      const expected = reference[i] ?? Number.NaN;
      return Math.abs(value - expected) <= 1e-4 + 1e-4 * Math.abs(expected);
    });
    if (same) return captured;
  } catch {
    // A runtime that cannot capture is not an error: the uncaptured graphs are right.
  }
  await captured?.dispose().catch(() => undefined);
  return null;
}
