import { describe, expect, it } from 'vitest';
import { methodSearch, readMethod, stateOf } from '@/components/lab/methods/method-address';
import {
  costKeys,
  hangsOnPrompt,
  noCurve,
  numbersOf,
  yardsticks,
} from '@/components/lab/methods/method-costs';
import { figuresOf, formatRatio, formatWork, ratioOf } from '@/components/lab/scaling/figures';
import {
  defaultScaling,
  readScaling,
  scalingSearch,
} from '@/components/lab/scaling/scaling-address';
import { METHODS } from '@/lib/methods';
import { defaults } from '@/lib/methods/types';
import { PRESETS } from '@/lib/model/paper-sizes';
import { sameSize } from '@/lib/model/scaling';

describe('the calculator’s address', () => {
  it('brings every preset back, and every number of one’s own', () => {
    for (const { setting } of PRESETS) {
      const own = { ...setting, blockLayers: setting.blockLayers + 1, countWeights: false };
      for (const one of [setting, own]) {
        const state = { setting: one, rival: 'flat-302m', others: ['keyformer', 'lorc'] };
        const { state: read, notices } = readScaling(`?${scalingSearch(state)}`);
        expect(read).toEqual(state);
        expect(notices).toEqual([]);
      }
    }
    expect(scalingSearch(defaultScaling()).toString()).toBe('');
  });

  it.each([
    ['?preset=gpt', /preset “gpt”/],
    ['?d=abc', /“abc” \(width\).*16 to 32,768/],
    ['?nb=0', /“0”/],
    ['?nb=1.5', /whole number/],
    ['?bytes=3', /1, 2 or 4/],
    ['?h=7', /cannot be cut into 7 heads/],
    ['?lb=5', /5 embeddings/],
    ['?prompt=4000', /nothing to write/],
    ['?rival=me', /rival “me”/],
    ['?with=block-skim', /method “block-skim”/],
    ['?with=lorc,keyformer,scout,attamba,combiner', /more than 4/],
  ])('%s gives one sentence and something to show', (search, sentence) => {
    const { state, notices } = readScaling(search);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(sentence);
    expect(state.setting).toEqual(defaultScaling().setting);
  });
});

describe('the methods’ address', () => {
  it('brings every method back with what was changed', () => {
    for (const { id, parameters } of METHODS) {
      const usual = stateOf(id, 64);
      const [key] = Object.keys(parameters);
      const max = key === undefined ? 0 : (parameters[key]?.max ?? 0);
      const state = key === undefined ? usual : { ...usual, costs: { ...usual.costs, [key]: max } };
      expect(readMethod(`?${methodSearch(state)}`)).toEqual({ state, notices: [] });
    }
  });

  it.each([
    ['?method=nix', /method “nix”/],
    ['?length=7', /8 to 256/],
    ['?picture=sinks:99', /attention sinks to “99”/],
    ['?costs=toString:1', /no parameter/],
  ])('%s gives one sentence', (search, sentence) => {
    const { notices } = readMethod(search);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(sentence);
  });
});

describe('costs of methods', () => {
  it('keeps those without a cache or a saving off the curve, and bytes beside no tokens', () => {
    const off = METHODS.filter((method) => noCurve(method) !== null).map(({ id }) => id);
    expect(off).toEqual(['bottlenecked', 'cluster-former', 'block-skim']);
    const alone = METHODS.filter((method) => yardsticks(method).length === 0).map(({ id }) => id);
    expect(alone).toEqual(['megabyte']);
  });

  it('counts the worked sizes of 24 layers of width 1,024', () => {
    const stored = (id: string) => {
      const method = METHODS.find((one) => one.id === id);
      return method && numbersOf(method, 'stored', 2048, defaults(method));
    };
    expect(stored('multi-head')).toBe(100_663_296);
    expect(stored('multi-query')).toBe(6_291_456);
  });

  it('offers the sliders that change a count, and knows what hangs on the prompt', () => {
    const keys = (id: string) => {
      const method = METHODS.find((one) => one.id === id);
      return method && costKeys(method);
    };
    expect(keys('keyformer')).toEqual(['cache']);
    expect(keys('streaming-llm')).toEqual(['sinks', 'window']);
    expect(METHODS.filter(hangsOnPrompt).map(({ id }) => id)).toEqual(['keyformer', 'prefix-kv']);
  });
});

describe('figures', () => {
  it('give each ratio as how many times more the flat transformer takes, and more sequences for the block model', () => {
    const { setting } = defaultScaling();
    const figures = figuresOf(setting, sameSize(setting));
    const ratio = (id: string) => {
      const figure = figures.find((one) => one.id === id);
      return figure && ratioOf(figure);
    };
    expect(ratio('perToken')).toBe(8);
    expect(ratio('largestBatch')).toBeGreaterThan(7);
    expect(ratio('weightBytes')).toBeLessThan(1);
    expect(ratio('local')).toBeNull();
    for (const { formulas, source } of figures) {
      expect(formulas.length).toBeGreaterThan(0);
      expect(source).toMatch(/[Dd]erived/);
    }
  });

  it('are written with the digits that count', () => {
    expect([0, 999, 1234, 45_600, 999_600, 1.31e12].map(formatWork)).toEqual([
      '0',
      '999',
      '1.23 k',
      '45.6 k',
      '1 M',
      '1.31 T',
    ]);
    expect([7.93, 31.4, 127.9, 0.83].map(formatRatio)).toEqual(['7.9', '31', '128', '0.83']);
  });
});
