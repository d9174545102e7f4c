import { causalMask } from './causal-mask';
import type { OrtModule, OrtTensor } from './runtime';

/** Makes CPU tensors for one ONNX Runtime. */
export class TensorMaker {
  constructor(private readonly ort: OrtModule) {}

  int64(values: Int32Array, shape: number[]): OrtTensor {
    return new this.ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  }

  float32(values: Float32Array, shape: number[]): OrtTensor {
    return new this.ort.Tensor('float32', values, shape);
  }

  /** int64 [batch, count]: the same positions for every sequence. */
  positions(batch: number, first: number, count: number): OrtTensor {
    const values = Int32Array.from({ length: batch * count }, (_, i) => first + (i % count));
    return this.int64(values, [batch, count]);
  }
}

/**
 * Inputs of a `prefill` graph over `batch` sequences from position 0. `shape` is that of one sequence: [blocks, blockLength],
 * or [tokens] of a flat model.
 */
export function prefillFeeds(
  make: TensorMaker,
  tokens: Int32Array,
  batch: number,
  shape: number[],
): Record<string, OrtTensor> {
  const count = shape[0] ?? 0;
  return {
    tokens: make.int64(tokens, [batch, ...shape]),
    positions: make.positions(batch, 0, count),
    mask: make.float32(causalMask(count), [1, 1, count, count]),
  };
}

/** What a run returned. */
export class Outputs {
  constructor(private readonly tensors: Record<string, OrtTensor>) {}

  /** The numbers of a float32 output. Throws when there are not `length` of them. */
  floats(name: string, length: number): Float32Array<ArrayBuffer> {
    const data = this.tensors[name]?.data;
    if (!(data instanceof Float32Array) || data.length !== length)
      throw new Error(`graph output "${name}" holds ${data?.length} numbers instead of ${length}`);
    return data as Float32Array<ArrayBuffer>;
  }

  /** The picks, [batch, slots]. */
  picks(): Int32Array {
    return Int32Array.from(this.tensors.picks?.data as BigInt64Array, Number);
  }
}
