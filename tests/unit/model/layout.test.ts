import { describe, expect, it } from 'vitest';
import { InputError } from '@/lib/model/errors';
import {
  contextBlocks,
  layoutPrompt,
  localLength,
  padsBefore,
  placeOf,
  roomLeft,
} from '@/lib/model/layout';
import { NANO } from './dims';

const PAD = 0;

describe('layoutPrompt', () => {
  it.each([
    [1, 3, 1],
    [2, 2, 1],
    [3, 1, 1],
    [4, 0, 1],
    [5, 3, 2],
    [256, 0, 64],
  ])('pads %i tokens with %i on the left to %i blocks', (length, pads, blocks) => {
    const ids = Array.from({ length }, (_, i) => 2 + (i % 500));
    const layout = layoutPrompt(ids, NANO, PAD);
    expect(layout.pads).toBe(pads);
    expect(layout.blocks).toBe(blocks);
    expect(Array.from(layout.tokens)).toEqual([...new Array(pads).fill(PAD), ...ids]);
  });

  it('uses the pad id it is given', () => {
    expect(Array.from(layoutPrompt([9], NANO, 7).tokens)).toEqual([7, 7, 7, 9]);
  });

  it('adds no pads to a flat model', () => {
    const layout = layoutPrompt([5, 6, 7], { blockLength: 1, contextLength: 8 }, PAD);
    expect(layout).toMatchObject({ pads: 0, blocks: 3 });
  });

  it('refuses an empty prompt', () => {
    expect(() => layoutPrompt([], NANO, PAD)).toThrowError(
      expect.objectContaining({ name: 'InputError', code: 'prompt-empty' }),
    );
  });

  it('refuses exactly what exceeds the limit that its message names', () => {
    let message = '';
    try {
      layoutPrompt(new Array(300).fill(5), NANO, PAD);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      message = (error as InputError).message;
    }
    expect(message).toBe(
      'The prompt has 300 tokens and this model holds at most 256: shorten it by 44 tokens.',
    );
    const limit = Number(/at most (\d+)/.exec(message)?.[1]);
    expect(() => layoutPrompt(new Array(limit).fill(5), NANO, PAD)).not.toThrow();
    expect(() => layoutPrompt(new Array(limit + 1).fill(5), NANO, PAD)).toThrow(/by 1 token\./);
  });
});

describe('places', () => {
  it('counts pads, room, blocks and local positions', () => {
    expect([0, 1, 2, 3, 4].map((count) => padsBefore(count, 4))).toEqual([0, 3, 2, 1, 0]);
    expect(roomLeft(240, NANO)).toBe(16);
    expect(roomLeft(256, NANO)).toBe(0);
    expect(contextBlocks(NANO)).toBe(64);
    expect(localLength(NANO)).toBe(5);
  });

  it('names what chose the token at a cursor', () => {
    expect(placeOf(4, NANO)).toEqual({
      block: 1,
      slot: 0,
      globalRow: 0,
      localRow: 1,
      globalHeld: 1,
      localHeld: 2,
    });
    expect(placeOf(11, NANO)).toEqual({
      block: 2,
      slot: 3,
      globalRow: 1,
      localRow: 4,
      globalHeld: 2,
      localHeld: 5,
    });
  });
});
