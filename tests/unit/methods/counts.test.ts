import { describe, expect, it } from 'vitest';
import {
  type Method,
  type Panel,
  type Params,
  type Part,
  type Shape,
  total,
} from '@/lib/methods/types';
import { byId, panel, SHAPE, variants } from './masks';

/** Numbers of what a mask shows: distinct visible entries of one row, each with its numbers. */
function shown(panels: readonly Panel[], row: (panel: Panel) => number, self: boolean): number {
  let numbers = 0;
  for (const one of panels) {
    const i = row(one);
    const seen = new Map<string, number>();
    const add = (key: string, mark: ReturnType<Panel['mark']>) => {
      if (mark === 'none' || (mark === 'self' && !self)) return;
      seen.set(key, one.entryNumbers?.(mark) ?? Number.NaN);
    };
    for (let c = 0; c < (one.extra?.count ?? 0); c++)
      add(`extra ${c}`, one.extra?.mark(i, c) ?? 'none');
    const to = one.rows === 'next' && !self ? i : i + 1;
    for (let j = 0; j < to; j++) add(`${one.entry?.(i, j) ?? j}`, one.mark(i, j));
    for (const value of seen.values()) numbers += value;
  }
  return numbers;
}

/** After n positions the cache holds what row n − 1 sees, or what row n finds: the picture needs that row. */
function held(method: Method, n: number, shape: Shape, params: Params): number {
  const counted = method
    .panels({ n: n + 1, shape, params })
    .filter((one) => one.entryNumbers !== undefined);
  expect(counted.length).toBeGreaterThan(0);
  return shown(counted, ({ rows }) => (rows === 'next' ? n : n - 1), false);
}

function entriesOnly(parts: readonly Part[]): number {
  return total(parts.filter(({ aside }) => !aside));
}

/** Methods whose mask hangs on nothing but the parameters, and whose panels stand for all layers and heads. */
const EXACT = [
  'multi-head',
  'block-transformer',
  'multi-query',
  'grouped-query',
  'sliding-window',
  'streaming-llm',
  'tensor-product',
  'scout',
  'recurrent-memory',
  'megabyte',
];
const LENGTHS = [1, 2, 3, 7, 12, 13, 36, 47, 48, 100];
const exact = variants().filter(
  ({ method, params }) =>
    EXACT.includes(method.id) || (method.id === 'combiner' && params.pattern === 0),
);

