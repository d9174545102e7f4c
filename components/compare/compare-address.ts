import { readCaches } from '@/lib/compare/cache-address';
import { type CacheChoice, FULL_CACHE } from '@/lib/compare/caches';
import { COMPARED_MODELS, DEFAULT_PAIR } from '@/lib/compare/models';
import { LANES, type LaneId } from '@/lib/compare/types';
import type { LoadRequest } from '@/lib/engine/types';
import { isModelId } from '@/lib/model/catalog';
import type { ModelFacts } from './model-facts';

/** What the page's address asks for, and a sentence for each value that cannot be used. */
export interface CompareAddress {
  models: Record<LaneId, string>;
  caches: Record<LaneId, CacheChoice>;
  backend: LoadRequest['backend'];
  notices: string[];
}

/**
 * Reads `upper`, `lower`, their caches and `backend` from a query string; a bad value is named and the default is used. A lane that is not
 * named gets a model that can be compared with the other's. Models that cannot be compared are named, too.
 */
export async function readCompareAddress(
  search: string,
  facts: Pick<ModelFacts, 'comparable' | 'partnerOf' | 'canChangeCache'>,
): Promise<CompareAddress> {
  const parameters = new URLSearchParams(search);
  const notices: string[] = [];
  const asked: Record<LaneId, string | null> = { upper: null, lower: null };
  for (const lane of LANES) {
    const model = parameters.get(lane);
    if (model === null) continue;
    if (isModelId(model)) asked[lane] = model;
    else {
      notices.push(
        `The address asks for model “${shown(model)}” in the ${lane} lane, which is no model id; there are ${COMPARED_MODELS.join(', ')}.`,
      );
    }
  }
  const backend = parameters.get('backend');
  const known = backend === 'wasm' || backend === 'webgpu' || backend === 'auto';
  if (backend !== null && !known) {
    notices.push(
      `The address asks for backend “${shown(backend)}”; it can be webgpu or wasm. The best available one is used.`,
    );
  }
  const models = await pairOf(asked, facts);
  if (!(await facts.comparable(models.upper, models.lower))) {
    const partner = (await facts.partnerOf(models.upper)) ?? models.upper;
    notices.push(`${incomparable(models.lower, models.upper)} The lower lane has ${partner}.`);
    models.lower = partner;
  }
  const { caches, notices: more } = readCaches(parameters);
  for (const lane of LANES) {
    if (caches[lane].id === 'full' || (await facts.canChangeCache(models[lane]))) continue;
    more.push(
      `${models[lane]} is not a flat model with the graphs for another cache, so the ${lane} lane has its full one.`,
    );
    caches[lane] = FULL_CACHE;
  }
  return { models, caches, backend: known ? backend : 'auto', notices: [...notices, ...more] };
}

/** Why two models cannot be compared, in a sentence. */
export function incomparable(model: string, other: string): string {
  return `${model} cannot be compared with ${other}: they cut a text into different tokens.`;
}

async function pairOf(
  { upper, lower }: Record<LaneId, string | null>,
  facts: Pick<ModelFacts, 'partnerOf'>,
): Promise<Record<LaneId, string>> {
  if (upper !== null && lower !== null) return { upper, lower };
  if (upper === null && lower === null) return { ...DEFAULT_PAIR };
  const named = upper ?? lower ?? DEFAULT_PAIR.upper;
  const partner = (await facts.partnerOf(named)) ?? named;
  return upper === null ? { upper: partner, lower: named } : { upper: named, lower: partner };
}

function shown(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
