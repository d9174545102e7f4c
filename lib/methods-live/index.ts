import { Keyformer, type PositionNoise } from './keyformer';
import { PrefixKV } from './prefix-kv';
import { SinksAndWindow } from './sinks-and-window';
import type { DroppingMethod, KeptPolicy, PolicyShape } from './types';

/** The policy of one run; `checkMethod` has passed its settings. `noise` takes the place of Keyformer's own. */
export function createPolicy(
  method: DroppingMethod,
  shape: PolicyShape,
  noise?: PositionNoise,
): KeptPolicy {
  switch (method.id) {
    case 'multi-head':
      return new SinksAndWindow(shape, 0, Number.POSITIVE_INFINITY);
    case 'sliding-window':
      return new SinksAndWindow(shape, 0, method.window);
    case 'streaming-llm':
      return new SinksAndWindow(shape, method.sinks, method.window);
    case 'keyformer':
      return new Keyformer(shape, method, noise);
    case 'prefix-kv':
      return new PrefixKV(shape, method);
  }
}
