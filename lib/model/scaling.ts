import { cacheBytes } from './cost';
import { localLength } from './layout';
import type { Dims } from './manifest';
import { layerWeights, prefillWork, promptWork, tokenWork, type WorkModel } from './work';

/** What the calculator is asked about. */
export interface Setting {
  blockLayers: number;
  tokenLayers: number;
  width: number;
  heads: number;
  blockLength: number;
  prefixLength: number;
  vocabulary: number;
  /** Tokens of prompt and output together. */
  context: number;
  prompt: number;
  /** Sequences at once. */
  batch: number;
  bytesPerNumber: number;
  memoryGiB: number;
  /** Whether the weights take their part of the memory. */
  countWeights: boolean;
}

/** A flat transformer to compare with. */
export interface FlatShape {
  layers: number;
  width: number;
  vocabulary: number;
}

/** A part of a model's numbers. */
export interface Weights {
  /** Layers of the decoders: the paper's "N-emb". */
  decoders: number;
  /** Tables of tokens and the head. */
  tables: number;
  /** The map from context to prefixes, and the decoders' last norms. */
  rest: number;
  total: number;
}

/** All that is derived for one architecture. Bytes and multiply-adds are those of one sequence unless said. */
export interface Costs {
  weights: Weights;
  weightBytes: number;
  /** KV bytes that a token adds, on average. */
  perToken: number;
  /** KV bytes at the context's end: one position a token, or a block. */
  global: number;
  /** The most that the token decoder holds; 0 in a flat model. */
  local: number;
  held: number;
  /** KV bytes read for a token: the last of the context, and on average over the output. */
  readLast: number;
  readMean: number;
  /** Multiply-adds of the whole prompt. */
  prefill: number;
  /** Multiply-adds of a written token, on average over the output. */
  decode: number;
  /** Prompt and output of all sequences. */
  all: number;
  /** Bytes of weights read for a token when one sequence is written: each matrix once a step. */
  weightsRead: number;
  /** Sequences whose caches fit into the memory; 0 where not even one does. */
  largestBatch: number;
}

/** The model of a setting, for `work.ts`. */
export function blockModel(setting: Setting): WorkModel {
  const { vocabulary, width, blockLayers, tokenLayers, blockLength, prefixLength } = setting;
  return {
    architecture: 'block',
    dims: { vocabulary, width, blockLayers, tokenLayers, blockLength, prefixLength },
  };
}

/** A flat model, for `work.ts`: one position a token, no prefixes. */
export function flatModel({ layers, width, vocabulary }: FlatShape): WorkModel {
  return {
    architecture: 'flat',
    dims: {
      vocabulary,
      width,
      blockLayers: layers,
      tokenLayers: 0,
      blockLength: 1,
      prefixLength: 0,
    },
  };
}

/** The flat transformer of the same size: all layers in one stack, of the same width (paper, table 3). */
export function sameSize({ blockLayers, tokenLayers, width, vocabulary }: Setting): FlatShape {
  return { layers: blockLayers + tokenLayers, width, vocabulary };
}

/**
 * Numbers of a model's weights. A layer has 12·D² in matrices and 13·D in biases and norms; a decoder ends with a norm of 2·D. A
 * flat model has two tables V × D. A block model has those two, an embedder V × D / L_B, and the map to the prefixes, P·D² + P·D.
 * For the sizes of the paper's table 3 this gives its totals.
 */
export function weightsOf({ architecture, dims }: WorkModel): Weights {
  const { vocabulary, width, blockLayers, tokenLayers, blockLength, prefixLength } = dims;
  const decoders = (blockLayers + tokenLayers) * (layerWeights(width) + 13 * width);
  const block = architecture === 'block';
  const tables = vocabulary * width * (2 + (block ? 1 / blockLength : 0));
  const rest = block ? 4 * width + prefixLength * (width * width + width) : 2 * width;
  return { decoders, tables, rest, total: decoders + tables + rest };
}

/**
 * KV bytes of one sequence after `tokens` tokens (paper, section 2.4): flat one position a token; block one position a block, and
 * for the block that is being written at most P + L_B − 1 local positions.
 */
