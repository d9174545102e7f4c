const numbers = new Float32Array(1);
const bits = new Uint32Array(numbers.buffer);

/**
 * `values` as IEEE 754 half-precision bits, rounded to the nearest, ties to even.
 *
 * @throws RangeError for what is beyond 65,504.
 */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(values, (value) => {
    numbers[0] = value;
    const all = bits[0] ?? 0;
    const sign = (all >>> 16) & 0x8000;
    const rest = all & 0x7fff_ffff;
    // 65,520 and above would round to infinity.
    if (rest >= 0x477f_f000) throw new RangeError(`${value} does not fit half precision`);
    // Below 2^-14 halves are multiples of 2^-24; the sum is formed exactly by the float32 addition.
    if (rest < 0x3880_0000) {
      numbers[0] = Math.abs(value) + 0.5;
      return sign | ((bits[0] ?? 0) - 0x3f00_0000);
    }
    const even = (rest >>> 13) & 1;
    return sign | ((rest - 0x3800_0000 + 0xfff + even) >>> 13);
  });
}

/** Half-precision bits as float32, exactly. Infinity and NaN come back as such. */
export function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
