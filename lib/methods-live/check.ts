import type { Dims } from '@/lib/model/manifest';
import type { LiveMethod } from './types';

/** Throws RangeError with one sentence for settings that make no cache of a model with these `dims`. */
export function checkMethod(
  method: LiveMethod,
  { blockLayers, width }: Pick<Dims, 'blockLayers' | 'width'>,
): void {
  if ('window' in method) check(method.window, 'the window');
  if ('sinks' in method) check(method.sinks, 'the number of sinks', 0);
  if (method.id === 'keyformer') {
    checkShare(method.cache, 'the cache');
    checkShare(method.recent, 'the recent share');
    check(method.steps, 'the number of steps');
  }
  if (method.id === 'prefix-kv') {
    checkShare(method.kept, 'the kept share');
    check(method.start, 'the start', 0);
    check(method.tail, 'the tail', 0);
  }
  if (method.id !== 'lorc') return;
  for (const ranks of [method.ranks.keys, method.ranks.values])
    for (let layer = 0; layer < blockLayers; layer++) checkRank(ranks[layer] ?? 0, width);
}

function check(value: number, what: string, least = 1): void {
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${what} must be a whole number of at least ${least}, not ${value}`);
}

function checkShare(value: number, what: string): void {
  if (!(value > 0 && value <= 1))
    throw new RangeError(`${what} must be above 0 and at most 1, not ${value}`);
}

function checkRank(rank: number, width: number): void {
  if (!Number.isInteger(rank) || rank < 1 || rank > width)
    throw new RangeError(`each layer needs a rank from 1 to ${width}, not ${rank}`);
}
