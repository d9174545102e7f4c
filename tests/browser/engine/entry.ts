import { graphsOf, readBundle, readManifest } from '@/lib/engine/bundle';
import { fetchReader } from '@/lib/engine/fetch-bundle';
import { FlatEngine } from '@/lib/engine/flat-session';
import { createFlatWasmBackend } from '@/lib/engine/flat-wasm-backend';
import { createFlatWebGpuBackend } from '@/lib/engine/flat-webgpu-backend';
import { requestGpuDevice } from '@/lib/engine/gpu-device';
import { BlockEngine } from '@/lib/engine/session';
import { createWasmBackend } from '@/lib/engine/wasm-backend';
import { createWebGpuBackend } from '@/lib/engine/webgpu-backend';
import type { Sampling } from '@/lib/trace/types';
import { clientLab } from './client-lab';
import { compareLab } from './compare-lab';

export type EngineKind = 'wasm' | 'webgpu' | 'webgpu-captured';

export interface StepRequest {
  previous: number[];
  sampling: Sampling;
  forced?: number[];
}

export interface FlatStepRequest {
  previous: number;
  sampling: Sampling;
  forced?: number[];
  unrolled: boolean;
}

const engines = new Map<string, BlockEngine>();
const flatEngines = new Map<string, FlatEngine>();
const calls = { dispatches: 0, maps: 0, bindGroups: 0, submits: 0 };

/** What tests call in the page; arrays cross as plain numbers. */
const lab = {
  /** Loads `model` on `kind`; on WebGPU every node must have a GPU kernel. */
  async open(model: string, kind: EngineKind): Promise<string> {
    const read = fetchReader(model, new URL(`models/${model}/`, location.href).href);
    const manifest = await readManifest(read);
    if (kind === 'wasm') {
      const bundle = await readBundle(manifest, graphsOf('block', 'wasm'), read);
      engines.set(kind, new BlockEngine(manifest, await createWasmBackend(bundle)));
      return 'wasm';
    }
    const bundle = await readBundle(manifest, graphsOf('block', 'webgpu'), read);
    const gpu = await requestGpuDevice();
    const backend = await createWebGpuBackend(bundle, gpu, {
      capture: kind === 'webgpu-captured',
      gpuOnly: true,
    });
    engines.set(kind, new BlockEngine(manifest, backend));
    return gpu.description;
  },
  async close(kind: EngineKind): Promise<void> {
    await engines.get(kind)?.dispose();
    engines.delete(kind);
  },
  async prefill(kind: EngineKind, tokens: number[]) {
    const result = await engine(kind).prefill(Int32Array.from(tokens));
    return {
      blocks: result.blocks,
      globalAttention: [...result.globalAttention],
      contexts: [...result.contexts],
      kvNorms: [...result.kvNorms],
    };
  },
  async step(kind: EngineKind, { previous, sampling, forced }: StepRequest) {
    const result = await engine(kind).step(Int32Array.from(previous), {
      sampling,
      forced: forced ? Int32Array.from(forced) : null,
    });
    return {
      block: result.block,
      picks: [...result.picks],
      logits: [...result.logits],
      globalAttention: [...result.globalAttention],
      localAttention: [...result.localAttention],
      context: [...result.context],
      kvNorms: [...result.kvNorms],
      prefixes: [...result.prefixes],
    };
  },
  async cache(kind: EngineKind): Promise<number[]> {
    return [...(await engine(kind).backend.readCache())];
  },
  /** The same for flat models. */
  flat: {
    async open(model: string, kind: EngineKind): Promise<void> {
      const read = fetchReader(model, new URL(`models/${model}/`, location.href).href);
      const manifest = await readManifest(read);
      const use = kind === 'wasm' ? 'wasm' : 'webgpu';
      const bundle = await readBundle(manifest, graphsOf('flat', use), read);
      const backend =
        kind === 'wasm'
          ? await createFlatWasmBackend(bundle)
          : await createFlatWebGpuBackend(bundle, await requestGpuDevice(), {
              capture: kind === 'webgpu-captured',
              gpuOnly: true,
            });
      flatEngines.set(kind, new FlatEngine(manifest, backend));
    },
    async close(kind: EngineKind): Promise<void> {
      await flatEngines.get(kind)?.dispose();
      flatEngines.delete(kind);
    },
    async prefill(kind: EngineKind, tokens: number[], quiet: boolean) {
      const result = await flatEngine(kind).prefill(Int32Array.from(tokens), { quiet });
      return { tokens: result.tokens, attention: result.attention && [...result.attention] };
    },
    async step(kind: EngineKind, { previous, forced, ...options }: FlatStepRequest) {
      const result = await flatEngine(kind).step(previous, {
        ...options,
        forced: forced ? Int32Array.from(forced) : null,
      });
      return {
        position: result.position,
        picks: [...result.picks],
        logits: [...result.logits],
        attention: [...result.attention],
      };
    },
    async cache(kind: EngineKind): Promise<number[]> {
      return [...(await flatEngine(kind).backend.readCache())];
    },
    allocatedBytes: (kind: EngineKind): number => flatEngine(kind).backend.allocatedBytes,
  },
  /** The page's side: the client with its worker. */
  client: clientLab,
  /** Two clients in turn. */
  compare: compareLab,
  /** Counts WebGPU calls of `task` runs; see `countCalls`. */
  calls,
};

function engine(kind: EngineKind): BlockEngine {
  const found = engines.get(kind);
  if (!found) throw new Error(`no engine "${kind}" is open`);
  return found;
}

function flatEngine(kind: EngineKind): FlatEngine {
  const found = flatEngines.get(kind);
  if (!found) throw new Error(`no flat engine "${kind}" is open`);
  return found;
}

/** Counts calls by wrapping the prototypes: the numbers do not depend on the hardware. */
function countCalls(): void {
  const wrap = (prototype: object, name: string, count: keyof typeof calls) => {
    const methods = prototype as Record<string, (...args: unknown[]) => unknown>;
    const original = methods[name];
    if (!original) return;
    methods[name] = function (this: unknown, ...args: unknown[]) {
      calls[count] += 1;
      return original.apply(this, args);
    };
  };
  if (typeof GPUDevice === 'undefined') return;
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'dispatches');
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', 'dispatches');
  wrap(GPUBuffer.prototype, 'mapAsync', 'maps');
  wrap(GPUDevice.prototype, 'createBindGroup', 'bindGroups');
  wrap(GPUQueue.prototype, 'submit', 'submits');
}

countCalls();
export type Lab = typeof lab;
declare global {
  interface Window {
    lab: Lab;
  }
}
window.lab = lab;