export function heldBytes(
  { architecture, dims }: WorkModel,
  tokens: number,
  bytesPerNumber: number,
): { global: number; local: number } {
  const positions = Math.ceil(tokens / dims.blockLength);
  const local = architecture === 'block' ? localLength(dims) : 0;
  return {
    global: cacheBytes(dims.blockLayers, dims.width, positions, bytesPerNumber),
    local: cacheBytes(dims.tokenLayers, dims.width, local, bytesPerNumber),
  };
}

/** Everything that is derived for one of the two models of a setting. */
export function costsOf(model: WorkModel, setting: Setting): Costs {
  const { context, prompt, batch, bytesPerNumber, memoryGiB, countWeights } = setting;
  const { dims } = model;
  const weights = weightsOf(model);
  const weightBytes = weights.total * bytesPerNumber;
  const { global, local } = heldBytes(model, context, bytesPerNumber);
  const held = global + local;
  const output = outputMean(model, setting);
  const prefill = prefillWork(model, Math.ceil(prompt / dims.blockLength)).total.multiplyAdds;
  // The prompt's last position goes through the first run of the output.
  const before = promptWork(model, prompt).total.multiplyAdds;
  const room = memoryGiB * 1024 ** 3 - (countWeights ? weightBytes : 0);
  return {
    weights,
    weightBytes,
    perToken: cacheBytes(dims.blockLayers, dims.width, 1, bytesPerNumber) / dims.blockLength,
    global,
    local,
    held,
    readLast: tokenWork(model, endOf(model, context) - 1, bytesPerNumber).total.kvBytesRead,
    readMean: output.kvBytesRead,
    prefill,
    decode: output.multiplyAdds,
    all: batch * (before + output.multiplyAdds * output.tokens),
    weightsRead: bytesPerNumber * weightsReadPerToken(model),
    largestBatch: Math.max(0, Math.floor(room / held)),
  };
}

/** Tokens of the padded text, up to the end of the last block. */
function endOf({ dims }: WorkModel, tokens: number): number {
  return Math.ceil(tokens / dims.blockLength) * dims.blockLength;
}

/** Means over the tokens that are written, whole blocks: work grows evenly with the position, so two ends give the mean. */
function outputMean(model: WorkModel, { prompt, context, bytesPerNumber }: Setting) {
  const first = endOf(model, prompt);
  const tokens = Math.max(1, context - prompt);
  const last = first + endOf(model, tokens) - 1;
  const from = tokenWork(model, first, bytesPerNumber).total;
  const to = tokenWork(model, last, bytesPerNumber).total;
  return {
    tokens: last + 1 - first,
    kvBytesRead: (from.kvBytesRead + to.kvBytesRead) / 2,
    multiplyAdds: (from.multiplyAdds + to.multiplyAdds) / 2,
  };
}

/**
 * Numbers of weights read for a token when one sequence is written. Flat: layers and head. Block: the block decoder once in L_B
 * tokens, the map to the prefixes as well, the token decoder and the head for every token. Rows of tables are few: left out.
 */
function weightsReadPerToken({ architecture, dims }: WorkModel): number {
  const { vocabulary, width, blockLayers, tokenLayers, blockLength, prefixLength } = dims;
  const layer = layerWeights(width) + 13 * width;
  const head = vocabulary * width;
  if (architecture === 'flat') return blockLayers * layer + head;
  const perBlock = blockLayers * layer + prefixLength * (width * width + width);
  return perBlock / blockLength + tokenLayers * layer + head;
}

/** Multiply-adds of the matrices alone in filling a cache with `tokens` tokens: what the paper's factor for the prefill is about. */
export function prefillMatrices(model: WorkModel, tokens: number): number {
  const { total } = prefillWork(model, Math.ceil(tokens / model.dims.blockLength));
  return total.multiplyAdds - 2 * model.dims.width * total.keysRead;
}

/** The calculator's setting for a model's dimensions, in full context. */
export function settingOf(dims: Dims): Pick<Setting, ModelKey> {
  const { blockLayers, tokenLayers, width, heads, blockLength, prefixLength, vocabulary } = dims;
  return { blockLayers, tokenLayers, width, heads, blockLength, prefixLength, vocabulary };
}

/** What makes a model; the rest of a setting is how it is used. */
export type ModelKey =
  | 'blockLayers'
  | 'tokenLayers'
  | 'width'
  | 'heads'
  | 'blockLength'
  | 'prefixLength'
  | 'vocabulary';
