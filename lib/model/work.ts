import { BYTES_PER_NUMBER, cacheBytes } from './cost';
import { blockOf, localLength } from './layout';
import type { Dims, Manifest } from './manifest';

/** What work depends on: a manifest has it, and so has a calculator. */
export interface WorkModel {
  architecture: Manifest['architecture'];
  dims: Pick<
    Dims,
    'vocabulary' | 'width' | 'blockLayers' | 'tokenLayers' | 'blockLength' | 'prefixLength'
  >;
}

/** Work of one part of a model. */
export interface PartWork {
  /** Key positions read, summed over layers. As many values are read. */
  keysRead: number;
  /** Bytes of those keys and values. */
  kvBytesRead: number;
  /** Products that are added up, in matrices and in attention. Twice as many floating-point operations. */
  multiplyAdds: number;
}

/**
 * Work by part. Derived, never measured. A flat model's one decoder stands under `blockDecoder`, as in its manifest. The map from
 * context to prefixes belongs to `tokenDecoder`. The `embedder` only copies rows of a table: zero.
 */
export interface Work {
  embedder: PartWork;
  blockDecoder: PartWork;
  tokenDecoder: PartWork;
  head: PartWork;
  total: PartWork;
}

/**
 * Numbers in the weight matrices of one layer: 3·D² (queries, keys, values) + D² (attention out) + 2 · 4·D² (MLP) = 12·D² (paper,
 * table 3: the architecture of Pythia). Every position multiplies each of them once.
 */
export function layerWeights(width: number): number {
  return 12 * width * width;
}

/**
 * Multiply-adds of one query of one layer over `keys` keys: D products for each score, D for each weighted value. Only what is
 * visible counts, masked pairs do not, whether or not a kernel computes them. Norms, biases, rotary embedding, softmax and GELU
 * are not counted anywhere: they grow with D, not with D².
 */
export function attentionMultiplyAdds(width: number, keys: number): number {
  return 2 * width * keys;
}

/**
 * Work of the run that wrote the token at `index`, a token of the padded sequence (a flat model has no pads: of the text).
 *
 * - Flat: the run that fed token `index − 1` and so chose `index`. One position goes through all layers; its query reads `index`
 *   keys, its own included: `L · index` keys.
 * - Block: the run that embedded block `b − 1` and wrote block `b` = ⌊index / L_B⌋. One position goes through the block decoder and
 *   reads `b` keys; P + L_B − 1 positions go through the token decoder; the head is asked L_B times. Keys read by the token decoder
 *   are those of the rows that choose tokens, P + j for slot j (paper, section 2.4); rows before them only add multiply-adds.
 */
export function runWork(
  model: WorkModel,
  index: number,
  bytesPerNumber: number = BYTES_PER_NUMBER,
): Work {
  const { dims } = model;
  const { width, tokenLayers, blockLength, prefixLength } = dims;
  const decoder = positionsWork(dims.blockLayers, width, 1, blockOf(index, dims), bytesPerNumber);
  if (model.architecture === 'flat') return sum(decoder, NOTHING, headWork(dims, 1));

  const rows = localLength(dims);
  const local = positionsWork(tokenLayers, width, rows, triangle(rows), bytesPerNumber);
  const chosenKeys = tokenLayers * (triangle(rows) - triangle(prefixLength - 1));
  return sum(
    decoder,
    {
      keysRead: chosenKeys,
      kvBytesRead: cacheBytes(1, width, chosenKeys, bytesPerNumber),
      multiplyAdds: local.multiplyAdds + prefixLength * width * width,
    },
    headWork(dims, blockLength),
  );
}

/** An even share of the run that wrote the token: `runWork` divided by L_B. So shares add up to runs. */
export function tokenWork(
  model: WorkModel,
  index: number,
  bytesPerNumber: number = BYTES_PER_NUMBER,
): Work {
  const run = runWork(model, index, bytesPerNumber);
  const share = (part: PartWork) => scaled(part, 1 / model.dims.blockLength);
  return {
    embedder: share(run.embedder),
    blockDecoder: share(run.blockDecoder),
    tokenDecoder: share(run.tokenDecoder),
    head: share(run.head),
    total: share(run.total),
  };
}

/**
 * Work of filling the cache with `positions` positions at once (tokens of a flat model, blocks of a block model): each goes through
 * all layers, and query i reads i + 1 keys. No token decoder, no head (paper, section 2.4: prefill of the token decoder is
 * skipped). The last layer is counted whole, though nothing behind its keys and values is wanted.
 */
export function prefillWork(
  model: WorkModel,
  positions: number,
  bytesPerNumber: number = BYTES_PER_NUMBER,
): Work {
  const { blockLayers, width } = model.dims;
  return sum(
    positionsWork(blockLayers, width, positions, triangle(positions), bytesPerNumber),
    NOTHING,
    NOTHING,
  );
}

/**
 * The prefill of a prompt of `tokens` tokens, as the engine does it: all positions but the last, which goes through the first run.
 * So `promptWork` and the `runWork` of every run add up to all the work of a text.
 */
export function promptWork(
  model: WorkModel,
  tokens: number,
  bytesPerNumber: number = BYTES_PER_NUMBER,
): Work {
  const positions = Math.ceil(tokens / model.dims.blockLength);
  return prefillWork(model, Math.max(0, positions - 1), bytesPerNumber);
}

const NOTHING: PartWork = { keysRead: 0, kvBytesRead: 0, multiplyAdds: 0 };

/** `positions` positions through `layers` layers, whose queries read `keys` keys in all, in each layer. */
function positionsWork(
  layers: number,
  width: number,
  positions: number,
  keys: number,
  bytesPerNumber: number,
): PartWork {
  return {
    keysRead: layers * keys,
    kvBytesRead: cacheBytes(layers, width, keys, bytesPerNumber),
    multiplyAdds: layers * (positions * layerWeights(width) + attentionMultiplyAdds(width, keys)),
  };
}

function headWork({ vocabulary, width }: WorkModel['dims'], times: number): PartWork {
  return { ...NOTHING, multiplyAdds: times * vocabulary * width };
}

/** 1 + 2 + … + count. */
function triangle(count: number): number {
  return (count * (count + 1)) / 2;
}

function sum(blockDecoder: PartWork, tokenDecoder: PartWork, head: PartWork): Work {
  const add = (name: keyof PartWork) => blockDecoder[name] + tokenDecoder[name] + head[name];
  const total = {
    keysRead: add('keysRead'),
    kvBytesRead: add('kvBytesRead'),
    multiplyAdds: add('multiplyAdds'),
  };
  return { embedder: NOTHING, blockDecoder, tokenDecoder, head, total };
}

function scaled(part: PartWork, factor: number): PartWork {
  return {
    keysRead: part.keysRead * factor,
    kvBytesRead: part.kvBytesRead * factor,
    multiplyAdds: part.multiplyAdds * factor,
  };
}
