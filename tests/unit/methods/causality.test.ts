import { describe, expect, it } from 'vitest';
import type { Panel } from '@/lib/methods/types';
import { panel, panels, SHAPE, variants } from './masks';

/** The panels that see later positions, and there is a reason for each. */
const NOT_CAUSAL = [
  'block-skim/stage-0',
  'block-skim/stage-1',
  'block-skim/stage-2',
  'block-skim/stage-3',
  'block-skim/stage-4',
  'bottlenecked/all',
  'cluster-former/clusters',
  'cluster-former/sorted',
  'cluster-former/windows',
  'recurrent-memory/segment',
];

function later({ size, mark }: Panel): string[] {
  const cells: string[] = [];
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++) if (mark(i, j) !== 'none') cells.push(`${i},${j}`);
  return cells;
}

describe('no query sees a later key', () => {
  it.each(variants())('$name', ({ method, params }) => {
    for (const n of [1, 8, 33, 64]) {
      for (const one of method.panels({ n, shape: SHAPE, params })) {
        const known = NOT_CAUSAL.includes(`${method.id}/${one.id}`);
        expect(one.causal, `${one.id} says what it is`).toBe(!known);
        if (known) expect(one.whyLater).toMatch(/\w.*\.$/);
        else expect(later(one), `${one.id} at ${n}`).toEqual([]);
      }
    }
  });

  it('but for the panels that say so', () => {
    const saw = new Set<string>();
    for (const { method, params } of variants())
      for (const one of method.panels({ n: 48, shape: SHAPE, params }))
        if (later(one).length > 0) saw.add(`${method.id}/${one.id}`);
    expect([...saw].sort()).toEqual(NOT_CAUSAL);
  });

  it('rewritten entries know of nothing behind the end of their step', () => {
    const { size, mark } = panel('bottlenecked', 'all', 40, { step: 12, recalled: 4 });
    for (let i = 0; i < size; i++)
      for (let j = i + 1; j < size; j++) {
        if (mark(i, j) === 'none') continue;
        expect(mark(i, j)).toBe('rewritten');
        // The later of the two lies in a step that is over, and the end of that step comes after both.
        expect(Math.floor(j / 12) * 12 + 12).toBeLessThanOrEqual(size);
      }
  });

  it('memory vectors see the whole of their own group and no later text', () => {
    const one = panel('recurrent-memory', 'segment', 6, { memory: 2, segment: 6 });
    const groups = later(one).map((cell) => cell.split(',').map(Number));
    expect(groups).toEqual([
      [0, 1],
      [8, 9],
    ]);
  });

  it('every row sees something', () => {
    for (const { method, params, name } of variants())
      for (const one of method.panels({ n: 40, shape: SHAPE, params })) {
        if (one.state !== undefined || method.id === 'block-skim') continue;
        for (let i = 1; i < one.size; i++) {
          const any = Array.from(
            { length: one.size },
            (_, j) => one.mark(i, j) !== 'none',
          ).includes(true);
          expect(
            any || (one.extra?.count ?? 0) > 0 || one.rows === 'next',
            `${name} ${one.id} ${i}`,
          ).toBe(true);
        }
      }
  });

  it('a state has no cells', () => {
    const [mixer] = panels('scout', 20, { mixer: 1 });
    expect(mixer?.state).toContain('no attention matrix');
    expect(Array.from({ length: 20 }, (_, i) => mixer?.mark(i, i))).toEqual(Array(20).fill('none'));
  });
});
