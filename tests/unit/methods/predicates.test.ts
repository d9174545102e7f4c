import { describe, expect, it } from 'vitest';
import type { Panel } from '@/lib/methods/types';
import { drawing, panel } from './masks';

const SIZES = [1, 2, 7, 24, 41];

/** Where a panel and a predicate differ in what is visible. */
function differences({ size, mark }: Panel, visible: (i: number, j: number) => boolean): string[] {
  const cells: string[] = [];
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      if ((mark(i, j) !== 'none') !== visible(i, j)) cells.push(`${i},${j}`);
  return cells;
}

/** The same for a predicate that names a kind. */
function unlike({ size, mark }: Panel, kind: (i: number, j: number) => string): string[] {
  const cells: string[] = [];
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      if (mark(i, j) !== kind(i, j)) cells.push(`${i},${j}: ${mark(i, j)}`);
  return cells;
}

describe('masks are those of the papers’ predicates', () => {
  it.each(['multi-head', 'multi-query', 'grouped-query', 'tensor-product'])('%s: causal', (id) => {
    for (const n of SIZES) expect(differences(panel(id, 'all', n), (i, j) => j <= i)).toEqual([]);
  });

  it('lorc: causal in every layer', () => {
    for (const layer of [0, 2, 5])
      expect(differences(panel('lorc', `layer-${layer}`, 24), (i, j) => j <= i)).toEqual([]);
  });

  it('sliding window', () => {
    for (const n of SIZES)
      for (const window of [1, 5, 64])
        expect(
          differences(
            panel('sliding-window', 'all', n, { window }),
            (i, j) => j <= i && i - j < window,
          ),
        ).toEqual([]);
  });

  it('StreamingLLM', () => {
    for (const sinks of [0, 1, 4])
      for (const window of [1, 6, 50])
        expect(
          unlike(panel('streaming-llm', 'all', 41, { sinks, window }), (i, j) => {
            if (!(j <= i && (j < sinks || i - j < window))) return 'none';
            return j < sinks ? 'kept' : 'recent';
          }),
        ).toEqual([]);
  });

  it('SCOUT: window and checkpoints', () => {
    for (const k of [2, 5, 10])
      for (const w of [1, 7, 100]) {
        const settings = { segment: k, window: w };
        expect(
          differences(panel('scout', 'mixer', 41, settings), (i, j) => j <= i && j > i - w),
        ).toEqual([]);
        expect(
          differences(
            panel('scout', 'checkpoints', 41, settings),
            (i, j) => j === i || (j < i && j % k === k - 1),
          ),
        ).toEqual([]);
      }
  });

  it('Attamba: the code’s mask and equation 5', () => {
    for (const P of [2, 4, 7])
      for (const W of [0, 3, 16]) {
        // Twelve layers and shorter chunks: nothing shifts.
        const at = [41, { chunk: P, window: W }, { layers: 12 }] as const;
        expect(
          differences(
            panel('attamba', 'code-0', ...at),
            (i, j) => (j < i && j % P === P - 1) || (j <= i && j >= i - W),
          ),
        ).toEqual([]);
        expect(
          differences(
            panel('attamba', 'training', ...at),
            (i, j) => j <= i && (Math.floor(j / P) === Math.floor(i / P) || j % P === P - 1),
          ),
        ).toEqual([]);
      }
  });

  it('Attamba: borders come earlier in each layer when chunks are longer than the model is deep', () => {
    const at = [60, { chunk: 14, window: 1 }, { layers: 6 }] as const;
    const borders = ['code-0', 'code-5'].map((id) => {
      const { mark } = panel('attamba', id, ...at);
      return Array.from({ length: 58 }, (_, j) => j).filter((j) => mark(59, j) === 'summary');
    });
    // min(P − 1, layer · ⌊P / L⌋) = min(13, 5 · 2) = 10 earlier.
    expect(borders).toEqual([
      [13, 27, 41, 55],
      [3, 17, 31, 45],
    ]);
  });

  it('Recurrent Memory: segments on the text, and one segment with its memory', () => {
    for (const S of [2, 5, 12])
      for (const m of [1, 3]) {
        const settings = { memory: m, segment: S };
        expect(
          differences(
            panel('recurrent-memory', 'text', 24, settings),
            (i, j) => j <= i && Math.floor(j / S) === Math.floor(i / S),
          ),
        ).toEqual([]);
        expect(
          differences(
            panel('recurrent-memory', 'segment', 24, settings),
            (a, b) => b <= a || (a < m && b < m) || (a >= m + S && b >= m + S),
          ),
        ).toEqual([]);
      }
  });

  it('Combiner, fixed', () => {
    for (const s of [2, 5, 9])
      expect(
        unlike(panel('combiner', 'fixed', 41, { span: s }), (i, j) => {
          if (j > i) return 'none';
          return Math.floor(j / s) === Math.floor(i / s) ? 'recent' : 'summary';
        }),
      ).toEqual([]);
  });

  it('Combiner, axial: own row, own column, and every other column in the rows above', () => {
    for (const m of [2, 5, 9])
      expect(
        unlike(panel('combiner', 'axial', 41, { span: m, pattern: 1 }), (i, j) => {
          const [row, column] = [Math.floor(i / m), i % m];
          const [r, c] = [Math.floor(j / m), j % m];
          if (r > row || (r === row && c > column)) return 'none';
          if (r === row) return 'recent';
          return c === column ? 'exact' : 'summary';
        }),
      ).toEqual([]);
  });

  it('Combiner, logsparse: spans are the binary digits of the query', () => {
    const { mark, entry } = panel('combiner', 'logsparse', 41, { pattern: 2 });
    // 13 = 8 + 4 + 1, 12 = 8 + 4.
    const groups = (i: number) => {
      const found = new Map<number | undefined, number[]>();
      for (let j = 0; j < i; j++) {
        const key = entry?.(i, j);
        found.set(key, [...(found.get(key) ?? []), j]);
      }
      return [...found.values()].map((span) => [span[0], span.length]);
    };
    expect(groups(13)).toEqual([
      [0, 8],
      [8, 4],
      [12, 1],
    ]);
    expect(groups(12)).toEqual([
      [0, 8],
      [8, 4],
    ]);
    expect([mark(13, 13), mark(13, 12), mark(13, 11)]).toEqual(['recent', 'recent', 'summary']);
    expect([mark(12, 12), mark(12, 11)]).toEqual(['recent', 'summary']);
  });

  it('MEGABYTE', () => {
    for (const P of [1, 4, 6])
      expect(
        unlike(panel('megabyte', 'both', 41, { patch: P }), (t, j) => {
          if (j >= t) return 'none';
          return Math.floor(j / P) === Math.floor(t / P) ? 'recent' : 'summary';
        }),
      ).toEqual([]);
  });

  it('Block Transformer: blocks before this one, and the tokens of this one', () => {
    expect(
      drawing(panel('block-transformer', 'both', 9, { blockLength: 4, prefixLength: 2 })),
    ).toEqual([
      'mm.........',
      'mm+........',
      'mm++.......',
      'mm+++......',
      'mmssss.....',
      'mmssss+....',
      'mmssss++...',
      'mmssss+++..',
      'mmssssssss.',
    ]);
  });

  it('Cluster-Former: windows, chunks of the sorted order, and the same cells in text order', () => {
    const [l, m, q, chunk] = [7, 5, 2, 4];
    const at = [30, { window: l, stride: m, question: q, chunk }] as const;
    expect(
      differences(panel('cluster-former', 'windows', ...at), (i, j) => {
        if (i < q || j < q) return true;
        for (let t = 0; t < 30; t++) {
          const inside = (k: number) => t * m <= k && k < t * m + l;
          if (inside(i) && inside(j)) return true;
        }
        return false;
      }),
    ).toEqual([]);
    const sorted = panel('cluster-former', 'sorted', ...at);
    expect(differences(sorted, (i, j) => Math.floor(i / chunk) === Math.floor(j / chunk))).toEqual(
      [],
    );
    const order = Array.from({ length: 30 }, (_, place) => Number(sorted.label?.(place)));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, j) => j));
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    const text = panel('cluster-former', 'clusters', ...at);
    for (let a = 0; a < 30; a++)
      for (let b = 0; b < 30; b++)
        expect(text.mark(order[a] ?? 0, order[b] ?? 0)).toBe(sorted.mark(a, b));
  });

  it('Block-Skim: both blocks are kept, and what went stays away', () => {
    const B = 4;
    const keptIn = [0, 1, 2, 3, 4].map((stage) => {
      const one = panel('block-skim', `stage-${stage}`, 64, { block: B, survivors: 19 });
      const kept = Array.from(
        { length: 16 },
        (_, block) => one.mark(block * B, block * B) === 'exact',
      );
      expect(
        differences(
          one,
          (i, j) => kept[Math.floor(i / B)] === true && kept[Math.floor(j / B)] === true,
        ),
      ).toEqual([]);
      return kept.flatMap((is, block) => (is ? [block] : []));
    });
    // 16 · 0.19 ^ (stage / 4)
    expect(keptIn.map((kept) => kept.length)).toEqual([16, 11, 7, 5, 3]);
    for (let stage = 1; stage < 5; stage++)
      for (const block of keptIn[stage] ?? []) expect(keptIn[stage - 1]).toContain(block);
    // The question, and the block at 65 % of the text.
    expect(keptIn[4]).toEqual(expect.arrayContaining([0, 10]));
  });

  it('Keyformer: prompt whole, then the window and a frozen set', () => {
    const settings = { cache: 50, recent: 25, seed: 3 };
    const one = panel('keyformer', 'layer-0-head-0', 30, settings, { promptLength: 16 });
    // k = 8, window 2: six key tokens outside it.
    const K = Array.from({ length: 14 }, (_, j) => j).filter((j) => one.mark(29, j) === 'kept');
    expect(K).toHaveLength(6);
    expect(differences(one, (i, j) => j <= i && (i < 16 || i - j < 2 || K.includes(j)))).toEqual(
      [],
    );
  });

  it('sentinel tokens: the row of the reference picture, and the rules of each kind', () => {
    const one = panel('sentinel-tokens', 'all', 20, { share: 67, span: 4, spans: 0 });
    const kinds = Array.from({ length: 20 }, (_, j) => one.kind?.(j)).join('');
    expect(kinds).toBe('··<xxxx>··<xxxx>··<x');
    expect(
      drawing(one)
        .slice(0, 12)
        .map((row) => row.slice(0, 12)),
    ).toEqual([
      '#...........',
      '##..........',
      '..+.........',
      '##.+........',
      '##.++.......',
      '##.+++......',
      '##.++++.....',
      '..+++++s....',
      '##.....s#...',
      '##.....s##..',
      '..........+.',
      '##.....s##.+',
    ]);
  });
});
