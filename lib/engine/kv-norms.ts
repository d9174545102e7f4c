/**
 * L2 norms of the heads of `kv`, whose last axis is `headWidth`: [positions, 2·blockLayers, heads, headWidth] gives
 * [positions, blockLayers, 2 (K, V), heads].
 */
export function kvNorms(kv: Float32Array, headWidth: number): Float32Array<ArrayBuffer> {
  const norms = new Float32Array(kv.length / headWidth);
  for (let i = 0; i < norms.length; i++) {
    let squares = 0;
    for (let j = i * headWidth; j < (i + 1) * headWidth; j++) squares += (kv[j] ?? 0) ** 2;
    norms[i] = Math.sqrt(squares);
  }
  return norms;
}
