import type { Manifest } from '@/lib/model/manifest';
import { hasGpuGraphs } from '@/lib/model/parse-manifest';
import { type Bundle, type BundleReader, graphsOf, readBundle, readManifest } from './bundle';
import { EngineError } from './errors';
import { BLOCK_FAMILY, type Family, FLAT_FAMILY, type OnGpu } from './family';
import type { FlatEngine } from './flat-session';
import { type GpuDevice, hasWebGpu, requestGpuDevice } from './gpu-device';
import type { ProbeResult } from './probe';
import type { WorkerLoad } from './protocol';
import type { BlockEngine } from './session';
import type { BackendName } from './types';

/** Slower than this a WebGPU step is not worth having: WASM takes a few milliseconds. */
const SLOWEST_STEP_MS = 125;

/** A loaded model, ready to run. */
export interface Loaded<E> {
  engine: E;
  bundle: Bundle;
  backend: BackendName;
  captured: boolean;
  reason: string;
  adapter: string | null;
  speed: ProbeResult;
  /** Tokens that a step of the probe wrote. */
  stepTokens: number;
  /** Knows when the GPU device is lost; null on WASM. */
  onGpu: OnGpu | null;
}

export type LoadedEngine =
  | ({ architecture: 'block' } & Loaded<BlockEngine>)
  | ({ architecture: 'flat' } & Loaded<FlatEngine>);

/** Thrown when WebGPU was tried and given up after its runtime was loaded: WASM needs a fresh worker. */
export class FallBack extends Error {}

export interface LoadHooks {
  onProgress(loaded: number, total: number): void;
  onCompiling(): void;
  /** The model runs; its speed is measured, the last thing before it is ready. */
  onMeasuring(): void;
}

/** A load, as the worker is asked for it. */
export type EngineRequest = Pick<WorkerLoad, 'backend' | 'note' | 'flatToo'>;

/**
 * Chooses the backend (design: an order wins; else WebGPU if the adapter is hardware, a captured run equals an uncaptured
 * one and the probe is fast enough; else WASM), loads the bundle and measures the speed.
 *
 * Throws `EngineError` (`bad-request` for a flat model where only block models were asked for), `ModelError`, or `FallBack`.
 */
export async function loadEngine(
  request: EngineRequest,
  read: BundleReader,
  hooks: LoadHooks,
): Promise<LoadedEngine> {
  const manifest = await readManifest(read);
  const { architecture } = manifest;
  if (architecture === 'flat' && !request.flatToo)
    throw new EngineError({
      code: 'bad-request',
      message: `The model "${manifest.id}" is a flat transformer, and this page runs block models only; choose one, such as tiny-b4.`,
      recovery: 'none',
    });
  return architecture === 'block'
    ? { architecture, ...(await loadAs(BLOCK_FAMILY, manifest, request, read, hooks)) }
    : { architecture, ...(await loadAs(FLAT_FAMILY, manifest, request, read, hooks)) };
}

async function loadAs<E>(
  family: Family<E>,
  manifest: Manifest,
  request: EngineRequest,
  read: BundleReader,
  hooks: LoadHooks,
): Promise<Loaded<E>> {
  const ordered = request.backend !== 'auto';
  const choice = await chooseDevice(request.backend, hasGpuGraphs(manifest));
  const bundle = await readBundle(
    manifest,
    graphsOf(manifest.architecture, choice.gpu ? 'webgpu' : 'wasm'),
    read,
    hooks.onProgress,
  );
  hooks.onCompiling();
  if (choice.gpu) return loadOnGpu(family, bundle, choice.gpu, ordered, hooks);
  const engine = await family.createOnCpu(bundle);
  hooks.onMeasuring();
  return {
    engine,
    bundle,
    backend: 'wasm',
    captured: false,
    reason: request.note ?? choice.reason,
    adapter: null,
    speed: await family.probe(engine),
    stepTokens: family.stepTokens(manifest.dims),
    onGpu: null,
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
async function loadOnGpu<E>(
  family: Family<E>,
  bundle: Bundle,
  gpu: GpuDevice,
  ordered: boolean,
  hooks: LoadHooks,
): Promise<Loaded<E>> {
  try {
    const plain = await family.createOnGpu(bundle, gpu, { capture: false });
    const reference = await family.sameSteps(plain.engine);
    const replayed = await tryCapture(family, bundle, gpu, reference);
    if (replayed) await plain.onGpu.dispose();
    const { engine, onGpu } = replayed ?? plain;
    hooks.onMeasuring();
    const speed = await family.probe(engine);
    if (!ordered && speed.stepMs > SLOWEST_STEP_MS)
      throw new FallBack(
        `WebGPU took ${Math.round(speed.stepMs)} ms for ${family.stepTokens(bundle.manifest.dims)} tokens in the probe`,
      );
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
      stepTokens: family.stepTokens(bundle.manifest.dims),
      onGpu,
    };
  } catch (cause) {
    if (ordered || cause instanceof FallBack) throw cause;
    throw new FallBack('WebGPU failed its self-test');
  }
}

async function tryCapture<E>(
  family: Family<E>,
  bundle: Bundle,
  gpu: GpuDevice,
  reference: Float32Array,
): Promise<{ engine: E; onGpu: OnGpu } | null> {
  let captured: { engine: E; onGpu: OnGpu } | null = null;
  try {
    captured = await family.createOnGpu(bundle, gpu, { capture: true });
    const numbers = await family.sameSteps(captured.engine);
    const same = numbers.every((value, i) => {
      const expected = reference[i] ?? Number.NaN;
      return Math.abs(value - expected) <= 1e-4 + 1e-4 * Math.abs(expected);
    });
    if (same) return captured;
  } catch {
    // A runtime that cannot capture is not an error: the uncaptured graphs are right.
  }
  await captured?.onGpu.dispose().catch(() => undefined);
  return null;
}
