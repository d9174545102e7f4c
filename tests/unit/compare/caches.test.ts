import { describe, expect, test } from 'vitest';
import { isSetting, readCaches, writeCache } from '@/lib/compare/cache-address';
import {
  CACHE_KINDS,
  type CacheChoice,
  cacheKind,
  cacheName,
  FULL_CACHE,
  methodOf,
  presetCache,
  sameCache,
} from '@/lib/compare/caches';
import type { EngineInfo } from '@/lib/engine/types';
import { METHODS } from '@/lib/methods';
import { checkMethod } from '@/lib/methods-live/check';
import { fakeInfo } from './fake-engine';

const info = fakeInfo('flat');
const { dims } = info.manifest;
const withStrengths = {
  manifest: {
    ...info.manifest,
    singularValues: {
      keys: [
        [9, 4, 2, 1, 0.5, 0.1],
        [3, 2, 2, 1, 1, 1],
      ],
      values: [
        [8, 4, 2, 1, 0.5, 0.1],
        [2, 2, 2, 2, 1, 1],
      ],
    },
  },
} as Pick<EngineInfo, 'manifest'>;

describe('caches', () => {
  test('are methods of the Lab under their names, of the same papers', () => {
    for (const { id, name, arXiv } of CACHE_KINDS.slice(1)) {
      const method = METHODS.find((other) => other.id === id);
      expect(method?.name).toBe(name);
      if (arXiv) expect(method?.papers.map((paper) => paper.arXiv)).toContain(arXiv);
    }
  });

  test('are settings that make a cache, from the least to the most', () => {
    for (const kind of CACHE_KINDS.slice(1)) {
      const preset = presetCache(kind.id);
      for (const end of ['min', 'max', 'default'] as const) {
        const values = Object.fromEntries(kind.parameters.map((p) => [p.name, p[end]]));
        const method = methodOf({ ...preset, values }, info, 20);
        if (!method) throw new Error(`${kind.id} makes no cache`);
        expect(() => checkMethod(method, dims)).not.toThrow();
        expect(cacheName(method)).toBe(kind.name);
      }
      for (const parameter of kind.parameters)
        expect(isSetting(preset.values[parameter.name] ?? -1, parameter)).toBe(true);
    }
  });

  test('reach the engine as shares of one, with the tokens that are to be written', () => {
    expect(methodOf(FULL_CACHE, info, 20)).toBeNull();
    expect(methodOf(presetCache('streaming-llm'), info, 20)).toEqual({
      id: 'streaming-llm',
      sinks: 4,
      window: 20,
    });
    expect(methodOf(presetCache('keyformer'), info, 20)).toEqual({
      id: 'keyformer',
      cache: 0.5,
      recent: 0.3,
      seed: 1,
      steps: 20,
    });
  });

  test('of low rank have one rank, or falling ones where the model says how strong its directions are', () => {
    const lorc = (rule: number): CacheChoice => ({ id: 'lorc', values: { rank: 50, rule } });
    const equal = { keys: [3, 3], values: [3, 3] };
    expect(methodOf(lorc(0), withStrengths, 1)).toEqual({ id: 'lorc', ranks: equal });
    expect(methodOf(lorc(1), info, 1)).toEqual({ id: 'lorc', ranks: equal });
    expect(methodOf(lorc(1), withStrengths, 1)).toEqual({
      id: 'lorc',
      ranks: { keys: [5, 2], values: [5, 2] },
    });
  });

  test('are the same with the same settings', () => {
    expect(sameCache(presetCache('lorc'), presetCache('lorc'))).toBe(true);
    expect(sameCache(presetCache('lorc'), presetCache('keyformer'))).toBe(false);
    const other = { id: 'lorc', values: { rank: 40, rule: 0 } } as const;
    expect(sameCache(presetCache('lorc'), other)).toBe(false);
  });
});

describe('the address', () => {
  const read = (query: string) => readCaches(new URLSearchParams(query));

  test('without a cache asks for the full one', () => {
    expect(read('upper=nano-flat')).toEqual({
      caches: { upper: FULL_CACHE, lower: FULL_CACHE },
      notices: [],
    });
  });

  test('comes back as it was written', () => {
    for (const { id, parameters } of CACHE_KINDS) {
      const values = Object.fromEntries(parameters.map((p) => [p.name, p.min]));
      const written = new URLSearchParams('lower=nano-flat&upperWindow=3&lowerSeed=9');
      writeCache(written, 'lower', { id, values });
      const { caches, notices } = readCaches(written);
      expect(caches.lower).toEqual({ id, values });
      expect(notices).toEqual([]);
      expect(written.get('upperWindow')).toBe('3');
    }
    const written = new URLSearchParams('lower=nano-flat');
    writeCache(written, 'lower', presetCache('streaming-llm'));
    expect(String(written)).toBe(
      'lower=nano-flat&lowerCache=streaming-llm&lowerSinks=4&lowerWindow=20',
    );
    writeCache(written, 'lower', FULL_CACHE);
    expect(String(written)).toBe('lower=nano-flat');
  });

  test('says each bad value in a sentence and goes on without it', () => {
    expect(read('upperCache=scissors')).toEqual({
      caches: { upper: FULL_CACHE, lower: FULL_CACHE },
      notices: [
        'The address asks for cache “scissors” in the upper lane; there are full, sliding-window, streaming-llm, keyformer, prefix-kv, lorc.',
      ],
    });
    const { caches, notices } = read('lowerCache=lorc&lowerRank=0&lowerRule=2');
    expect(caches.lower).toEqual(presetCache('lorc'));
    expect(notices).toEqual([
      'The address asks for lowerRank “0”; it can be a whole number from 5 to 100 %. 50 is used.',
      'The address asks for lowerRule “2”; it can be 0 (the same in every layer) or 1 (falling with depth (stand-in)). 0 is used.',
    ]);
    for (const value of ['', '2.5', '-1', '1e2', '99999999'])
      expect(read(`upperCache=sliding-window&upperWindow=${value}`)).toMatchObject({
        caches: { upper: presetCache('sliding-window') },
        notices: [expect.stringContaining('24 is used.')],
      });
    expect(cacheKind('full').name).toBe('Full cache');
  });
});
