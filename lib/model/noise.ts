/** What a row of noise depends on, besides the vocabulary index. */
export interface NoiseKey {
  /** 32-bit unsigned integer. */
  seed: number;
  /** Absolute token position in the padded sequence. */
  position: number;
}

/**
 * The 32-bit finaliser "triple32" by Chris Wellons (hash-prospector): a bijection of the 32-bit integers with a measured
 * avalanche bias of 0.021, near that of a random permutation.
 */
export function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 17), 0xed5ad4bb);
  x = Math.imul(x ^ (x >>> 11), 0xac4c1b51);
  x = Math.imul(x ^ (x >>> 15), 0x31848bab);
  return (x ^ (x >>> 14)) >>> 0;
}

// Odd, and different for each input, so that equal seed, position and index do not cancel each other.
const SEED_SALT = 0x9e3779b9;
const POSITION_SALT = 0x85ebca6b;
const INDEX_SALT = 0xc2b2ae35;

/**
 * A 32-bit integer for (seed, position, index). The index is mixed before it meets the row's key: two rows whose keys happen
 * to lie close then share no run of values.
 */
export function noiseBits(seed: number, position: number, index: number): number {
  return mix32(rowKey(seed, position) ^ mix32(index + INDEX_SALT));
}

function rowKey(seed: number, position: number): number {
  return mix32(mix32(seed ^ SEED_SALT) ^ Math.imul(position, POSITION_SALT));
}

/**
 * Fills `out` with standard Gumbel noise, one number for each vocabulary entry: `−ln(−ln u)` with u in (0, 1) from
 * `noiseBits`, a pure function of (seed, position, index). Adding it to `logits / T` and taking the arg-max draws from
 * `softmax(logits / T)` (Gumbel-max). Range about −3.1 … 22.9.
 */
export function fillNoise(out: Float32Array, { seed, position }: NoiseKey): void {
  const key = rowKey(seed, position);
  for (let index = 0; index < out.length; index += 1) {
    const u = (mix32(key ^ mix32(index + INDEX_SALT)) + 0.5) / 0x1_0000_0000;
    out[index] = -Math.log(-Math.log(u));
  }
}
