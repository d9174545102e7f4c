import { describe, expect, it } from 'vitest';
import {
  choiceName,
  combinedText,
  existingHead,
  globalWeights,
  type HeadChoice,
  localWeights,
} from '@/lib/trace/heads';
import { DIMS, globalRow, localRow, recorded } from './synthetic';

const { trace } = recorded(2, 2);
const HEADS = [0, 1, 2];

describe('weights of a choice', () => {
  it('are a head’s own', () => {
    expect([...globalWeights(trace, 2, { layer: 1, head: 2 })]).toEqual(globalRow(2, 1, 2));
    const map = localWeights(trace, 3, { layer: 0, head: 1 });
    expect([...(map?.slice(15, 19) ?? [])]).toEqual(localRow(3, 0, 1, 3));
  });

  it('are the mean over a layer’s heads, which still sums to one', () => {
    const row = globalWeights(trace, 2, { layer: 1, head: 'mean' });
    row.forEach((weight, key) => {
      const sum = HEADS.reduce((total, head) => total + (globalRow(2, 1, head)[key] ?? 0), 0);
      expect(weight).toBeCloseTo(sum / 3, 6);
    });
    expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
  });

  it('are the maximum over the heads of all layers', () => {
    const row = globalWeights(trace, 2, { layer: 'all', head: 'max' });
    row.forEach((weight, key) => {
      const all = [0, 1].flatMap((layer) =>
        HEADS.map((head) => globalRow(2, layer, head)[key] ?? 0),
      );
      expect(weight).toBe(Math.max(...all));
    });
  });

  it('are combined once for each row and choice', () => {
    const mean: HeadChoice = { layer: 1, head: 'mean' };
    const row = globalWeights(trace, 2, mean);
    expect(globalWeights(trace, 2, { ...mean })).toBe(row);
    expect(globalWeights(trace, 1, mean)).toHaveLength(2);
    expect(globalWeights(trace, 2, { layer: 0, head: 'mean' })).not.toBe(row);
    expect(globalWeights(recorded(2, 2).trace, 2, mean)).not.toBe(row);
    expect(() => globalWeights(trace, 99, mean)).toThrow(RangeError);
  });

  it('of the token decoder do not exist in the prompt', () => {
    expect(localWeights(trace, 1, { layer: 'all', head: 'mean' })).toBeNull();
    expect(localWeights(trace, 2, { layer: 'all', head: 'mean' })).toHaveLength(25);
  });
});

describe('a choice', () => {
  const { blockLayers, heads } = DIMS;

  it.each<[HeadChoice, HeadChoice]>([
    [
      { layer: 5, head: 7 },
      { layer: 1, head: 2 },
    ],
    [
      { layer: 5, head: 'mean' },
      { layer: 1, head: 'mean' },
    ],
    [
      { layer: 'all', head: 'max' },
      { layer: 'all', head: 'max' },
    ],
  ])('%o becomes one that exists', (choice, existing) => {
    expect(existingHead(choice, blockLayers, heads)).toEqual(existing);
  });

  it.each<[HeadChoice, string]>([
    [{ layer: 0, head: 1 }, 'layer 0, head 1'],
    [{ layer: 1, head: 'mean' }, 'layer 1, mean of 3 heads'],
    [{ layer: 'all', head: 'max' }, 'all 2 layers, maximum of 6 heads'],
  ])('%o is named', (choice, name) => expect(choiceName(choice, blockLayers, heads)).toBe(name));

  it.each<[HeadChoice, string | null]>([
    [{ layer: 0, head: 1 }, null],
    [{ layer: 1, head: 'mean' }, 'mean of 3 heads of layer 1'],
    [
      { layer: 'all', head: 'max' },
      'maximum of 6 heads, all 2 layers, cell by cell: a row may exceed 1',
    ],
  ])('%o is stated on the map as %s', (choice, text) =>
    expect(combinedText(choice, blockLayers, heads)).toBe(text),
  );
});
