import { describe, expect, it } from 'vitest';
import { layoutRuler, type RulerGeometry } from '@/lib/draw/axis-ruler';
import { axisScale, blockX } from '@/lib/draw/axis-scale';
import type { StripData } from '@/lib/draw/token-strip';

const LANE = { x: 90, y: 0, width: 1014, height: 26 };
const RUN: StripData = {
  length: 1024,
  label: String,
  pads: 2,
  promptBlocks: 3,
  discardedFrom: null,
  cursor: 409,
};

function rulerAt(from: number, span: number, width = LANE.width, type = 12, cursor = 409) {
  const scale = axisScale(from, span, 4, width, LANE.x);
  return layoutRuler({ ...RUN, cursor }, scale, { ...LANE, width }, type);
}

const texts = (ruler: RulerGeometry) => ruler.labels.map((label) => label.text);

describe('labels of blocks', () => {
  it('are words, then numbers, then numbers at round steps', () => {
    expect(texts(rulerAt(0, 4))).toEqual(['prompt 0', 'prompt 1', 'prompt 2', 'block 3']);
    expect(texts(rulerAt(0, 24, LANE.width, 12, 0))).toEqual(
      expect.arrayContaining(['0', '1', '2', '23']),
    );
    const wide = rulerAt(0, 256);
    const steps = wide.labels.filter((label) => !label.current).map((label) => label.block);
    expect(steps.every((block) => block % 10 === 0)).toBe(true);
    expect(steps.length).toBeGreaterThan(15);
  });

  it('never overlap and stay inside the axis, at any zoom, place, width, size of type and cursor', () => {
    let checked = 0;
    for (const width of [328, 640, 1014, 1488]) {
      for (const type of [12, 15, 20]) {
        for (let span = 1; span <= 256; span *= 1.23) {
          for (const from of [0, 0.37, 7.9, 99.5, 256 - span]) {
            if (from < 0 || from + span > 256) continue;
            for (const cursor of [
              0,
              3,
              Math.floor(from * 4) + 1,
              Math.floor((from + span) * 4) - 1,
            ]) {
              const { labels, scale } = rulerAt(from, span, width, type, cursor);
              const sorted = [...labels].sort((a, b) => a.x - b.x);
              for (const [i, label] of sorted.entries()) {
                expect(label.x).toBeGreaterThanOrEqual(scale.left - 1e-9);
                // Half of the gap lies before the text, half behind it.
                expect(label.x + label.width - 4).toBeLessThanOrEqual(
                  scale.left + scale.width + 1e-6,
                );
                const next = sorted[i + 1];
                if (next) expect(next.x).toBeGreaterThanOrEqual(label.x + label.width - 1e-9);
                checked++;
              }
            }
          }
        }
      }
    }
    expect(checked).toBeGreaterThan(10_000);
  });

  it('always name the block at the cursor while it is in view', () => {
    for (let span = 1; span <= 256; span *= 1.37) {
      const from = Math.max(0, 102.3 - span / 2);
      const now = rulerAt(from, span).labels.filter((label) => label.current);
      expect(now.map((label) => label.block)).toEqual([102]);
    }
    expect(rulerAt(0, 12).labels.some((label) => label.current)).toBe(false);
  });

  it('stop where nothing is written', () => {
    const scale = axisScale(0, 12, 4, LANE.width, LANE.x);
    const ruler = layoutRuler({ ...RUN, length: 20, cursor: 19 }, scale, LANE, 12);
    expect(Math.max(...ruler.labels.map((label) => label.block))).toBe(4);
    expect(ruler.end).toBe(5);
  });
});

describe('brackets', () => {
  it('are one a block, or one for neighbours that are too narrow to part', () => {
    expect(rulerAt(0, 12).brackets).toHaveLength(12);
    expect(rulerAt(0, 256).brackets).toEqual([
      { from: 0, to: 3, kind: 'prompt' },
      { from: 3, to: 102, kind: 'written' },
      { from: 102, to: 103, kind: 'current' },
      { from: 103, to: 256, kind: 'written' },
    ]);
  });
});

describe('ticks', () => {
  it('of blocks stand further apart than five pixels, those of tokens as well', () => {
    for (let span = 1; span <= 256; span *= 1.37) {
      const { scale, blockTicks, tokenTicks } = rulerAt(0, span);
      expect(blockX(scale, blockTicks) - blockX(scale, 0)).toBeGreaterThanOrEqual(5);
      expect(tokenTicks).toBe(scale.pitch >= 5);
    }
  });
});
