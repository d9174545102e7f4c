import { writeCache } from '@/lib/compare/cache-address';
import { FULL_CACHE } from '@/lib/compare/caches';
import { LANES, type LaneId } from '@/lib/compare/types';

/** Keeps the address in step with the lanes, so that it can be shared. Another model begins with its full cache. */
export function keepModels(models: Partial<Record<LaneId, string>>): void {
  const url = new URL(window.location.href);
  for (const lane of LANES) {
    const model = models[lane];
    if (model === undefined) continue;
    url.searchParams.set(lane, model);
    writeCache(url.searchParams, lane, FULL_CACHE);
  }
  window.history.replaceState(null, '', url);
}
