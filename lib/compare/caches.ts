import type { EngineInfo } from '@/lib/engine/types';
import { equalRanks, fallingRanks } from '@/lib/methods-live/ranks';
import type { LiveMethod, Ranks } from '@/lib/methods-live/types';

/*
 * The caches that a lane with a flat model can have: the full one, or one of the methods that need no training. Ids are those of
 * `lib/methods`.
 */

export type CacheId =
  | 'full'
  | 'sliding-window'
  | 'streaming-llm'
  | 'keyformer'
  | 'prefix-kv'
  | 'lorc';

/** A cache and the settings of its parameters, as the reader sees them: shares in percent. */
export interface CacheChoice {
  readonly id: CacheId;
  readonly values: Readonly<Record<string, number>>;
}

/** A number that the reader sets: a whole one, or one of `choices` by its place. */
export interface CacheParameter {
  name: string;
  label: string;
  /** `tokens`, `%` and so on; empty for plain numbers. */
  unit: string;
  min: number;
  max: number;
  default: number;
  choices?: readonly string[];
}

export interface CacheKind {
  id: CacheId;
  name: string;
  /** Where it comes from, as arXiv number; null for what is nobody's. */
  arXiv: string | null;
  parameters: readonly CacheParameter[];
  /** What it keeps, in a sentence. */
  keeps: string;
  /** What is ours, or is not claimed. */
  note: string;
}

export const FULL_CACHE: CacheChoice = { id: 'full', values: {} };

const window = (preset: number): CacheParameter => ({
  name: 'window',
  label: 'Window',
  unit: 'tokens',
  min: 1,
  max: 4096,
  default: preset,
});
const share = (name: string, label: string, min: number, preset: number): CacheParameter => ({
  name,
  label,
  unit: '%',
  min,
  max: 100,
  default: preset,
});

export const CACHE_KINDS: readonly CacheKind[] = [
  {
    id: 'full',
    name: 'Full cache',
    arXiv: null,
    parameters: [],
    keeps: 'Every token stays, in every layer.',
    note: '',
  },
  {
    id: 'sliding-window',
    name: 'Sliding window',
    arXiv: null,
    parameters: [window(24)],
    keeps: 'The last tokens stay, the present one among them.',
    note: 'That a model breaks down once its first tokens are gone was found with large models (StreamingLLM, section 3.1); it is not claimed for this one.',
  },
  {
    id: 'streaming-llm',
    name: 'StreamingLLM',
    arXiv: '2309.17453',
    parameters: [
      {
        name: 'sinks',
        label: 'Attention sinks',
        unit: 'tokens',
        min: 0,
        max: 16,
        default: 4,
      },
      window(20),
    ],
    keeps: 'The first tokens, as attention sinks, and the last ones stay.',
    note: 'That the first tokens rescue the text was found with large models; it is not claimed for this one. Compare with a sliding window of as many tokens.',
  },
  {
    id: 'keyformer',
    name: 'Keyformer',
    arXiv: '2403.09054',
    parameters: [
      share('kept', 'Kept, of the prompt', 5, 50),
      share('recent', 'Recent tokens, of the cache', 5, 30),
      {
        name: 'seed',
        label: 'Seed of the noise',
        unit: '',
        min: 0,
        max: 99,
        default: 1,
      },
    ],
    keeps:
      'Each head keeps a share of the prompt’s tokens, and no more later on: the last ones and those with the best score so far. A score for each is held beside them and counted.',
    note: 'The scores have Gumbel noise, as in the paper; its seed is ours, and another one keeps other tokens. With a short prompt few tokens stay.',
  },
  {
    id: 'prefix-kv',
    name: 'PrefixKV',
    arXiv: '2412.03409',
    parameters: [
      share('kept', 'Kept, mean of the layers', 5, 50),
      {
        name: 'start',
        label: 'First tokens that stay',
        unit: 'tokens',
        min: 0,
        max: 64,
        default: 1,
      },
      {
        name: 'tail',
        label: 'Last kept tokens that may still go',
        unit: 'tokens',
        min: 0,
        max: 256,
        default: 25,
      },
    ],
    keeps:
      'Each layer keeps the prompt’s tokens that hold one common share of its attention, so layers differ; while writing, each grows with the text.',
    note: 'By its released code, which takes tokens out at one fixed place while it writes. It was made for vision models with long prompts.',
  },
  {
    id: 'lorc',
    name: 'LoRC',
    arXiv: '2410.03111',
    parameters: [
      share('rank', 'Rank, of the width', 5, 50),
      {
        name: 'rule',
        label: 'Ranks',
        unit: '',
        min: 0,
        max: 1,
        default: 0,
        choices: ['the same in every layer', 'falling with depth (stand-in)'],
      },
    ],
    keeps:
      'Every token stays, as short codes of its keys and values: a truncated singular value decomposition of the weights.',
    note: 'The paper’s own rule for the ranks was not seen: the falling one is our stand-in, by the condition numbers of the weights, half to one and a half times the rank set here. Codes take fewer bytes and more arithmetic: keys are rebuilt for every token.',
  },
];

/** What holds for every changed cache. */
export const CHANGED_CACHES =
  'The prompt is read whole before anything is dropped. A changed cache runs on WASM and writes one token a run, where a full one may write four.';

export function cacheKind(id: CacheId): CacheKind {
  return CACHE_KINDS.find((kind) => kind.id === id) ?? (CACHE_KINDS[0] as CacheKind);
}

/** A cache with its parameters as they are set at first. */
export function presetCache(id: CacheId): CacheChoice {
  const { parameters } = cacheKind(id);
  return {
    id,
    values: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.default])),
  };
}

/** Whether two lanes, or a lane and a wish, have the same cache. */
export function sameCache(a: CacheChoice, b: CacheChoice): boolean {
  const { parameters } = cacheKind(a.id);
  return a.id === b.id && parameters.every(({ name }) => a.values[name] === b.values[name]);
}

/**
 * The cache as the engine is asked for it, to write `steps` tokens; null for the full one.
 *
 * Ranks that fall need the model's singular values; without them all layers have the same.
 */
export function methodOf(
  { id, values }: CacheChoice,
  { manifest }: Pick<EngineInfo, 'manifest'>,
  steps: number,
): LiveMethod | null {
  const of = (name: string) => values[name] ?? 0;
  switch (id) {
    case 'full':
      return null;
    case 'sliding-window':
      return { id, window: of('window') };
    case 'streaming-llm':
      return { id, sinks: of('sinks'), window: of('window') };
    case 'keyformer':
      return {
        id,
        cache: of('kept') / 100,
        recent: of('recent') / 100,
        seed: of('seed'),
        steps: Math.max(1, steps),
      };
    case 'prefix-kv':
      return { id, kept: of('kept') / 100, start: of('start'), tail: of('tail') };
    case 'lorc':
      return { id, ranks: ranksOf(of('rank') / 100, of('rule') === 1, manifest) };
  }
}

function ranksOf(
  share: number,
  falling: boolean,
  { dims, singularValues }: EngineInfo['manifest'],
): Ranks {
  const { blockLayers, width } = dims;
  const rank = (of: number) => Math.min(width, Math.max(1, Math.round(width * of)));
  return falling && singularValues
    ? fallingRanks(singularValues, rank(share / 2), rank(1.5 * share))
    : equalRanks(blockLayers, rank(share));
}

/** What kind of cache a run had. */
export function kindOf({ id }: LiveMethod): CacheKind {
  return cacheKind(id === 'multi-head' ? 'full' : id);
}

/** What a cache that a run had is called. */
export function cacheName(method: LiveMethod): string {
  return kindOf(method).name;
}
