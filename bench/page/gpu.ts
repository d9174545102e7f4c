import { FlatEngine } from '@/lib/engine/flat-session';
import { createFlatWebGpuBackend } from '@/lib/engine/flat-webgpu-backend';
import { type GpuDevice, requestGpuDevice } from '@/lib/engine/gpu-device';
import { GREEDY } from '@/lib/engine/greedy';
import { promptOf } from '@/lib/engine/quiet-job';
import { BlockEngine } from '@/lib/engine/session';
import { createWebGpuBackend } from '@/lib/engine/webgpu-backend';
import { spread } from '@/lib/lab/stats';
import type { CallCounts, GpuCounts } from '../lib/gpu-counts';
import { loadBundle } from './load';

/** Tokens read ahead, so that the counted steps look back on something. */
const PROMPT = 16;
/** Steps of a hardware adapter that are timed. */
const TIMED = 100;

const calls: CallCounts = { dispatches: 0, maps: 0, bindGroups: 0, submits: 0 };

/** Wraps the prototypes once: what is counted does not depend on the hardware. */
function countCalls(): void {
  const wrap = (prototype: object, name: string, count: keyof CallCounts) => {
    const methods = prototype as Record<string, (...args: unknown[]) => unknown>;
    const original = methods[name];
    if (!original) return;
    methods[name] = function (this: unknown, ...args: unknown[]) {
      calls[count] += 1;
      return original.apply(this, args);
    };
  };
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'dispatches');
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', 'dispatches');
  wrap(GPUBuffer.prototype, 'mapAsync', 'maps');
  wrap(GPUDevice.prototype, 'createBindGroup', 'bindGroups');
  wrap(GPUQueue.prototype, 'submit', 'submits');
}

let device: Promise<GpuDevice> | null = null;

function openDevice(): Promise<GpuDevice> {
  if (!device) {
    countCalls();
    device = requestGpuDevice();
  }
  return device;
}

type Step = () => Promise<number>;

interface GpuSteps {
  /** Takes a step and says how many tokens it wrote. */
  step: Step;
  dispose(): Promise<void>;
  allocatedBytes: number;
}

/** A model on the GPU behind a prompt, captured, reading back as the app does. */
async function stepsOf(model: string, unrolled: boolean, gpu: GpuDevice): Promise<GpuSteps> {
  const { graphs, ...rest } = await loadBundle(model, 'webgpu');
  const wanted = [...graphs].filter(([name]) => !name.endsWith('-cut'));
  const bundle = { ...rest, graphs: new Map(wanted) };
  const { manifest } = bundle;
  const prompt = promptOf(PROMPT, manifest.dims.vocabulary);
  const ahead = prompt.subarray(0, PROMPT - manifest.dims.blockLength);
  let previous: Int32Array = prompt.slice(ahead.length);
  if (manifest.architecture === 'block') {
    const backend = await createWebGpuBackend(bundle, gpu, { capture: true });
    const engine = new BlockEngine(manifest, backend);
    await engine.prefill(ahead);
    const step = async () => {
      previous = (await engine.step(previous, { sampling: GREEDY })).picks;
      return previous.length;
    };
    return { step, dispose: () => backend.dispose(), allocatedBytes: backend.allocatedBytes };
  }
  const backend = await createFlatWebGpuBackend(bundle, gpu, { capture: true });
  const engine = new FlatEngine(manifest, backend);
  await engine.prefill(ahead, { quiet: true });
  const step = async () => {
    const { picks } = await engine.step(previous.at(-1) ?? 0, { sampling: GREEDY, unrolled });
    previous = picks;
    return picks.length;
  };
  return { step, dispose: () => backend.dispose(), allocatedBytes: backend.allocatedBytes };
}

/** The adapter's name, and whether it is software. Throws `EngineError` when there is none. */
export async function gpuAdapter(): Promise<{ name: string; software: boolean }> {
  const { description, software } = await openDevice();
  return { name: description, software };
}

/**
 * Counts the calls of `steps` captured steps of a model behind a prompt, after two that build pipelines and record; times them
 * as well when there is more than software to time.
 */
export async function countGpuCalls(
  model: string,
  unrolled: boolean,
  steps: number,
): Promise<GpuCounts> {
  const gpu = await openDevice();
  const { step, dispose, allocatedBytes } = await stepsOf(model, unrolled, gpu);
  for (let warm = 0; warm < 2; warm++) await step();
  const before = { ...calls };
  let tokens = 0;
  for (let i = 0; i < steps; i++) tokens += await step();
  const counted = {
    dispatches: calls.dispatches - before.dispatches,
    maps: calls.maps - before.maps,
    bindGroups: calls.bindGroups - before.bindGroups,
    submits: calls.submits - before.submits,
  };
  const stepMs = gpu.software ? null : await medianTime(step);
  await dispose();
  return { steps, tokens, calls: counted, allocatedBytes, stepMs };
}

async function medianTime(step: Step): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < TIMED; i++) {
    const started = performance.now();
    await step();
    times.push(performance.now() - started);
  }
  return spread(times).median;
}
