import { attamba } from './attamba';
import { blockSkim } from './block-skim';
import { blockTransformer } from './block-transformer';
import { bottlenecked } from './bottlenecked';
import { clusterFormer } from './cluster-former';
import { combiner } from './combiner';
import { groupedQuery } from './grouped-query';
import { keyformer } from './keyformer';
import { lorc } from './lorc';
import { megabyte } from './megabyte';
import { multiHead } from './multi-head';
import { multiQuery } from './multi-query';
import { prefixKv } from './prefix-kv';
import { recurrentMemory } from './recurrent-memory';
import { scout } from './scout';
import { sentinelTokens } from './sentinel-tokens';
import { slidingWindow } from './sliding-window';
import { streamingLlm } from './streaming-llm';
import { tensorProduct } from './tensor-product';
import type { Method } from './types';

/** Every method that the page lists, in its order. A new one is a file of its own and a line here. */
export const METHODS: readonly Method[] = [
  multiHead,
  blockTransformer,
  multiQuery,
  groupedQuery,
  slidingWindow,
  streamingLlm,
  keyformer,
  prefixKv,
  lorc,
  tensorProduct,
  scout,
  attamba,
  sentinelTokens,
  recurrentMemory,
  bottlenecked,
  combiner,
  clusterFormer,
  blockSkim,
  megabyte,
];

/** The method that others are measured against. */
export const YARDSTICK: Method = multiHead;
