import { localLength } from '@/lib/model/layout';
import type { Dims } from '@/lib/model/manifest';
import { mix32 } from '@/lib/model/noise';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import type { PrefillResult, StepResult, TraceHeader } from '@/lib/trace/types';

/** Small and uneven, so that exchanged sizes or strides show. */
export const DIMS: Dims = {
  vocabulary: 11,
  width: 6,
  heads: 3,
  headWidth: 2,
  rotaryDims: 2,
  blockLayers: 2,
  tokenLayers: 1,
  blockLength: 4,
  prefixLength: 2,
  contextLength: 24,
};

export const PAD = 0;
export const END = 1;

export function header(dims: Dims = DIMS): TraceHeader {
  return {
    format: 'blockscope-trace',
    version: 2,
    id: '0'.repeat(32),
    branch: null,
    model: {
      id: 'test',
      architecture: 'block',
      dims,
      weightsSha256: 'b'.repeat(64),
      padId: PAD,
      endId: END,
    },
    prompt: 'Öl 🙂',
    sampling: { seed: 7, temperature: 0.8, topK: null, topP: 1, ignoreEnd: false },
    backend: 'wasm',
    provenance: 'synthetic',
    created: '2030-01-02T03:04:05.000Z',
  };
}

/** The header of a branch of `parent` at token `at`. */
export function branchHeader(parent: Trace, at: number): TraceHeader {
  const own = { id: '1'.repeat(32), branch: { parent: parent.header.id, at } };
  return { ...parent.header, ...own };
}

/** A number in (0, 1) for a name and indices. */
export function value(...key: number[]): number {
  return (key.reduce((hash, part) => mix32(hash ^ mix32(part)), 1) + 0.5) / 2 ** 32;
}

/** Global row of `block`: a distribution over 0 … block that differs for every layer and head. */
export function globalRow(block: number, layer: number, head: number): number[] {
  return distribution(block + 1, 1, block, layer, head);
}

export function localRow(block: number, layer: number, head: number, row: number): number[] {
  return distribution(row + 1, 2, block, layer, head, row);
}

function distribution(length: number, ...key: number[]): number[] {
  const weights = Array.from({ length }, (_, i) => value(...key, i));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.fround(weight / sum));
}

const filled = (length: number, ...key: number[]) =>
  Float32Array.from({ length }, (_, i) => value(...key, i) - 0.5);

export function prefill(blocks: number, dims: Dims = DIMS): PrefillResult {
  const { blockLayers, heads, width } = dims;
  const globalAttention = new Float32Array(blockLayers * heads * blocks * blocks);
  for (let layer = 0; layer < blockLayers; layer += 1) {
    for (let head = 0; head < heads; head += 1) {
      for (let row = 0; row < blocks; row += 1) {
        globalAttention.set(
          globalRow(row, layer, head),
          ((layer * heads + head) * blocks + row) * blocks,
        );
      }
    }
  }
  const contexts = Float32Array.from({ length: blocks * width }, (_, i) =>
    contextValue(Math.floor(i / width), i % width),
  );
  const norms = Array.from({ length: blocks }, (_, row) => Array.from(rowNorms(row, dims)));
  const kvNorms = Float32Array.from(norms.flat());
  return { blocks, globalAttention, contexts, kvNorms, ms: 2.5 };
}

export function contextValue(block: number, column: number): number {
  return Math.fround(value(3, block, column) - 0.5);
}

/** K and V norms of `block`, [blockLayers, 2, heads]; all above zero and different. */
export function rowNorms(block: number, { blockLayers, heads }: Dims = DIMS): Float32Array {
  return Float32Array.from({ length: blockLayers * 2 * heads }, (_, i) => 1 + value(6, block, i));
}

export function step(block: number, picks: number[] = [2, 3, 4, 5], dims: Dims = DIMS): StepResult {
  const { blockLayers, tokenLayers, heads, width, vocabulary, blockLength, prefixLength } = dims;
  const side = localLength(dims);
  const globalAttention = new Float32Array(blockLayers * heads * block);
  for (let layer = 0; layer < blockLayers; layer += 1) {
    for (let head = 0; head < heads; head += 1) {
      globalAttention.set(globalRow(block - 1, layer, head), (layer * heads + head) * block);
    }
  }
  const localAttention = new Float32Array(tokenLayers * heads * side * side);
  for (let layer = 0; layer < tokenLayers; layer += 1) {
    for (let head = 0; head < heads; head += 1) {
      for (let row = 0; row < side; row += 1) {
        localAttention.set(
          localRow(block, layer, head, row),
          ((layer * heads + head) * side + row) * side,
        );
      }
    }
  }
  return {
    block,
    picks: Int32Array.from(picks),
    logits: filled(blockLength * vocabulary, 4, block),
    globalAttention,
    localAttention,
    context: Float32Array.from({ length: width }, (_, i) => contextValue(block - 1, i)),
    kvNorms: rowNorms(block - 1, dims),
    prefixes: filled(prefixLength * width, 5, block),
    ms: block + 0.25,
  };
}

/** A prompt of `promptBlocks` blocks with three pads in front. */
export function prompt(promptBlocks: number, dims: Dims = DIMS) {
  const tokens = Array.from({ length: promptBlocks * dims.blockLength }, (_, i) =>
    i < 3 ? PAD : 2 + (i % 9),
  );
  return { tokens, pads: 3 };
}

/** A recorder after the prefill and `steps` steps. */
export function recorded(promptBlocks: number, steps: number, dims: Dims = DIMS): TraceRecorder {
  const recorder = new TraceRecorder(header(dims), prompt(promptBlocks, dims));
  recorder.appendPrefill(prefill(promptBlocks - 1, dims));
  for (let i = 0; i < steps; i += 1) recorder.appendStep(step(promptBlocks + i, undefined, dims));
  return recorder;
}
