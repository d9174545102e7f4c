import { describe, expect, it, test } from 'vitest';
import { createPolicy } from '@/lib/methods-live';
import { Keyformer, keyformerNoise } from '@/lib/methods-live/keyformer';
import { PrefixKV } from '@/lib/methods-live/prefix-kv';
import type { HeldLayer, KeptPolicy, PolicyShape, PromptRows } from '@/lib/methods-live/types';
import { noiseBits } from '@/lib/model/noise';

const shape: PolicyShape = { layers: 2, heads: 2, contextLength: 64, promptLength: 8 };
const silent = () => new Float32Array(shape.layers * shape.heads);

/** Rows whose weights come from `weight`, each summing to 1. */
function rowsOf(
  weight: (layer: number, head: number, query: number, key: number) => number,
  length = shape.promptLength,
): PromptRows {
  return {
    length,
    row: (layer, head, query) => {
      const row = Float32Array.from({ length: query + 1 }, (_, key) =>
        weight(layer, head, query, key),
      );
      const sum = row.reduce((a, b) => a + b, 0);
      return row.map((value) => value / sum);
    },
  };
}

/** Plays a run of even rows and says what a layer's cache holds, head 0, after the prompt and after every token. */
function play(policy: KeptPolicy, tokens: number, layer = 0, rows = rowsOf(() => 1)): number[][] {
  const { heads, promptLength } = shape;
  const rowCount = policy.perHead ? heads : 1;
  let held = Array.from({ length: rowCount }, () =>
    Array.from({ length: promptLength }, (_, i) => i),
  );
  const keep = (slots: Int32Array | null) => {
    if (!slots) return;
    const count = slots.length / rowCount;
    held = held.map((row, r) =>
      [...slots.subarray(r * count, (r + 1) * count)].map((slot) => row[slot] ?? -1),
    );
  };
  keep(policy.afterPrompt(rows)[layer] ?? null);
  const found = [[...(held[0] ?? [])]];
  for (let token = promptLength; token < promptLength + tokens; token++) {
    keep(policy.before(layer, held[0]?.length ?? 0));
    for (const row of held) row.push(token);
    const count = held[0]?.length ?? 0;
    expect(count).toBeLessThanOrEqual(policy.room(layer));
    const layerHeld: HeldLayer = {
      count,
      perHead: policy.perHead,
      positions: Int32Array.from(held.flat()),
    };
    keep(policy.after(layer, new Float32Array(heads * count).fill(1 / count), layerHeld));
    found.push([...(held[0] ?? [])]);
  }
  return found;
}

describe('a sliding window', () => {
  it('holds the last positions, the current one among them', () => {
    const held = play(createPolicy({ id: 'sliding-window', window: 3 }, shape), 2);
    expect(held).toEqual([
      [5, 6, 7],
      [6, 7, 8],
      [7, 8, 9],
    ]);
  });

  it('holds everything until it is full', () => {
    const held = play(createPolicy({ id: 'sliding-window', window: 9 }, shape), 2);
    expect(held.map((row) => row.length)).toEqual([8, 9, 9]);
  });
});

test('StreamingLLM holds the first and the last positions', () => {
  const policy = createPolicy({ id: 'streaming-llm', sinks: 2, window: 3 }, shape);
  expect(policy.sinks).toBe(2);
  expect(play(policy, 2)).toEqual([
    [0, 1, 5, 6, 7],
    [0, 1, 6, 7, 8],
    [0, 1, 7, 8, 9],
  ]);
});