describe('what is stored is what the mask’s last row shows', () => {
  it.each(exact)('$name', ({ method, params }) => {
    for (const n of LENGTHS) {
      const stored = entriesOnly(method.stored?.(n, SHAPE, params) ?? []);
      expect(stored, `at ${n}`).toBe(held(method, n, SHAPE, params));
    }
  });

  it('Combiner, axial and logsparse: every key and value besides', () => {
    for (const pattern of [1, 2])
      for (const n of LENGTHS) {
        const params = { pattern, span: 7 };
        const [raw, summaries] = byId('combiner').stored?.(n, SHAPE, params) ?? [];
        const one = panel('combiner', pattern === 1 ? 'axial' : 'logsparse', n + 8, params);
        const entry = 2 * SHAPE.layers * SHAPE.width;
        expect(raw?.numbers).toBe(entry * n);
        // For axial any of the next row’s positions may come; for logsparse it is the next one.
        const rows = pattern === 1 ? [0, 1, 2, 3, 4, 5, 6].map((k) => n + k) : [n];
        const asked = new Set<number>();
        for (const i of rows)
          for (let j = 0; j < n; j++)
            if (
              one.mark(i, j) === 'summary' &&
              (pattern === 2 || Math.floor(j / 7) < Math.floor(n / 7))
            )
              asked.add(one.entry?.(i, j) ?? Number.NaN);
        expect(summaries?.numbers, `pattern ${pattern} at ${n}`).toBe(entry * asked.size);
      }
  });

  it('Attamba: a border among the leading tokens lies in both of its stores', () => {
    for (const layers of [6, 12])
      for (const [chunk, window] of [
        [8, 5],
        [4, 16],
        [14, 3],
      ] as const)
        for (const n of LENGTHS) {
          const shape = { ...SHAPE, layers };
          const parts = byId('attamba').stored?.(n, shape, { chunk, window }) ?? [];
          let count = 0;
          for (let layer = 0; layer < layers; layer++) {
            const shift = Math.min(chunk - 1, layer * Math.floor(chunk / layers));
            for (let j = 0; j < n; j++) {
              if ((j + shift + 1) % chunk === 0) count++;
              if (j >= n - window) count++;
            }
          }
          expect(entriesOnly(parts), `${layers} ${chunk} ${window} ${n}`).toBe(
            2 * SHAPE.width * count,
          );
        }
  });

  it('Keyformer: k entries and k scores in every layer and head once the prompt is over', () => {
    const method = byId('keyformer');
    const params = { cache: 50, recent: 25, seed: 2 };
    for (const n of [5, 16, 17, 24, 40]) {
      const one = panel('keyformer', 'layer-5-head-0', n, params);
      const row = Array.from({ length: n }, (_, j) => one.mark(n - 1, j));
      const seen = row.filter((mark) => mark !== 'none').length;
      const stored = method.stored?.(n, SHAPE, params) ?? [];
      expect(seen).toBe(n <= 16 ? n : 8);
      expect(entriesOnly(stored)).toBe(2 * SHAPE.layers * SHAPE.width * seen);
      expect(total(stored) - entriesOnly(stored)).toBe(
        n <= 16 ? 0 : SHAPE.layers * SHAPE.heads * 8,
      );
    }
  });

  it('PrefixKV: the layers’ positions add up to the budget', () => {
    const method = byId('prefix-kv');
    const shape = { ...SHAPE, promptLength: 200 };
    for (const kept of [20, 50, 100]) {
      const params = { kept, start: 1, tail: 25, spread: 60, seed: 4 };
      const positions = method.positions?.(200 + 1, shape, params) ?? [];
      const sum = positions.reduce((a, b) => a + b, 0) / 201;
      expect(positions).toHaveLength(6);
      // Counts are whole: each layer may miss one.
      expect(Math.abs(sum - (shape.layers * kept) / 100)).toBeLessThanOrEqual(
        (2 * shape.layers) / 200,
      );
      if (kept === 20) expect(new Set(positions).size).toBeGreaterThan(3);
    }
  });

  it('sentinels: the share of what is left is that of the spans as they lie', () => {
    const n = 4000;
    for (const spans of [0, 1]) {
      const params = { share: 60, span: 6, spans, seed: 1 };
      const one = panel('sentinel-tokens', 'all', n, params);
      const kinds = Array.from({ length: n }, (_, j) => one.kind?.(j) ?? '');
      const last = kinds.lastIndexOf('·');
      const before = kinds.slice(0, last);
      const text = before.filter((kind) => kind === '·' || kind === 'x').length;
      const live = before.filter((_, j) => one.mark(last, j) !== 'none').length;
      const stored = total(byId('sentinel-tokens').stored?.(text, SHAPE, params) ?? []);
      const measured = 2 * SHAPE.layers * SHAPE.width * live;
      expect(Math.abs(measured / stored - 1)).toBeLessThan(spans === 0 ? 0.005 : 0.03);
    }
  });

  it('LoRC: cells are as thin as the codes are short', () => {
    const shape = { ...SHAPE, layers: 3 };
    const params = { rank: 50, fall: 50 };
    const shares = [0, 1, 2].map(
      (layer) => panel('lorc', `layer-${layer}`, 10, params, shape).thickness ?? 0,
    );
    expect(shares).toEqual([0.75, 0.5, 0.25]);
    const stored = total(byId('lorc').stored?.(10, shape, params) ?? []);
    expect(stored).toBe(shares.reduce((sum, share) => sum + share * 2 * SHAPE.width * 10, 0));
  });

  it('thin cells are as thin as their entries', () => {
    for (const id of ['multi-query', 'grouped-query', 'tensor-product']) {
      const one = panel(id, 'all', 4, id === 'grouped-query' ? { groups: 2 } : {});
      expect(one.thickness).toBeCloseTo((one.entryNumbers?.('exact') ?? 0) / (2 * 6 * 64), 12);
    }
  });
});

