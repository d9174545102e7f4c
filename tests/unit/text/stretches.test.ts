import { describe, expect, it } from 'vitest';
import { stretchesOf } from '@/components/text/stretches';

const text = (length: number, blockLength: number) => ({
  // Room for more than is known, as in a trace that grows.
  tokens: Int32Array.from({ length: length + 5 }, (_, i) => 10 + i),
  length,
  dims: { blockLength },
});

describe('a text in its blocks', () => {
  it('holds every known token once, in order, with what it is', () => {
    const parts = stretchesOf(text(70, 2), 0, (place) => (place < 6 ? 'prompt' : 'written')).flat();
    expect(parts.map(({ from }) => from)).toEqual(Array.from({ length: 35 }, (_, i) => 2 * i));
    expect(parts.flatMap(({ ids }) => ids.split(' ').map(Number))).toEqual(
      Array.from({ length: 70 }, (_, i) => 10 + i),
    );
    expect(parts[2]).toEqual({ from: 4, ids: '14 15', kinds: 'prompt prompt' });
    expect(parts[3]?.kinds).toBe('written written');
  });

  it('comes in stretches of sixteen blocks, the last with what is left', () => {
    expect(stretchesOf(text(70, 2), 0, () => 'written').map(({ length }) => length)).toEqual([
      16, 16, 3,
    ]);
    expect(stretchesOf(text(0, 4), 0, () => 'written')).toEqual([]);
  });

  it('counts pads apart where they are, and asks what is what by places of the padded sequence', () => {
    const asked: number[] = [];
    const [stretch] = stretchesOf(text(8, 4), 3, (place) => {
      asked.push(place);
      return place < 3 ? 'pad' : 'prompt';
    });
    expect(stretch?.map(({ from }) => from)).toEqual([-3, 1]);
    expect(stretch?.[0]?.kinds).toBe('pad pad pad prompt');
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('may end within a block', () => {
    const [stretch] = stretchesOf(text(6, 4), 0, () => 'written');
    expect(stretch?.[1]).toEqual({ from: 4, ids: '14 15', kinds: 'written written' });
  });
});