describe('Keyformer', () => {
  const method = { id: 'keyformer', cache: 0.5, recent: 0.5, seed: 3, steps: 4 } as const;

  it('counts its budget from the prompt', () => {
    const policy = new Keyformer(shape, method);
    expect([policy.keep, policy.recent, policy.room()]).toEqual([4, 2, 5]);
  });

  it('keeps in each head what earned most attention there, and the last ones', () => {
    const policy = new Keyformer(shape, method, silent);
    const kept = policy.afterPrompt(
      rowsOf((layer, head, _, key) => (key === 1 + layer || key === 3 + head ? 9 : 0.1)),
    );
    expect(kept.map((slots) => [...(slots ?? [])])).toEqual([
      [1, 3, 6, 7, 1, 4, 6, 7],
      [2, 3, 6, 7, 2, 4, 6, 7],
    ]);
  });

  it('lets a token that left the window take the place of a weaker one', () => {
    const policy = new Keyformer(shape, method, silent);
    const positions = Int32Array.of(0, 1, 6, 7, 8, 0, 1, 6, 7, 8);
    policy.afterPrompt(rowsOf((_l, _h, _q, key) => (key < 2 ? 1 : 0)));
    // Of 0 and 1, each with the half of the rows behind them, position 1 has no row of its own.
    const row = Float32Array.of(0, 0, 1, 0, 0, 0, 0, 1, 0, 0);
    const held = { count: 5, perHead: true, positions };
    expect([...(policy.after(0, row, held) ?? [])]).toEqual([0, 1, 3, 4, 0, 1, 3, 4]);
    const again = new Keyformer(shape, method, silent);
    again.afterPrompt(rowsOf((_l, _h, _q, key) => (key === 0 ? 1 : key === 1 ? 0.01 : 0)));
    expect([...(again.after(0, row, held) ?? [])]).toEqual([0, 2, 3, 4, 0, 2, 3, 4]);
  });

  describe('adds softmax((x + noise) / tau)', () => {
    // No score is shown, but each decides: one head, three prompt tokens, room for three, the newest two always stay.
    const tiny: PolicyShape = { layers: 1, heads: 1, contextLength: 64, promptLength: 3 };
    const left = (prompt: number[][], row: number[], steps: number, loud = 0) => {
      const noise = (position: number) => Float32Array.of(position === 0 ? loud : 0);
      const settings = { ...method, cache: 1, recent: 0.6, steps };
      const policy = new Keyformer(tiny, settings, noise);
      policy.afterPrompt(rowsOf((_l, _h, query, key) => prompt[query]?.[key] ?? 0, 3));
      const held = { count: 4, perHead: true, positions: Int32Array.of(0, 1, 2, 3) };
      return [...(policy.after(0, Float32Array.from(row), held) ?? [])];
    };

    it('with the noise of the position', () => {
      const own = [[1], [0, 1], [0, 0, 1]];
      // All scores are 1. With ln 2, position 0 beats position 1 from half its weight on.
      expect(left(own, [0.11, 0.2, 0.3, 0.39], 1, Math.LN2)).toEqual([0, 2, 3]);
      expect(left(own, [0.09, 0.2, 0.3, 0.41], 1, Math.LN2)).toEqual([1, 2, 3]);
    });

    it('with tau rising from 1 to 2 over the steps', () => {
      // Position 0 leads by 0.4. The row brings position 1 0.6 more at tau 1, but only 0.29 at tau 2.
      const led = [[1], [0.2, 0.8], [0, 0, 1]];
      expect(left(led, [0.1, 0.7, 0.1, 0.1], 1)).toEqual([0, 2, 3]);
      expect(left(led, [0.1, 0.7, 0.1, 0.1], 1000)).toEqual([1, 2, 3]);
    });
  });

  it('holds its budget in every step', () => {
    const policy = new Keyformer(shape, method);
    const held = play(policy, 5);
    expect(held.map((row) => row.length)).toEqual([4, 4, 4, 4, 4, 4]);
    expect(policy.scoreBytes).toBe(4 * 2 * 2 * 4);
    expect(held.map((row) => row.slice(-2))).toEqual(held.map((_, i) => [6 + i, 7 + i]));
  });

  it('takes its noise from the hash, apart from that of the sampling', () => {
    const noise = keyformerNoise(3, shape)(7);
    expect(noise).toEqual(keyformerNoise(3, shape)(7));
    expect(noise).not.toEqual(keyformerNoise(4, shape)(7));
    expect(noise).not.toEqual(keyformerNoise(3, shape)(8));
    const gumbel = (seed: number) => {
      const u = (noiseBits(seed, 7, 0) + 0.5) / 0x1_0000_0000;
      return -Math.log(-Math.log(u));
    };
    expect(noise[0]).toBeCloseTo(gumbel((3 ^ 0x4b455946) >>> 0), 5);
    expect(noise[0]).not.toBeCloseTo(gumbel(3), 5);
  });
});

describe('PrefixKV', () => {
  const method = { id: 'prefix-kv', kept: 0.5, start: 1, tail: 2 } as const;
  // Layer 0 looks at position 3 alone, layer 1 at all alike.
  const unlike = rowsOf((layer, _head, query, key) =>
    layer === 1 ? 1 : key === Math.min(3, query) ? 1 : 1e-6,
  );

  it('gives the layers unequal room for an equal share of attention', () => {
    const policy = new PrefixKV(shape, method);
    const kept = policy.afterPrompt(unlike);
    expect(policy.counts.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(8);
    expect(policy.counts[0]).toBeLessThan(policy.counts[1] ?? 0);
    expect(kept[0]?.length).toBe(policy.counts[0]);
    for (const slots of kept) {
      expect(slots?.[0]).toBe(0);
      expect(slots?.at(-1)).toBe(7);
      expect([...(slots ?? [])]).toEqual([...(slots ?? [])].sort((a, b) => a - b));
    }
    expect([...(kept[0] ?? [])]).toContain(3);
  });

  it('grows with the text, and what is over leaves from one slot', () => {
    const policy = new PrefixKV(shape, { ...method, kept: 0.75 });
    const held = play(policy, 6, 1, unlike);
    const count = policy.counts[1] ?? 0;
    expect(count).toBeGreaterThan(3);
    expect(held.map((row) => row.length)).toEqual(
      held.map((_, i) => Math.floor((count * (8 + i)) / 8)),
    );
    const fixed = held[0]?.slice(0, count - 2);
    for (const row of held) expect(row.slice(0, count - 2)).toEqual(fixed);
    expect(held.at(-1)?.at(-1)).toBe(13);
  });

  it('keeps everything where everything may stay', () => {
    expect(new PrefixKV(shape, { ...method, kept: 1 }).afterPrompt(unlike)).toEqual([null, null]);
  });
});
