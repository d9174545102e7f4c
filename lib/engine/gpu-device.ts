import { EngineError } from './errors';

export interface GpuDevice {
  device: GPUDevice;
  /** The adapter's own description, for the status. */
  description: string;
  /** The adapter is software: correct, and far too slow to be chosen unasked. */
  software: boolean;
}

/** Whether this realm has WebGPU at all (an insecure context has not). */
export function hasWebGpu(): boolean {
  return typeof navigator !== 'undefined' && 'gpu' in navigator && navigator.gpu !== undefined;
}

/**
 * A device with the adapter's own limits: the defaults cap a storage binding at 128 MiB.
 * Throws `EngineError` `webgpu-unavailable`.
 */
export async function requestGpuDevice(): Promise<GpuDevice> {
  if (!hasWebGpu()) throw unavailable('this page has no WebGPU (it needs https or localhost)');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw unavailable('no GPU adapter was found');
  const optional: GPUFeatureName[] = ['shader-f16', 'timestamp-query', 'subgroups'];
  const device = await adapter.requestDevice({
    requiredFeatures: optional.filter((feature) => adapter.features.has(feature)),
    requiredLimits: {
      maxBufferSize: adapter.limits.maxBufferSize,
      maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage: adapter.limits.maxStorageBuffersPerShaderStage,
      maxComputeWorkgroupStorageSize: adapter.limits.maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup: adapter.limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: adapter.limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupSizeY: adapter.limits.maxComputeWorkgroupSizeY,
      maxComputeWorkgroupSizeZ: adapter.limits.maxComputeWorkgroupSizeZ,
      maxComputeWorkgroupsPerDimension: adapter.limits.maxComputeWorkgroupsPerDimension,
    },
  });
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  return {
    device,
    description:
      description || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed adapter',
    software:
      isFallbackAdapter ||
      /swiftshader|llvmpipe|basic render/i.test(`${architecture} ${description}`),
  };
}

function unavailable(reason: string): EngineError {
  return new EngineError({
    code: 'webgpu-unavailable',
    message: `WebGPU cannot be used: ${reason}; the model can run on WASM instead.`,
    recovery: 'use-wasm',
  });
}
