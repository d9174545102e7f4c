import { describe, expect, it } from 'vitest';
import { paintRamp } from '@/lib/draw/attention-paint';
import { contrast, rampIndex } from '@/lib/draw/theme';
import { recordingContext } from './recording-context';
import { THEME } from './theme';

describe('the attention scale', () => {
  it('is fixed from 0 to 1, by the square root', () => {
    expect([0, 0.25, 1].map((weight) => rampIndex(weight))).toEqual([0, 128, 255]);
    expect([-1, 2].map((weight) => rampIndex(weight))).toEqual([0, 255]);
  });

  it.each([
    ['linear', [0, 3, 64, 128, 255]],
    ['sqrt', [0, 26, 128, 180, 255]],
    ['log', [0, 88, 204, 229, 255]],
  ] as const)('can be %s, and still runs from 0 to 1', (scale, places) => {
    expect([0, 0.01, 0.25, 0.5, 1].map((weight) => rampIndex(weight, scale))).toEqual(places);
    expect(rampIndex(1.5, scale)).toBe(255);
  });

  it('tells its colours apart: each gives its place back within one step', () => {
    for (const { rgb } of [THEME.globalRamp, THEME.localRamp]) {
      for (let i = 0; i < 256; i++) {
        const same = Array.from({ length: 256 }, (_, other) => other).filter((other) =>
          [0, 1, 2].every((part) => rgb[i * 3 + part] === rgb[other * 3 + part]),
        );
        for (const other of same) expect(Math.abs(other - i)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('gets steadily darker or lighter', () => {
    for (const { rgb } of [THEME.globalRamp, THEME.localRamp]) {
      const brightness = Array.from({ length: 256 }, (_, i) =>
        [0, 1, 2].reduce((sum, part) => sum + (rgb[i * 3 + part] ?? 0), 0),
      );
      for (let i = 1; i < 256; i++)
        expect(brightness[i]).toBeLessThanOrEqual(brightness[i - 1] ?? 0);
    }
  });

  it('is painted without gaps between its columns, wherever they lie', () => {
    const { ctx, drawn } = recordingContext();
    paintRamp(ctx, { width: 96, height: 10 }, THEME.globalRamp);
    const boxes = drawn.map(({ values }) => values as [number, number, number, number]);
    expect(boxes).toHaveLength(96);
    boxes.forEach(([x, , width], i) => {
      // Two half covered pixels would let a quarter of the ground through.
      if (i < 95) expect(x + width).toBeGreaterThanOrEqual((boxes[i + 1]?.[0] ?? 0) + 1);
      expect(x + width).toBeLessThanOrEqual(96);
    });
    expect(drawn.at(-1)?.fillStyle).toBe(THEME.globalRamp.css[255]);
  });

  it('has an ink that can be read on every colour', () => {
    for (const { rgb, ink } of [THEME.globalRamp, THEME.localRamp]) {
      for (let i = 0; i < 256; i++) {
        const ground = [0, 1, 2].map((part) => rgb[i * 3 + part] ?? 0);
        const value = Number.parseInt((ink[i] ?? '').slice(1), 16);
        expect(contrast(ground, [value >> 16, (value >> 8) & 255, value & 255])).toBeGreaterThan(
          4.5,
        );
      }
    }
  });
});
