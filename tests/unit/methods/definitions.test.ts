import { describe, expect, it } from 'vitest';
import { METHODS, YARDSTICK } from '@/lib/methods';
import { pictureDefaults, total } from '@/lib/methods/types';
import { byId, drawing, panel, panels, SHAPE, variants } from './masks';

describe('every definition', () => {
  it('has an id, a name and an arXiv number of its own', () => {
    expect(new Set(METHODS.map(({ id }) => id)).size).toBe(METHODS.length);
    expect(new Set(METHODS.map(({ name }) => name)).size).toBe(METHODS.length);
    expect(METHODS).toContain(YARDSTICK);
    for (const { papers } of METHODS) {
      expect(papers.length).toBeGreaterThan(0);
      for (const paper of papers) {
        expect(paper.arXiv).toMatch(/^\d{4}\.\d{5}$/);
        expect([paper.year, paper.year - 1]).toContain(2000 + Number(paper.arXiv.slice(0, 2)));
      }
    }
  });

  it('stays inside its own limits', () => {
    for (const { id, parameters } of METHODS)
      for (const [key, one] of Object.entries(parameters)) {
        for (const value of [one.default, one.picture ?? one.default]) {
          expect(value, `${id} ${key}`).toBeGreaterThanOrEqual(one.min);
          expect(value, `${id} ${key}`).toBeLessThanOrEqual(one.max);
        }
        if (one.choices) expect([one.min, one.max]).toEqual([0, one.choices.length - 1]);
      }
  });

  it('names every mark that it draws, and draws every mark that it names', () => {
    const named = new Map(METHODS.map(({ id, marks }) => [id, Object.keys(marks).sort()]));
    const drawn = new Map(METHODS.map(({ id }) => [id, new Set<string>()]));
    for (const { method, params } of variants())
      for (const one of method.panels({ n: 48, shape: SHAPE, params }))
        for (let i = 0; i < one.size; i++) {
          for (let j = 0; j < one.size; j++) drawn.get(method.id)?.add(one.mark(i, j));
          for (let c = 0; c < (one.extra?.count ?? 0); c++)
            drawn.get(method.id)?.add(one.extra?.mark(i, c) ?? 'none');
        }
    for (const { id } of METHODS) {
      drawn.get(id)?.delete('none');
      expect([...(drawn.get(id) ?? [])].sort(), id).toEqual(named.get(id));
    }
  });

  it('has a visible slider for what it assumes, and a sentence about it', () => {
    for (const { id, parameters, assumption } of METHODS) {
      const sliders = Object.values(parameters).filter((one) => one.assumption);
      expect(sliders.length > 0, id).toBe(assumption !== null);
    }
  });

  it('says where its counts and its mask come from', () => {
    for (const { id, sources, stored, kind, keeps, loses } of METHODS) {
      expect(stored === null, id).toBe(kind === 'no decode cache');
      if (stored) expect(sources.map(({ of }) => of).join(), id).toContain('stored');
      for (const sentence of [keeps, loses]) expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('takes nothing from notes of others without saying so', () => {
    const secondHand = METHODS.filter(({ sources }) =>
      sources.some(({ origin }) => origin === 'second-hand'),
    );
    expect(secondHand.map(({ id }) => id)).toEqual(['bottlenecked', 'cluster-former']);
  });

  it('counts nothing for nothing', () => {
    for (const { method, params, name } of variants()) {
      const fixed = (method.stored?.(0, SHAPE, params) ?? []).filter(({ numbers }) => numbers > 0);
      // Prefixes, memory vectors and states are there before the text.
      const before = ['block-transformer', 'recurrent-memory', 'scout', 'attamba', 'combiner'];
      expect(fixed.length === 0 || before.includes(method.id), name).toBe(true);
      expect(total(method.read?.(1, SHAPE, params) ?? [{ name: '', numbers: 1 }])).toBeGreaterThan(
        0,
      );
    }
  });
});

describe('what stands in for data', () => {
  it('is the same for the same seed and another for another', () => {
    for (const method of METHODS) {
      if (!('seed' in method.parameters)) continue;
      const pictures = [1, 1, 2].map((seed) =>
        panels(method.id, 48, { seed })
          .map((one) => drawing(one).join('\n'))
          .join('\n\n'),
      );
      expect(pictures[0], method.id).toBe(pictures[1]);
      expect(pictures[0], method.id).not.toBe(pictures[2]);
    }
  });

  it('every assumption changes the picture', () => {
    for (const { id, parameters } of METHODS)
      for (const [key, one] of Object.entries(parameters)) {
        if (!one.assumption) continue;
        const at = (value: number) => {
          const shape = { ...SHAPE, promptLength: 24 };
          const params = { ...pictureDefaults(byId(id)), [key]: value };
          const drawn = panels(id, 48, params, shape).map(
            (p) => `${p.thickness} ${drawing(p).join()}`,
          );
          return JSON.stringify([drawn, byId(id).stored?.(47, shape, params)]);
        };
        expect(
          new Set([one.min, one.default, one.max].map(at)).size,
          `${id} ${key}`,
        ).toBeGreaterThan(1);
      }
  });
});

describe('what was measured takes the place of what was assumed', () => {
  const heavy = [2, 5, 9];
  /** Most weight on three positions, in head 0 of every layer; even elsewhere. */
  const attention = (_: number, head: number, query: number, key: number) => {
    const seen = heavy.filter((j) => j <= query).length;
    if (head !== 0 || seen === 0) return 1 / (query + 1);
    const light = query + 1 - seen;
    return heavy.includes(key) ? (light === 0 ? 1 : 0.99) / seen : 0.01 / light;
  };

  it('Keyformer keeps what got most attention, noise or not', () => {
    for (const seed of [1, 2, 3]) {
      const params = { cache: 20, recent: 62, seed };
      const at = [50, params, { promptLength: 40 }, { attention }] as const;
      // k = 8, window 5, three key tokens.
      const row = drawing(panel('keyformer', 'layer-0-head-0', ...at))[49];
      expect(row).toBe(`..k..k...k${'.'.repeat(35)}+++++`);
    }
  });

  it('Keyformer’s score is the softmax of logits and noise, summed over the prompt', () => {
    const even = (_layer: number, _head: number, query: number) => 1 / (query + 1);
    const kept = (seed: number) =>
      drawing(
        panel(
          'keyformer',
          'layer-0-head-0',
          30,
          { cache: 50, recent: 25, seed },
          {},
          { attention: even },
        ),
      )[29];
    // Even attention leaves the choice to how many rows saw a position, and to noise.
    expect(kept(1)).not.toBe(kept(2));
    expect(kept(1)?.slice(0, 14).match(/k/g)).toHaveLength(6);
  });

  it('PrefixKV keeps the same share of the attention in every layer, and so few positions where few hold it', () => {
    const sharp = (layer: number, head: number, query: number, key: number) =>
      layer === 0 ? attention(0, head, query, key) : 1 / (query + 1);
    const prompt = 24;
    const shape = { promptLength: prompt, layers: 3 };
    const params = { kept: 50, start: 0, tail: 0 };
    const shares = panels('prefix-kv', 30, params, shape, { attention: sharp }).map(
      (one, layer) => {
        const importance = Array.from({ length: prompt }, (_, key) => {
          let sum = 0;
          for (let head = 0; head < SHAPE.heads; head++)
            for (let query = key; query < prompt; query++) sum += sharp(layer, head, query, key);
          return sum / SHAPE.heads / prompt;
        });
        const count = importance.filter((_, key) => one.mark(prompt, key) === 'kept').length;
        const best = [...importance].sort((a, b) => b - a);
        const sum = (upTo: number) => best.slice(0, upTo).reduce((a, b) => a + b, 0);
        return { count, held: sum(count), without: sum(count - 1) };
      },
    );
    const [first, second] = shares;
    expect(first?.count).toBeLessThan(second?.count ?? 0);
    // One threshold lies between what all layers hold and what they would hold with one position less.
    const least = Math.min(...shares.map(({ held }) => held));
    for (const { without } of shares) expect(without).toBeLessThan(least + 1e-9);
  });

  it('Bottlenecked recalls what the step attended to', () => {
    const one = panel('bottlenecked', 'all', 24, { step: 12, recalled: 3 }, {}, { attention });
    const row = drawing(one)[23];
    expect(row).toBe('##r##r###r##rrrrrrrrrrrr');
  });

  it.each(['keyformer', 'prefix-kv'])('%s draws the columns that a run kept', (id) => {
    const columns = (_layer: number, _head: number, query: number) =>
      new Set([3, query % 2 === 0 ? 7 : 8, query]);
    for (const one of panels(id, 30, {}, {}, { columns })) {
      const seen = (i: number) =>
        Array.from({ length: 30 }, (_, j) => j).filter((j) => one.mark(i, j) !== 'none');
      expect(seen(28)).toEqual([3, 7, 28]);
      expect(seen(29)).toEqual([3, 8, 29]);
      expect(seen(15)).toHaveLength(16);
    }
  });
});
