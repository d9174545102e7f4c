import { contextBlocks, localLength } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import type { StepResult } from '@/lib/trace/types';

/**
 * Puts the many small outputs of a `gpu-step` run into the arrays of a step. `read` gives an output's numbers by name;
 * `rows` is the number of global positions now held (the graph's rows have a fixed length).
 */
export function assembleStep(
  read: (output: string) => Float32Array,
  dims: Dims,
  rows: number,
): Omit<StepResult, 'block' | 'ms'> {
  return {
    ...assembleSlots(read, dims),
    globalAttention: assembleGlobal(read, dims, rows),
    localAttention: assembleLocal(read, dims),
    context: read('context').slice(),
    prefixes: read('prefixes').slice(),
  };
}

function assembleSlots(
  read: (output: string) => Float32Array,
  { blockLength, vocabulary }: Dims,
): Pick<StepResult, 'picks' | 'logits'> {
  const picks = new Int32Array(blockLength);
  const logits = new Float32Array(blockLength * vocabulary);
  for (let slot = 0; slot < blockLength; slot++) {
    // Little-endian int64: the low word holds the id.
    const words = read(`pick_${slot}`);
    picks[slot] = new Int32Array(words.buffer, words.byteOffset, 1)[0] ?? -1;
    logits.set(read(`logits_${slot}`), slot * vocabulary);
  }
  return { picks, logits };
}

/** [heads, 1, T] a layer to [blockLayers, heads, rows]. */
function assembleGlobal(
  read: (output: string) => Float32Array,
  dims: Dims,
  rows: number,
): Float32Array {
  const { blockLayers, heads } = dims;
  const positions = contextBlocks(dims);
  const out = new Float32Array(blockLayers * heads * rows);
  for (let layer = 0; layer < blockLayers; layer++) {
    const all = read(`global_attention_${layer}`);
    for (let head = 0; head < heads; head++) {
      const row = all.subarray(head * positions, head * positions + rows);
      out.set(row, (layer * heads + head) * rows);
    }
  }
  return out;
}

/** The queries of each slot ([heads, queries, keys]; slot 0 has P queries, later slots one) to [tokenLayers, heads, R, R]. */
function assembleLocal(read: (output: string) => Float32Array, dims: Dims): Float32Array {
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
