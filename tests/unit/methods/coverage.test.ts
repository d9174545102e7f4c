import { describe, expect, it } from 'vitest';
import type { Panel } from '@/lib/methods/types';
import { panel, panels } from './masks';

/** For a row: how many entries each column is read from, and the columns of each entry. */
function entriesOf({ mark, entry, size }: Panel, row: number): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let j = 0; j < size; j++) {
    if (mark(row, j) === 'none') continue;
    const key = entry?.(row, j) ?? j;
    found.set(key, [...(found.get(key) ?? []), j]);
  }
  return found;
}

describe('coverage', () => {
  it.each([
    ['combiner', 'fixed', { pattern: 0, span: 7 }, 1],
    ['combiner', 'axial', { pattern: 1, span: 7 }, 1],
    ['combiner', 'logsparse', { pattern: 2 }, 1],
    ['megabyte', 'both', { patch: 6 }, 0],
    ['block-transformer', 'both', { blockLength: 4 }, 0],
  ] as const)('%s, %s: every earlier position exactly once', (id, which, params, itself) => {
    for (const n of [1, 7, 8, 49, 64]) {
      const one = panel(id, which, n, params);
      for (let i = 0; i < n; i++) {
        const columns = [...entriesOf(one, i).values()].flat().sort((a, b) => a - b);
        expect(columns).toEqual(Array.from({ length: i + itself }, (_, j) => j));
      }
    }
  });

  it.each([
    ['combiner', 'fixed', { pattern: 0, span: 7 }],
    ['combiner', 'logsparse', { pattern: 2 }],
    ['megabyte', 'both', { patch: 6 }],
    ['block-transformer', 'both', { blockLength: 4 }],
  ] as const)(
    '%s, %s: a summary stands for neighbours, an exact entry for itself',
    (id, which, params) => {
      const one = panel(id, which, 50, params);
      for (let i = 0; i < 50; i++)
        for (const [, columns] of entriesOf(one, i)) {
          const marks = new Set(columns.map((j) => one.mark(i, j)));
          expect(marks.size).toBe(1);
          const [first, last] = [columns[0] ?? 0, columns.at(-1) ?? 0];
          expect(last - first + 1).toBe(columns.length);
          if (!marks.has('summary')) expect(columns).toHaveLength(1);
        }
    },
  );

  it('Combiner, axial: a summary stands for one other column, in the rows above', () => {
    const one = panel('combiner', 'axial', 50, { pattern: 1, span: 7 });
    for (const [, columns] of entriesOf(one, 45)) {
      if (one.mark(45, columns[0] ?? 0) !== 'summary') continue;
      expect(columns).toEqual([0, 1, 2, 3, 4, 5].map((row) => row * 7 + ((columns[0] ?? 0) % 7)));
    }
  });

  it('SCOUT: every segment that is over can be asked through its last position, which is asked once', () => {
    const { mark } = panel('scout', 'checkpoints', 60, { segment: 10 });
    for (let i = 0; i < 60; i++) {
      const seen = Array.from({ length: 60 }, (_, j) => j).filter((j) => mark(i, j) !== 'none');
      const over = Math.floor((i + 1) / 10);
      expect(seen.filter((j) => mark(i, j) === 'kept')).toHaveLength(over);
      expect(seen).toHaveLength(i % 10 === 9 ? over : over + 1);
    }
  });

  it('Attamba: every chunk that is over, or all of its tokens', () => {
    const { mark } = panel('attamba', 'code-0', 60, { chunk: 8, window: 5 }, { layers: 12 });
    for (let i = 8; i < 60; i++)
      for (let chunk = 0; (chunk + 1) * 8 <= i; chunk++)
        expect(mark(i, chunk * 8 + 7)).not.toBe('none');
  });

  it('sentinels: whatever lies outside open spans is seen itself or through its sentinel', () => {
    for (const spans of [0, 1]) {
      const { mark, kind } = panel('sentinel-tokens', 'all', 80, { spans });
      const kinds = Array.from({ length: 80 }, (_, j) => kind?.(j));
      for (let i = 0; i < 80; i++) {
        if (kinds[i] !== '·') continue;
        for (let j = 0; j < i; j++) {
          const visible = mark(i, j) !== 'none';
          expect(visible, `${i} ${j}`).toBe(kinds[j] === '·' || kinds[j] === '>');
        }
      }
    }
  });

  it('Recurrent Memory: all memory vectors in every row', () => {
    const { extra } = panel('recurrent-memory', 'text', 40, { memory: 3, segment: 12 });
    expect(extra?.count).toBe(3);
    for (let i = 0; i < 40; i++)
      for (let c = 0; c < 3; c++) expect(extra?.mark(i, c)).toBe('memory');
  });

  it('PrefixKV: a row never shows more than its layer’s share', () => {
    const shape = { promptLength: 32, layers: 6 };
    for (const one of panels('prefix-kv', 64, { kept: 40, tail: 3 }, shape)) {
      const seen = (i: number) =>
        Array.from({ length: 64 }, (_, j) => one.mark(i, j)).filter((m) => m !== 'none').length;
      const kept = Array.from({ length: 32 }, (_, j) => one.mark(32, j)).filter(
        (m) => m === 'kept',
      );
      expect(seen(31)).toBe(32);
      for (let i = 33; i < 64; i++) {
        expect(seen(i)).toBeLessThanOrEqual(Math.ceil(((kept.length + 1) / 32) * (i + 1)));
        expect(one.mark(i, i)).toBe('recent');
      }
    }
  });
});
