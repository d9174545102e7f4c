import { contextBlocks, localLength } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import type { StepResult } from '@/lib/trace/types';
import type { ReadOutput } from './gpu-graphs';

/**
 * Puts the many small outputs of a `gpu-step` run into the arrays of a step. `read` gives an output's numbers by name;
 * `rows` is the number of global positions now held (the graph's rows have a fixed length).
 */
export function assembleStep(
  read: ReadOutput,
  dims: Dims,
  rows: number,
): Omit<StepResult, 'block' | 'ms'> {
  return {
    ...assembleSlots(read, dims.blockLength, dims),
    globalAttention: assembleRows(
      read,
      Array.from({ length: dims.blockLayers }, (_, layer) => `global_attention_${layer}`),
      dims,
      rows,
    ),
    localAttention: assembleLocal(read, dims),
    context: read('context').slice(),
    kvNorms: read('kv_norms').slice(),
    prefixes: read('prefixes').slice(),
  };
}

/** `pick_j` and `logits_j` of `slots` tokens: [slots] and [slots, vocabulary]. */
export function assembleSlots(
  read: ReadOutput,
  slots: number,
  { vocabulary }: Dims,
): { picks: Int32Array; logits: Float32Array } {
  const picks = new Int32Array(slots);
  const logits = new Float32Array(slots * vocabulary);
  for (let slot = 0; slot < slots; slot++) {
    // Little-endian int64: the low word holds the id.
    const words = read(`pick_${slot}`);
    picks[slot] = new Int32Array(words.buffer, words.byteOffset, 1)[0] ?? -1;
    logits.set(read(`logits_${slot}`), slot * vocabulary);
  }
  return { picks, logits };
}

/** The outputs `names`, each [heads, 1, T], cut to the first `keys` positions: [names, heads, keys]. */
export function assembleRows(
  read: ReadOutput,
  names: readonly string[],
  dims: Dims,
  keys: number,
): Float32Array {
  const positions = contextBlocks(dims);
  const out = new Float32Array(names.length * dims.heads * keys);
  names.forEach((name, map) => {
    const all = read(name);
    for (let head = 0; head < dims.heads; head++) {
      const row = all.subarray(head * positions, head * positions + keys);
      out.set(row, (map * dims.heads + head) * keys);
    }
  });
  return out;
}

/** The queries of each slot ([heads, queries, keys]; slot 0 has P queries, later slots one) to [tokenLayers, heads, R, R]. */
function assembleLocal(read: ReadOutput, dims: Dims): Float32Array {
  const { tokenLayers, heads, blockLength, prefixLength } = dims;
  const side = localLength(dims);
  const out = new Float32Array(tokenLayers * heads * side * side);
  for (let layer = 0; layer < tokenLayers; layer++)
    for (let slot = 0; slot < blockLength; slot++) {
      const part = read(`local_attention_${layer}_${slot}`);
      const keys = prefixLength + slot;
      const queries = slot === 0 ? prefixLength : 1;
      for (let head = 0; head < heads; head++)
        for (let query = 0; query < queries; query++) {
          const from = (head * queries + query) * keys;
          const row = (layer * heads + head) * side + keys - queries + query;
          out.set(part.subarray(from, from + keys), row * side);
        }
    }
  return out;
}
