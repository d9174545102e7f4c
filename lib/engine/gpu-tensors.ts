import type { GraphEntry } from '@/lib/model/manifest';
import { identityModel } from './identity-model';
import type { OrtModule, OrtSession, OrtTensor } from './runtime';

/** An input or output of a graph, as the manifest lists it. */
export type Port = GraphEntry['inputs'][number];

const keyOf = ({ name, shape }: Port) => `${name} ${shape.join('×')}`;

/**
 * Fixed GPU tensors by name and shape, allocated by ONNX Runtime itself, kept until `dispose`: ports of several graphs that
 * are called alike share one, unless their shapes differ. They are inputs and outputs of captured graphs, so none may ever
 * be replaced.
 */
export class GpuTensors {
  private readonly tensors = new Map<string, OrtTensor>();

  private constructor(
    private readonly ort: OrtModule,
    private readonly device: GPUDevice,
    private readonly allocators: Record<Port['type'], OrtSession>,
  ) {}

  static async create(ort: OrtModule, device: GPUDevice): Promise<GpuTensors> {
    const allocator = (type: Port['type']) =>
      ort.InferenceSession.create(identityModel(type), {
        executionProviders: [{ name: 'webgpu', device }],
        preferredOutputLocation: 'gpu-buffer',
        // Optimised, the Identity would vanish and nothing would be allocated.
        graphOptimizationLevel: 'disabled',
        logSeverityLevel: 3,
      });
    return new GpuTensors(ort, device, {
      float32: await allocator('float32'),
      int64: await allocator('int64'),
    });
  }

  /** Allocates the tensor of `port`, zeroed, unless it is there. Throws when its shape is not fixed. */
  async ensure(port: Port): Promise<void> {
    if (this.tensors.has(keyOf(port))) return;
    const shape = port.shape.map((size) => {
      if (typeof size !== 'number') throw new Error(`"${port.name}" has no fixed shape`);
      return size;
    });
    const count = shape.reduce((product, size) => product * size, 1);
    const zeros = port.type === 'int64' ? new BigInt64Array(count) : new Float32Array(count);
    const out = await this.allocators[port.type].run({
      x: new this.ort.Tensor(port.type, zeros, shape),
    });
    this.tensors.set(keyOf(port), out.y as OrtTensor);
  }

  get(port: Port): OrtTensor {
    const tensor = this.tensors.get(keyOf(port));
    if (!tensor) throw new Error(`no GPU tensor was allocated for "${port.name}"`);
    return tensor;
  }

  buffer(port: Port): GPUBuffer {
    return this.get(port).gpuBuffer as GPUBuffer;
  }

  /** Bytes of the tensor's numbers (its buffer may be rounded up). */
  bytes(port: Port): number {
    const tensor = this.get(port);
    return tensor.dims.reduce((product, size) => product * size, tensor.type === 'int64' ? 8 : 4);
  }

  /** Writes `values` from element `first` on. */
  write(port: Port, values: Float32Array | BigInt64Array, first = 0): void {
    this.device.queue.writeBuffer(
      this.buffer(port),
      first * values.BYTES_PER_ELEMENT,
      values as Float32Array<ArrayBuffer>,
    );
  }

  /** A copy of the float32 tensor's numbers; `getData()` would turn the tensor into a CPU tensor for good. */
  async read(port: Port): Promise<Float32Array> {
    const bytes = this.bytes(port);
    const staging = this.device.createBuffer({
      size: Math.ceil(bytes / 16) * 16,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.buffer(port), 0, staging, 0, bytes);
    this.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const values = new Float32Array(staging.getMappedRange(0, Math.ceil(bytes / 16) * 16).slice(0));
    staging.destroy();
    return values.subarray(0, bytes / 4);
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
    for (const session of Object.values(this.allocators)) session.release();
  }
}
