import { describe, expect, it } from 'vitest';
import { axisScale } from '@/lib/draw/axis-scale';
import { layoutCache, scaleTop } from '@/lib/draw/cache-lane';
import { cacheCount, cacheData } from '@/lib/draw/from-trace';
import { layoutLocalLane } from '@/lib/draw/local-lane';
import { recorded } from '../trace/synthetic';

// Width 6, 2 block-decoder layers and 1 token-decoder layer in float32.
const GLOBAL = 2 * 2 * 6 * 4;
const LOCAL = 2 * 1 * 6 * 4;
const { trace } = recorded(2, 4);
const LANE = { x: 0, y: 10, width: 480, height: 100 };
const SCALE = axisScale(0, 12, 4, 480);

describe('the cache at a cursor', () => {
  it('counts one global position a block before, P + j local ones, one flat one a token before', () => {
    expect(cacheCount(trace, 18)).toMatchObject({
      global: 4 * GLOBAL,
      local: (2 + 2) * LOCAL,
      flat: (18 - 3) * (GLOBAL + LOCAL),
      globalPositions: 4,
      localPositions: 4,
      flatLayers: 3,
      promptTokens: 5,
      timesLess: (15 * (GLOBAL + LOCAL)) / (4 * GLOBAL + 4 * LOCAL),
    });
  });

  it('has no local cache for a prompt token and nothing to compare at the start', () => {
    expect(cacheCount(trace, 6).local).toBe(0);
    expect(cacheCount(trace, 0).timesLess).toBeNull();
  });
});

describe('the main lane', () => {
  const lane = layoutCache(cacheData(trace, 18, 6 * GLOBAL), SCALE, LANE);
  const y = (bytes: number) => LANE.y + LANE.height * (1 - bytes / lane.top);

  it('is a staircase: one step a block, up to the cursor', () => {
    expect(lane.global.map((step) => step.bytes)).toEqual([0, 1, 2, 3, 4].map((n) => n * GLOBAL));
    expect(lane.global.at(-1)).toMatchObject({ x0: 160, x1: 190, y: y(4 * GLOBAL) });
  });

  it('stacks the local window on it, filling from prefix to last slot', () => {
    expect(lane.local.map((step) => step.bytes / LOCAL)).toEqual([2, 3, 4, 5, 2, 3, 4, 5, 2, 3, 4]);
    expect(lane.local[0]).toMatchObject({
      x0: 80,
      base: y(2 * GLOBAL),
      y: y(2 * GLOBAL + 2 * LOCAL),
    });
  });

  it('has a scale that the whole view fits, the same for every cursor in it', () => {
    expect(lane.top).toBeGreaterThanOrEqual(48 * (GLOBAL + LOCAL) - 3 * (GLOBAL + LOCAL));
    expect(layoutCache(cacheData(trace, 9, null), SCALE, LANE).top).toBe(lane.top);
  });

  it('draws what is allocated, or says that it lies above the scale', () => {
    expect(lane.allocatedY).toBe(y(6 * GLOBAL));
    const high = layoutCache(cacheData(trace, 18, 1024 * 1024), SCALE, LANE);
    expect(high.allocatedY).toBeNull();
    expect(high.allocatedAbove).toBe('1 MiB');
  });
});

describe('the local lane', () => {
  const lane = layoutLocalLane(cacheData(trace, 18, null), SCALE, LANE);

  it('rises to the top of its own scale at the last slot and drops at the boundary', () => {
    const heights = lane.bars.map((bar) => (LANE.y + LANE.height - bar.y) / LANE.height);
    expect(heights.slice(0, 5).map((height) => Math.round(height * 5))).toEqual([2, 3, 4, 5, 2]);
  });

  it('hatches the prompt', () => {
    expect(lane.prompt).toMatchObject({ x: 0, width: 80 });
  });
});

describe('the top of a scale', () => {
  it('is round and never too small', () => {
    for (const bytes of [1, 8191, 9000, 123_456, 12_582_912]) {
      expect(scaleTop(bytes)).toBeGreaterThanOrEqual(bytes);
      expect(scaleTop(bytes) % 4096).toBe(0);
    }
    expect(scaleTop(576 * 1024)).toBe(768 * 1024);
  });
});
