import { normsPerRow } from './store';
import type { Trace } from './trace';
import type { PrefillResult, StepResult } from './types';

/** The prefill of a trace as the engine gave it; null when there was none. */
export function prefillOf(trace: Trace): PrefillResult | null {
  const { blockLayers, heads, width } = trace.dims;
  const blocks = trace.rows - (trace.blocks - trace.promptBlocks);
  if (trace.prefillMs === null) return null;
  const globalAttention = new Float32Array(blockLayers * heads * blocks * blocks);
  const contexts = new Float32Array(blocks * width);
  const size = normsPerRow(trace.dims);
  const kvNorms = new Float32Array(blocks * size);
  for (let row = 0; row < blocks; row += 1) {
    for (let map = 0; map < blockLayers * heads; map += 1) {
      globalAttention.set(
        trace.globalRow(row, Math.floor(map / heads), map % heads),
        (map * blocks + row) * blocks,
      );
    }
    contexts.set(known(trace.context(row)), row * width);
    kvNorms.set(known(trace.kvNorms(row)), row * size);
  }
  return { blocks, globalAttention, contexts, kvNorms, ms: trace.prefillMs };
}

/**
 * The step that wrote block `block`, as the engine gave it.
 *
 * @throws Error when the trace has no such step.
 */
export function stepOf(trace: Trace, block: number): StepResult {
  const { blockLayers, tokenLayers, heads, blockLength, vocabulary } = trace.dims;
  const start = block * blockLength;
  const localAttention = joined(tokenLayers * heads, (map) =>
    known(trace.localMap(block, Math.floor(map / heads), map % heads)),
  );
  const logits = new Float32Array(blockLength * vocabulary);
  for (let slot = 0; slot < blockLength; slot += 1) {
    logits.set(known(trace.logits(block, slot)), slot * vocabulary);
  }
  return {
    block,
    picks: trace.tokens.slice(start, start + blockLength),
    forced: Array.from({ length: blockLength }, (_, slot) => trace.isForced(start + slot)),
    logits,
    globalAttention: joined(blockLayers * heads, (map) =>
      trace.globalRow(block - 1, Math.floor(map / heads), map % heads),
    ),
    localAttention,
    context: known(trace.context(block - 1)),
    kvNorms: known(trace.kvNorms(block - 1)),
    prefixes: known(trace.prefixes(block)),
    ms: known(trace.stepMs(block)),
  };
}

function joined(count: number, part: (index: number) => Float32Array): Float32Array {
  const parts = Array.from({ length: count }, (_, index) => part(index));
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const values of parts) {
    result.set(values, offset);
    offset += values.length;
  }
  return result;
}

function known<T>(value: T | null): T {
  if (value === null) throw new Error('a known row is missing');
  return value;
}