describe('what is read is what the mask’s row shows, the query included', () => {
  it.each(exact)('$name', ({ method, params }) => {
    for (const n of LENGTHS) {
      const parts = method.read?.(n, SHAPE, params) ?? [];
      const once = parts.filter(({ aside }) => !aside).reduce((sum, part) => sum + part.numbers, 0);
      const counted = method
        .panels({ n: n + 1, shape: SHAPE, params })
        .filter((one) => one.entryNumbers !== undefined);
      // Rows that find the past without themselves are those of the position that is predicted, n.
      const two = method.id === 'block-transformer' || method.id === 'megabyte';
      const seen = shown(counted, () => (two ? n : n - 1), true);
      const start = method.id === 'megabyte' ? (counted[0]?.entryNumbers?.('recent') ?? 0) : 0;
      expect(once, `at ${n}`).toBe(seen + start);
    }
  });

  it('Combiner, axial and logsparse', () => {
    for (const pattern of [1, 2])
      for (const n of LENGTHS) {
        const params = { pattern, span: 7 };
        const panels = byId('combiner').panels({ n, shape: SHAPE, params });
        const read = total(byId('combiner').read?.(n, SHAPE, params) ?? []);
        expect(read, `${pattern} ${n}`).toBe(shown(panels, () => n - 1, true));
      }
  });

  it('Attamba: a border among the leading tokens is read once', () => {
    for (const [chunk, window] of [
      [8, 5],
      [4, 16],
      [5, 0],
    ] as const)
      for (const n of LENGTHS) {
        const shape = { ...SHAPE, layers: 24 };
        const { mark } = panel('attamba', 'code-0', n, { chunk, window }, shape);
        const seen = Array.from({ length: n }, (_, j) => mark(n - 1, j)).filter(
          (m) => m !== 'none',
        );
        const read = total(byId('attamba').read?.(n, shape, { chunk, window }) ?? []);
        expect(read).toBe(2 * 24 * SHAPE.width * seen.length);
      }
  });

  it('what happens once a block counts by its share', () => {
    const params = { blockLength: 4, prefixLength: 2, blockLayers: 50 };
    const parts = byId('block-transformer').read?.(41, SHAPE, params) ?? [];
    // 10 blocks in 3 layers, once in 4 tokens; 2 prefixes and 1 token in 3 layers.
    expect(total(parts)).toBe((2 * 3 * 64 * 10) / 4 + 2 * 3 * 64 * 3);
  });

  it('Bottlenecked: the whole cache, and what a step’s end rewrites', () => {
    const params = { step: 12, recalled: 4, seed: 1 };
    for (const n of [5, 12, 24, 40]) {
      const [cache, rewritten] = byId('bottlenecked').read?.(n, SHAPE, params) ?? [];
      const { mark } = panel('bottlenecked', 'all', n, params);
      const end = Math.floor(n / 12) * 12;
      const square = Array.from({ length: n }, (_, j) => j).filter(
        (j) => end > 0 && mark(end - 1, j) === 'rewritten',
      );
      expect(cache?.numbers).toBe(2 * 6 * 64 * n);
      expect(rewritten?.numbers).toBe(2 * 6 * 64 * square.length);
      expect(rewritten?.every).toBe(12);
    }
  });
});

describe('the most that is held', () => {
  it.each(variants().filter(({ method }) => method.peak))(
    '$name: never less than what is held',
    ({ method, params }) => {
      let most = 0;
      for (let n = 0; n <= 120; n++) {
        most = Math.max(most, total(method.stored?.(n, SHAPE, params) ?? []));
        const peak = total(method.peak?.(n, SHAPE, params) ?? []);
        expect(peak, `at ${n}`).toBeGreaterThanOrEqual(most);
      }
    },
  );

  it('methods without a peak hold most at the end', () => {
    for (const { method, params, name } of variants()) {
      if (method.peak || !method.stored) continue;
      let before = 0;
      for (let n = 0; n <= 120; n++) {
        const now = total(method.stored(n, SHAPE, params));
        expect(now, `${name} at ${n}`).toBeGreaterThanOrEqual(before);
        before = now;
      }
    }
  });

  it('Keyformer and PrefixKV drop to their budget when the prompt ends, so their peak is the prompt', () => {
    for (const id of ['keyformer', 'prefix-kv']) {
      const method = byId(id);
      const params = { cache: 50, recent: 30, kept: 20, start: 1, tail: 3, spread: 0, seed: 1 };
      const whole = 2 * 6 * 64 * 16;
      expect(total(method.stored?.(16, SHAPE, params) ?? [])).toBe(whole);
      expect(total(method.stored?.(17, SHAPE, params) ?? [])).toBeLessThan(whole);
      expect(total(method.peak?.(17, SHAPE, params) ?? [])).toBe(whole);
    }
  });
});
