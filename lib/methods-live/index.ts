import { Keyformer, type PositionNoise } from './keyformer';
import { PrefixKV } from './prefix-kv';
import { SinksAndWindow } from './sinks-and-window';
import type { DroppingMethod, KeptPolicy, PolicyShape } from './types';

/**
 * The policy of one run. `noise` takes the place of Keyformer's own.
 *
 * @throws RangeError with one sentence for settings that make no cache.
 */
export function createPolicy(
  method: DroppingMethod,
  shape: PolicyShape,
  noise?: PositionNoise,
): KeptPolicy {
  switch (method.id) {
    case 'multi-head':
      return new SinksAndWindow(shape, 0, Number.POSITIVE_INFINITY);
    case 'sliding-window':
      check(method.window, 'the window');
      return new SinksAndWindow(shape, 0, method.window);
    case 'streaming-llm':
      check(method.window, 'the window');
      check(method.sinks, 'the number of sinks', 0);
      return new SinksAndWindow(shape, method.sinks, method.window);
    case 'keyformer':
      checkShare(method.cache, 'the cache');
      checkShare(method.recent, 'the recent share');
      check(method.steps, 'the number of steps');
      return new Keyformer(shape, method, noise);
    case 'prefix-kv':
      checkShare(method.kept, 'the kept share');
      check(method.start, 'the start', 0);
      check(method.tail, 'the tail', 0);
      return new PrefixKV(shape, method);
  }
}

function check(value: number, what: string, least = 1): void {
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${what} must be a whole number of at least ${least}, not ${value}`);
}

function checkShare(value: number, what: string): void {
  if (!(value > 0 && value <= 1))
    throw new RangeError(`${what} must be above 0 and at most 1, not ${value}`);
}
