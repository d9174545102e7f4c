import { describe, expect, it } from 'vitest';
import { arrangeHeads, neighbour } from '@/lib/draw/heads-layout';

const inOrder = arrangeHeads(2, 3, null);
const names = (rows: ReturnType<typeof arrangeHeads>) =>
  rows.map((row) => row.heads.map(({ layer, head }) => `${layer}.${head}`));

describe('the grid of heads', () => {
  it('has a row for each layer, and a last one for what combines them all', () => {
    expect(names(inOrder)).toEqual([['0.0', '0.1', '0.2'], ['1.0', '1.1', '1.2'], []]);
    expect(inOrder.map((row) => row.combined)).toEqual([
      [
        { layer: 0, head: 'mean' },
        { layer: 0, head: 'max' },
      ],
      [
        { layer: 1, head: 'mean' },
        { layer: 1, head: 'max' },
      ],
      [
        { layer: 'all', head: 'mean' },
        { layer: 'all', head: 'max' },
      ],
    ]);
  });

  it('sorts by a value from high to low; equal ones keep their order, missing ones come last', () => {
    const values: Record<string, number | null> = {
      '0.0': 1,
      '0.1': null,
      '0.2': 3,
      '1.0': 1,
      '1.1': 5,
      '1.2': 0,
    };
    const sorted = arrangeHeads(2, 3, (layer, head) => values[`${layer}.${head}`] ?? null);
    expect(names(sorted)).toEqual([['1.1', '0.2', '0.0'], ['1.0', '1.2', '0.1'], []]);
  });

  it('keeps the order when no head has a value', () => {
    expect(names(arrangeHeads(2, 3, () => null))).toEqual(names(inOrder));
  });
});

describe('arrow keys in the grid', () => {
  it('lead to the neighbours, and nowhere beyond the edge', () => {
    const from = { layer: 0, head: 2 } as const;
    expect(neighbour(inOrder, from, 'ArrowLeft')).toEqual({ layer: 0, head: 1 });
    expect(neighbour(inOrder, from, 'ArrowRight')).toEqual({ layer: 0, head: 'mean' });
    expect(neighbour(inOrder, from, 'ArrowDown')).toEqual({ layer: 1, head: 2 });
    expect(neighbour(inOrder, from, 'ArrowUp')).toBeNull();
    expect(neighbour(inOrder, from, 'Enter')).toBeNull();
  });

  it('reach the last row, which ends at the right like the others', () => {
    expect(neighbour(inOrder, { layer: 1, head: 'max' }, 'ArrowDown')).toEqual({
      layer: 'all',
      head: 'max',
    });
    expect(neighbour(inOrder, { layer: 1, head: 0 }, 'ArrowDown')).toEqual({
      layer: 'all',
      head: 'mean',
    });
    expect(neighbour(inOrder, { layer: 'all', head: 'mean' }, 'ArrowUp')).toEqual({
      layer: 1,
      head: 'mean',
    });
  });
});
