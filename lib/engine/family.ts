import type { Dims } from '@/lib/model/manifest';
import type { Bundle } from './bundle';
import type { EngineError } from './errors';
import { UNROLLED } from './flat-backend';
import { probeFlat, sameFlatSteps } from './flat-probe';
import { FlatEngine } from './flat-session';
import { createFlatWebGpuBackend } from './flat-webgpu-backend';
import type { GpuDevice } from './gpu-device';
import type { WebGpuOptions } from './gpu-graphs';
import { type ProbeResult, probe, sameSteps } from './probe';
import { BlockEngine } from './session';
import { createWebGpuBackend } from './webgpu-backend';

/** What loading asks of a backend on a GPU, whatever it runs. */
export interface OnGpu {
  readonly gpu: GpuDevice;
  /** Set once the device is gone. */
  readonly lost: EngineError | null;
  dispose(): Promise<void>;
}

/** What loading does with the models of one architecture. */
export interface Family<E> {
  createOnCpu(bundle: Bundle): Promise<E>;
  createOnGpu(
    bundle: Bundle,
    gpu: GpuDevice,
    options: WebGpuOptions,
  ): Promise<{ engine: E; onGpu: OnGpu }>;
  /** The speed of a step of `stepTokens` tokens. */
  probe(engine: E): Promise<ProbeResult>;
  /** Numbers that a captured and an uncaptured engine must share. */
  sameSteps(engine: E): Promise<Float32Array>;
  stepTokens(dims: Dims): number;
}

export const BLOCK_FAMILY: Family<BlockEngine> = {
  createOnCpu: (bundle) => BlockEngine.create(bundle),
  createOnGpu: async (bundle, gpu, options) => {
    const onGpu = await createWebGpuBackend(bundle, gpu, options);
    return { engine: new BlockEngine(bundle.manifest, onGpu), onGpu };
  },
  probe: (engine) => probe(engine),
  sameSteps,
  stepTokens: ({ blockLength }) => blockLength,
};

/** Probed four tokens a run: what a block model of the usual block length writes in one. */
export const FLAT_FAMILY: Family<FlatEngine> = {
  createOnCpu: (bundle) => FlatEngine.create(bundle),
  createOnGpu: async (bundle, gpu, options) => {
    const onGpu = await createFlatWebGpuBackend(bundle, gpu, options);
    return { engine: new FlatEngine(bundle.manifest, onGpu), onGpu };
  },
  probe: (engine) => probeFlat(engine, { unrolled: true }),
  sameSteps: sameFlatSteps,
  stepTokens: () => UNROLLED,
};
