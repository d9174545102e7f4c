import type { LiveMethod } from '@/lib/methods-live/types';
import { BYTES_PER_NUMBER, bytesPerGlobalPosition } from '@/lib/model/cost';
import type { Dims } from '@/lib/model/manifest';
import { promptWork, runWork, tokenWork } from '@/lib/model/work';
import type { FlatTrace } from '@/lib/trace/flat-trace';
import type { KeptRow } from '@/lib/trace/flat-types';
import type { TokenWork } from './types';

/*
 * Work and bytes of a flat lane with a changed cache. Keys and bytes are the engine's own count; multiply-adds are derived as in
 * `lib/model/work.ts`: what a method computes to decide what it keeps is not counted.
 */

/** What a run read that saw what `row` says and wrote text token `token`. */
export function keptWork(trace: FlatTrace, row: KeptRow, token: number): TokenWork {
  const { dims } = trace;
  const model = { architecture: 'flat', dims } as const;
  const full = tokenWork(model, token).total.multiplyAdds;
  // All but attention is as with the full cache, of which every layer's query reads `token` keys.
  const rest = full - 2 * dims.width * dims.blockLayers * token;
  const { cache } = trace.header;
  return {
    keysRead: row.seenPositions,
    kvBytesRead: row.readBytes,
    multiplyAdds:
      rest +
      (cache?.id === 'lorc'
        ? codeWork(dims, cache, 1, token, token)
        : 2 * dims.width * row.seenPositions),
  };
}

/** Multiply-adds of reading a prompt of `tokens` tokens: of the full cache, but that LoRC reads it as codes as well. */
export function keptPromptWork({ dims, header }: FlatTrace, tokens: number): number {
  const model = { architecture: 'flat', dims } as const;
  const full = promptWork(model, tokens).total.multiplyAdds;
  const { cache } = header;
  const read = tokens - 1;
  if (cache?.id !== 'lorc' || read <= 0) return full;
  const pairs = (read * (read + 1)) / 2;
  // Its graph writes a token behind the prompt as well, which is discarded.
  const head = runWork(model, read).head.multiplyAdds;
  const attention = codeWork(dims, cache, read, pairs, read);
  return full - 2 * dims.width * dims.blockLayers * pairs + attention + head;
}

/** Bytes that a position takes which nothing was dropped of: keys and values, or codes. */
export function bytesPerKeptPosition({ dims, header }: FlatTrace): number {
  const { cache } = header;
  return cache?.id === 'lorc'
    ? BYTES_PER_NUMBER * layersOf(dims, cache).reduce((sum, { k, v }) => sum + k + v, 0)
    : bytesPerGlobalPosition(dims);
}

type Lorc = Extract<LiveMethod, { id: 'lorc' }>;

function layersOf({ blockLayers }: Dims, { ranks }: Lorc): { k: number; v: number }[] {
  return Array.from({ length: blockLayers }, (_, layer) => ({
    k: ranks.keys[layer] ?? 0,
    v: ranks.values[layer] ?? 0,
  }));
}

/**
 * Attention over codes of ranks k and v, H heads of width d of which t dimensions are turned: `queries` queries that see `pairs`
 * (query, key) pairs over `keys` keys. A query goes to the codes of keys (H · (d − t) · k) and meets each of them (H · k); the
 * turned dimensions of every key are rebuilt once (k · H · t) and meet each query (H · t); each pair mixes the codes of values
 * (H · v), from which a query's values are rebuilt (v · D).
 */
function codeWork(dims: Dims, cache: Lorc, queries: number, pairs: number, keys: number): number {
  const { heads, headWidth, rotaryDims, width } = dims;
  return layersOf(dims, cache).reduce(
    (sum, { k, v }) =>
      sum +
      queries * (heads * (headWidth - rotaryDims) * k + v * width) +
      pairs * heads * (k + rotaryDims + v) +
      keys * k * heads * rotaryDims,
    0,
  );
}
