import type { Manifest } from '@/lib/model/manifest';

/** One half-precision number (IEEE 754 binary16) from its 16 bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * A tensor of a bundle's weights as float32, row-major.
 *
 * @throws RangeError when the manifest names no such tensor or the file ends before it.
 */
export function readTensor(
  weights: Uint8Array,
  tensors: Manifest['weights']['tensors'],
  name: string,
): { shape: number[]; values: Float32Array } {
  const entry = tensors[name];
  if (!entry) throw new RangeError(`the weights hold no tensor "${name}"`);
  const view = new DataView(weights.buffer, weights.byteOffset + entry.offset, entry.bytes);
  const values = Float32Array.from({ length: entry.bytes / 2 }, (_, i) =>
    halfToNumber(view.getUint16(2 * i, true)),
  );
  return { shape: entry.shape, values };
}

/** Parameters of the decoder layers alone, which the paper calls non-embedding parameters. */
export function decoderParameters({ tensors }: Manifest['weights']): number {
  return Object.entries(tensors)
    .filter(([name]) => name.includes('.layers.'))
    .reduce((sum, [, { bytes }]) => sum + bytes / 2, 0);
}
